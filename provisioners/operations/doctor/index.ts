import type { Cluster } from '../../config/types.ts'
import type { Unreachable } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { ask } from '../../runtime/ask.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import { standInContext } from '../../runtime/stand-ins.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { unreachableOf } from '../../runtime/unreachable.ts'
import { desire, symptomsOf } from '../../services/index.ts'
import { type Finding, findingsIn } from './findings.ts'
import { type Reading, readingOf } from './reading.ts'
import { doctorScript, type ReadUnit } from './script.ts'

export interface DoctorOptions extends OperationOptions {
  /** How far back to look, in seconds; absent: a day. */
  readonly sinceSeconds?: number
}

export interface DoctorReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly sinceSeconds: number
  readonly findings: readonly Finding[]
  /** What is not a failure, and may explain something. */
  readonly notes: readonly Finding[]
  /** The units that were read on each host. */
  readonly read: readonly { readonly host: string; readonly units: readonly string[] }[]
  /** Hosts that could not be asked. */
  readonly unreachable: readonly Unreachable[]
}

const DAY = 86_400
const TIMEOUT_MS = 60_000

/** The units of each host, with the log that each writes. Logs of crashes have names with a `*`, and are left out. */
export function unitsOf(cluster: Cluster): Readonly<Record<string, readonly ReadUnit[]>> {
  const desired = desire(standInContext(cluster, true))
  return Object.fromEntries(
    cluster.hosts.map(({ name }) => [
      name,
      (desired[name] ?? []).flatMap((resource) => {
        if (resource.type !== 'unit') return []
        const unit = resource as { readonly name?: string; readonly logs?: readonly string[] }
        const log = unit.logs?.find((path) => !/[*?]/.test(path))
        return unit.name === undefined ? [] : [{ name: unit.name, ...(log !== undefined && { log }) }]
      }),
    ]),
  )
}

async function readHost(
  session: Session,
  host: string,
  units: readonly ReadUnit[],
  sinceSeconds: number,
): Promise<Reading | Unreachable> {
  try {
    const { stdout } = await ask(session.transports, host, {
      title: `the logs of ${host}`,
      script: doctorScript(units, sinceSeconds),
      as: 'root',
      timeoutMs: TIMEOUT_MS,
      ...(session.signal && { signal: session.signal }),
    })
    const reading = readingOf(host, session.redactor.redact(stdout))
    if (reading.whole) return reading
    return {
      host,
      code: 'HOST_NOT_CONNECTED',
      message: `${host} did not answer completely`,
      next: 'howdah status',
    }
  } catch (error) {
    if (!(error instanceof HowdahError)) throw error
    const { code, message, next } = error.details
    return { host, code, message, ...(next && { next }) }
  }
}

/**
 * Reads the logs and the states of all units, and looks for the symptoms of the rule base. Asks each host once, and
 * changes nothing. Throws what `openSession` throws; a host that does not answer is in the report.
 */
export async function diagnoseCluster(options: DoctorOptions): Promise<DoctorReport> {
  const sinceSeconds = options.sinceSeconds ?? DAY
  const session = await openSession(options, { spares: 'any' })
  try {
    const { cluster, failures } = session
    const units = unitsOf(cluster)
    const hosts = cluster.hosts.filter(({ name }) => failures[name] === undefined)
    session.report({ type: 'phase', title: `Reading the logs of ${hosts.length} hosts` })
    const answers = await Promise.all(
      hosts.map(({ name }) => readHost(session, name, units[name] ?? [], sinceSeconds)),
    )
    const readings = answers.flatMap((answer) => ('units' in answer ? [answer] : []))
    const silent = answers.flatMap((answer) => ('units' in answer ? [] : [answer]))
    const rules = symptomsOf(cluster.generation)
    const all = findingsIn(readings, sinceSeconds, rules)
    const isNote = ({ symptom }: Finding) => rules.some(({ name, note }) => name === symptom && note === true)
    return {
      ...{ formatVersion: '1.0', cluster: cluster.name, sinceSeconds },
      findings: all.filter((one) => !isNote(one)),
      notes: all.filter(isNote),
      read: readings.map(({ host, units: own }) => ({ host, units: own.map(({ name }) => name) })),
      unreachable: [...unreachableOf(cluster, failures), ...silent],
    }
  } finally {
    await session.close()
  }
}
