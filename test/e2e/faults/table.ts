import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../support.ts'

/** What happened to a run, and what the next run did. */
export interface FaultRow {
  /** When the fault struck: after which step, or how long after the first one began. */
  readonly moment: string
  /** What was hit: the controller, a host, its network, its disk. */
  readonly hit: string
  /** Exit code of the run that was hit; a signal's name for a controller that was killed. */
  readonly first: string
  /** Steps of the next run. */
  readonly steps: number
  /** Exit code of the next run. */
  readonly second: number
  readonly seconds: number
}

const FILE = join(ROOT, 'build/faults.ndjson')

/** Adds a row to build/faults.ndjson, which `make test.faults` prints as a table. */
export async function addRow(row: FaultRow): Promise<void> {
  await mkdir(join(ROOT, 'build'), { recursive: true })
  await appendFile(FILE, `${JSON.stringify(row)}\n`)
}
