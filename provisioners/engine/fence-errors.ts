import { HowdahError } from '../errors.ts'
import { FENCE_FILE } from './fence-script.ts'
import { holderText, type LockInfo, parseInfo } from './lock-info.ts'

/** What a host's record says about the newest run that may change it. */
export interface FenceRecord {
  readonly token: number
  readonly nonce: string
  /** Whether that run is over. */
  readonly free: boolean
  readonly holder?: LockInfo
}

/** Reads a record; undefined for text that is none. */
export function parseFence(text: string): FenceRecord | undefined {
  const [first = '', second = ''] = text.trim().split('\n')
  const found = /^(\d{1,15}) ([0-9a-f]{1,64}) (held|free)$/.exec(first.trim())
  if (!found) return undefined
  const holder = parseInfo(second)
  return {
    token: Number(found[1]),
    nonce: found[2] ?? '',
    free: found[3] === 'free',
    ...(holder && { holder }),
  }
}

const LOOK = 'howdah lock status shows who holds the lock now; when it is free, type the same command again'

/** The host refuses a run, since it has seen a newer one. `text` is its record. */
export function outrun(host: string, file: string = FENCE_FILE, text = ''): HowdahError {
  const record = parseFence(text)
  if (!record) return unreadable(host, file, text)
  const { holder } = record
  return new HowdahError({
    code: 'LOCK_LOST',
    exit: 'lockHeld',
    message: `this run lost the lock: ${host} has seen a newer run${holder ? ` of ${holderText(holder)}` : ''}`,
    found: holder?.holder ?? `the run ${record.nonce}`,
    where: `${host}:${file}`,
    next: LOOK,
  })
}

/** A record that is none: nobody knows whether a newer run may change the host. */
export const unreadable = (host: string, file: string, text: string): HowdahError =>
  new HowdahError({
    code: 'LOCK_UNREADABLE',
    exit: 'lockHeld',
    message: `the record of the newest run on ${host} could not be read`,
    found: JSON.stringify(text.slice(0, 200)),
    expected: 'a token, the id of a run, and `held` or `free`',
    where: `${host}:${file}`,
    next: `when no other run changes this host: ssh ${host} sudo rm ${file}`,
  })
