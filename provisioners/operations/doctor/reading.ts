import { PART } from './script.ts'

/** What was read of one unit. */
export interface UnitReading {
  readonly name: string
  /** `systemctl show`. */
  readonly state: Readonly<Record<string, string>>
  /** Seconds since 1970; absent when no process runs. */
  readonly startedAt?: number
  readonly journal: readonly string[]
  readonly log?: { readonly path: string; readonly lines: readonly string[] }
}

/** What was read on one host. */
export interface Reading {
  readonly host: string
  /** The host's clock, in seconds since 1970. */
  readonly now: number
  /** Minutes that the host's time is ahead of UTC. */
  readonly offset: number
  readonly units: readonly UnitReading[]
  readonly kernel: readonly string[]
  readonly disks: readonly { readonly path: string; readonly usedPercent: number }[]
  /** False: the answer broke off. */
  readonly whole: boolean
}

/** `+0130` in minutes. */
export function offsetOf(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

type Parts = ReadonlyMap<string, readonly string[]>

function partsOf(answer: string): Parts {
  const parts = new Map<string, string[]>()
  let current: string[] = []
  for (const line of answer.split('\n')) {
    if (line.startsWith(PART)) {
      current = []
      parts.set(line.slice(PART.length), current)
    } else if (line !== '') current.push(line)
  }
  return parts
}

const RUNS = new Set(['active', 'reloading'])

function unitOf(name: string, parts: Parts, now: number, uptime: number): UnitReading {
  const lines = parts.get(`unit ${name}`) ?? []
  const state = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const started = Number(state.ExecMainStartTimestampMonotonic ?? 0) / 1e6
  const head = [...parts.keys()].find((key) => key.startsWith(`log ${name} `))
  return {
    ...{ name, state, journal: parts.get(`journal ${name}`) ?? [] },
    ...(RUNS.has(state.ActiveState ?? '') && started > 0 && { startedAt: now - uptime + started }),
    ...(head !== undefined && {
      log: { path: head.slice(`log ${name} `.length), lines: parts.get(head) ?? [] },
    }),
  }
}

/** Reads the answer of a host. Pure. */
export function readingOf(host: string, answer: string): Reading {
  const parts = partsOf(answer)
  const [clock = '', since = ''] = parts.get('clock') ?? []
  const [epoch = '', zone = ''] = clock.split(' ')
  const [now, uptime] = [Number(epoch), Number(since.split(' ')[0] ?? 0)]
  const names = [...parts.keys()]
    .filter((key) => key.startsWith('unit '))
    .map((key) => key.slice('unit '.length))
  return {
    ...{ host, now, offset: offsetOf(zone) },
    units: names.map((name) => unitOf(name, parts, now, uptime)),
    kernel: parts.get('kernel') ?? [],
    disks: (parts.get('disks') ?? []).flatMap((line) => {
      const [, used = '', path = ''] = / (\d{1,3})% (\/\S*)$/.exec(line) ?? []
      return path === '' ? [] : [{ path, usedPercent: Number(used) }]
    }),
    whole: parts.has('end'),
  }
}
