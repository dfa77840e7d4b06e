/** Files of running batches on a host. */

/** The lock of a running batch. Its own shell holds it, and the processes that it starts do not. */
export const batchLock = (runDir: string): string => `${runDir}/batch.lock`

/** How long a batch waits for an earlier one that still runs on the host after its link was lost. */
export const BATCH_WAIT_SECONDS = 600

/** The file that asks a running batch to stop before its next step. */
export const stopFile = ({ nonce, runDir }: { readonly nonce: string; readonly runDir: string }): string =>
  `${runDir}/stop.${nonce}`
