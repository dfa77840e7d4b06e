import { hostname } from 'node:os'
import { z } from 'zod'
import { newNonce } from './frames.ts'

/** Who asks for a lock. */
export interface LockRequest {
  readonly cluster: string
  /** Who holds it: `anna@laptop`. */
  readonly holder: string
  /** What it is held for: `bootstrap`. */
  readonly reason: string
  /** The address of the host that holds the lock, by the operator's cluster.yml. */
  readonly at?: string
}

/** The holder of a lock, as the lock file on the host has it. */
export interface LockInfo extends LockRequest {
  /** ISO time by the operator's clock. */
  readonly since: string
  /** The operator's process and machine. */
  readonly pid: number
  readonly from: string
  readonly nonce: string
}

/** What this process writes about itself as the holder of a lock. */
export const newLockInfo = (request: LockRequest): LockInfo => ({
  ...request,
  ...{ since: new Date().toISOString(), pid: process.pid, from: hostname(), nonce: newNonce() },
})

const word = z.string().max(200)
const info = z.object({
  ...{ cluster: word, holder: word, reason: word, since: word, from: word },
  pid: z.number().int(),
  nonce: z.string().regex(/^[0-9a-f]{1,64}$/),
  at: word.optional(),
})

/** Reads what a holder wrote about itself; undefined for text of another form. */
export function parseInfo(text: string): LockInfo | undefined {
  try {
    const { at, ...rest } = info.parse(JSON.parse(text))
    return { ...rest, ...(at !== undefined && { at }) }
  } catch {
    return undefined
  }
}

/** `anna@laptop (process 12 on laptop) since …, for bootstrap` */
export const holderText = ({ holder, pid, from, since, reason }: LockInfo): string =>
  `${holder} (process ${pid} on ${from}) since ${since}, for ${reason}`
