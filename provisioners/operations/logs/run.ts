import type { Cluster } from '../../config/types.ts'
import type { TrackingLogs } from '../../config/types-tracking-logs.ts'
import { HowdahError } from '../../errors.ts'
import type { Reporter } from '../../events.ts'
import { ask } from '../../runtime/ask.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { SHIP } from '../../services/tracking-logs/index.ts'
import { sh } from '../../shell.ts'
import type { RunResult } from '../../transport/types.ts'
import { trackingLogsOf } from './index.ts'
import { type HostState, readHostState, sourceOf } from './ledger.ts'
import { isHealthy, type LogsReport, type SourceReport, sourceReport } from './report.ts'

/** How the run on one host ended. */
export interface HostShipping {
  readonly host: string
  /** done: all files were sent. partly: some need attention. failed: it stopped early. busy: another run was active. */
  readonly outcome: 'done' | 'partly' | 'failed' | 'busy'
  readonly shipped: number
  readonly bytes: number
  readonly reason: string
}

export interface ShipReport extends LogsReport {
  readonly hosts: readonly HostShipping[]
}

const SHOW_TIMEOUT_MS = 120_000

const hostsOf = (logs: TrackingLogs): string[] => [...new Set(logs.sources.map(({ host }) => host))]

async function onSource(
  session: Session,
  host: string,
  verb: 'run' | 'show',
  onLine?: (line: string) => void,
): Promise<RunResult> {
  const result = await ask(session.transports, host, {
    title: verb === 'run' ? `the tracking logs of ${host}` : `the ledger of the tracking logs on ${host}`,
    script: sh`[ -x ${SHIP} ] || exit 127\nexec ${SHIP} ${verb}`,
    as: 'root',
    ...(onLine && { onLine }),
    ...(session.signal && { signal: session.signal }),
    timeoutMs: verb === 'show' ? SHOW_TIMEOUT_MS : 'unbounded',
  })
  if (result.exit !== 127) return result
  throw new HowdahError({
    code: 'LOGS_NOT_APPLIED',
    exit: 'preflight',
    message: `${host} has no shipper of tracking logs yet`,
    where: `${host}:${SHIP}`,
    next: 'howdah logs apply',
  })
}

/** Returns a listener for the shipper's output. It reports progress, and warns about files that need attention. */
export function listener(host: string, report: Reporter): (line: string) => void {
  let [done, files] = [0, 0]
  return (line) => {
    const [word = '', a = '', b = '', , detail = ''] = line.split('\t')
    if (word === 'plan') files = Number(a)
    else if (word === 'shipped') {
      const title = `tracking logs of ${host}`
      report({ type: 'progress', id: `logs:${host}`, title, done: ++done, total: files, unit: 'items', host })
    } else if (word === 'error') report({ type: 'log', level: 'warn', text: `${a}: ${b}`, host })
    else if (['duplicate', 'conflict', 'damaged', 'changed'].includes(word)) {
      report({ type: 'log', level: 'warn', text: `${word} ${b}: ${detail}`, host })
    }
  }
}

const OUTCOMES: Readonly<Record<number, HostShipping['outcome']>> = { 0: 'done', 3: 'partly', 75: 'busy' }

/** The result of a run, from its last line. A run without that line stopped early. */
export function shippingOf(host: string, { exit, stdout, stderr }: RunResult): HostShipping {
  const [, , shipped = '0', bytes = '0', , reason = ''] =
    stdout
      .split('\n')
      .findLast((line) => line.startsWith('end\t'))
      ?.split('\t') ?? []
  const said = reason === '-' || reason === '' ? stderr.trim().slice(-500) : reason
  const outcome = OUTCOMES[exit] ?? 'failed'
  return {
    host,
    outcome,
    shipped: Number(shipped),
    bytes: Number(bytes),
    reason: outcome === 'done' ? '' : said,
  }
}

async function shipFrom(session: Session, host: string): Promise<HostShipping> {
  try {
    return shippingOf(host, await onSource(session, host, 'run', listener(host, session.report)))
  } catch (error) {
    if (error instanceof HowdahError && error.code === 'LOGS_NOT_APPLIED') throw error
    const reason = error instanceof Error ? error.message : String(error)
    return { host, outcome: 'failed', shipped: 0, bytes: 0, reason }
  }
}

/** The state of each host with sources. A host that does not answer has only an error, and the others are still reported. */
async function hostStates(session: Session, logs: TrackingLogs): Promise<Map<string, HostState>> {
  const read = hostsOf(logs).map(async (host): Promise<[string, HostState]> => {
    try {
      const { stdout, stderr, exit } = await onSource(session, host, 'show')
      const state = readHostState(stdout)
      const lost = exit === 0 ? [] : [`${host}: ${stderr.trim().slice(-500) || `exit ${exit}`}`]
      return [host, { ...state, errors: [...state.errors, ...lost] }]
    } catch (error) {
      if (error instanceof HowdahError && error.code === 'LOGS_NOT_APPLIED') throw error
      return [
        host,
        { entries: [], found: [], errors: [error instanceof Error ? error.message : String(error)] },
      ]
    }
  })
  return new Map(await Promise.all(read))
}

/** The report on all sources, from the states of their hosts. `today` as 2026-11-27 (UTC). Pure. */
export function reportOf(
  cluster: Cluster,
  logs: TrackingLogs,
  states: ReadonlyMap<string, HostState>,
  today: string,
): LogsReport {
  const sources: SourceReport[] = logs.sources.map((source) =>
    sourceReport(source, states.get(source.host) ?? { entries: [], found: [], errors: [] }, logs, today),
  )
  const listed = [...states.values()].flatMap(({ hdfs }) => hdfs ?? [])
  const foreign = [...new Set(listed.map(({ name }) => name))].filter(
    (name) => sourceOf(name, logs) === undefined,
  )
  return {
    formatVersion: '1.0',
    cluster: cluster.name,
    directory: logs.to,
    ...(logs.keepDays !== undefined && { keepDays: logs.keepDays }),
    sources,
    foreign,
    ok: sources.every(isHealthy),
  }
}

const today = (): string => new Date().toISOString().slice(0, 10)

async function withLogs<T>(
  options: OperationOptions,
  work: (session: Session, logs: TrackingLogs) => Promise<T>,
): Promise<T> {
  const session = await openSession(options, { before: trackingLogsOf })
  try {
    return await work(session, trackingLogsOf(session.cluster))
  } finally {
    await session.close()
  }
}

/** Compares the ledger of every source with the files in HDFS. Changes nothing. Throws LOGS_ABSENT, LOGS_NOT_APPLIED. */
export const logsStatus = (options: OperationOptions): Promise<LogsReport> =>
  withLogs(options, async (session, logs) =>
    reportOf(session.cluster, logs, await hostStates(session, logs), today()),
  )

/** Runs the shipper of every source now. Throws LOGS_ABSENT, LOGS_NOT_APPLIED. */
export const shipLogs = (options: OperationOptions): Promise<ShipReport> =>
  withLogs(options, async (session, logs) => {
    const names = hostsOf(logs)
    session.report({ type: 'phase', title: `Sending tracking logs from ${names.join(', ')}` })
    const hosts = await Promise.all(names.map((host) => shipFrom(session, host)))
    const report = reportOf(session.cluster, logs, await hostStates(session, logs), today())
    return { ...report, hosts, ok: report.ok && hosts.every(({ outcome }) => outcome === 'done') }
  })
