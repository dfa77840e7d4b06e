import type { Recorded, Removal, RemovalStage } from '../types.ts'

/** A detail of a record; '' when an older version did not write it. */
export const detail = ({ about }: Recorded, name: string): string => about[name] ?? ''

/** A removal that runs `script` at its stage. */
export const removes = (
  title: string,
  script: string,
  more: { readonly stage?: RemovalStage; readonly reason?: string; readonly seconds?: number } = {},
): Removal => ({ kind: 'remove', title, stage: 'files', reason: 'no longer wanted', script, ...more })

/** It stays on the host, for this reason. */
export const leaves = (title: string, reason: string): Removal => ({ kind: 'left', title, reason })
