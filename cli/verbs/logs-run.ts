import { EXIT } from '../../provisioners/errors.ts'
import { ranges } from '../../provisioners/operations/logs/ledger.ts'
import {
  isHealthy,
  type LogsReport,
  type OddFile,
  type SourceReport,
} from '../../provisioners/operations/logs/report.ts'
import { logsStatus, type ShipReport, shipLogs } from '../../provisioners/operations/logs/run.ts'
import type { Colors } from '../render/text.ts'
import type { Verb } from './context.ts'

interface LogsOptions {
  readonly file: string
}

const MEBI = 2 ** 20
const size = (bytes: number): string =>
  bytes < MEBI ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / MEBI).toFixed(1)} MiB`
const files = (count: number): string => (count === 1 ? '1 file' : `${count} files`)

/** The number of files of a kind that are named; `--json` has them all. */
const NAMED = 10

function oddLines(word: string, list: readonly OddFile[], paint: (text: string) => string): string[] {
  const rest = list.length > NAMED ? [`  ${paint(word)} and ${list.length - NAMED} more`] : []
  return [...list.slice(0, NAMED).map(({ name, detail }) => `  ${paint(word)} ${name}: ${detail}`), ...rest]
}

function lastRunLine({ lastRun }: SourceReport): string {
  if (lastRun === undefined) return '  has not run yet'
  const { began, ended, outcome, shipped } = lastRun
  if (outcome === 'running') return `  runs since ${began}, or was killed`
  const how =
    outcome === '0'
      ? 'went well'
      : outcome === '3'
        ? 'left files that need attention'
        : `gave up: ${lastRun.reason}`
  return `  last run ended ${ended}, sent ${files(shipped)} and ${how}`
}

function sourceText(report: SourceReport, c: Colors): string {
  const { inHdfs, waiting } = report
  const span = inHdfs.first === undefined ? '' : `, ${inHdfs.first} to ${inHdfs.last}`
  return [
    c.bold(`${report.source} (${report.host}:${report.directory})`),
    `  in HDFS ${files(inHdfs.files)}, ${size(inHdfs.bytes)}${span}`,
    `  waiting ${files(waiting.files)}, ${size(waiting.bytes)}${report.uncompressed > 0 ? `; ${report.uncompressed} not compressed yet` : ''}`,
    lastRunLine(report),
    ...oddLines('duplicate', report.duplicates, c.yellow),
    ...oddLines('conflict', report.conflicts, c.red),
    ...oddLines('damaged', report.damaged, c.red),
    ...oddLines('changed', report.changed, c.red),
    ...oddLines('lost', report.lost, c.red),
    ...(report.gaps.length > 0 ? [`  ${c.red('no logs')} of ${ranges(report.gaps)}`] : []),
    ...report.errors.map((text) => `  ${c.red('error')} ${text}`),
  ].join('\n')
}

function logsText(report: LogsReport, c: Colors): string {
  const rule = report.keepDays === undefined ? 'kept for ever' : `kept for ${report.keepDays} days`
  const foreign =
    report.foreign.length === 0
      ? []
      : [`${files(report.foreign.length)} of other kinds: ${report.foreign.slice(0, NAMED).join(', ')}`]
  const odd = report.sources.filter((source) => !isHealthy(source)).map(({ source }) => source)
  return [
    `hdfs:${report.directory}, ${rule}`,
    ...report.sources.map((source) => sourceText(source, c)),
    ...foreign,
    c.bold(
      odd.length === 0
        ? c.green('all is well')
        : c.red(`needs attention: ${odd.join(', ')} (docs/tracking-logs.md)`),
    ),
  ].join('\n')
}

/** `howdah logs status`: exit 17 when something needs attention. */
export const status: Verb<LogsOptions> = async (console, { file }) => {
  const report = await logsStatus(console.operation(file))
  console.result(report, () => logsText(report, console.out))
  return report.ok ? EXIT.done : EXIT.verification
}

/** 14 when no source could send, 15 when only some could or some files need attention, 16 when another run is going on. */
export function shipExit({ hosts }: ShipReport): number {
  const count = (outcome: string): number => hosts.filter((host) => host.outcome === outcome).length
  if (count('done') === hosts.length) return EXIT.done
  if (count('busy') === hosts.length) return EXIT.lockHeld
  return count('failed') === hosts.length && hosts.every(({ shipped }) => shipped === 0)
    ? EXIT.stepFailed
    : EXIT.partial
}

/** `howdah logs ship`: sends what waits, and reports the status afterwards. */
export const ship: Verb<LogsOptions> = async (console, { file }) => {
  const report = await shipLogs(console.operation(file))
  const c = console.out
  console.result(report, () => {
    const hosts = report.hosts.map(({ host, outcome, shipped, bytes, reason }) => {
      const word = outcome === 'done' ? c.green('sent') : c.red(outcome)
      return `${word} ${files(shipped)}, ${size(bytes)} from ${host}${reason === '' ? '' : `: ${reason}`}`
    })
    return [logsText(report, c), ...hosts].join('\n')
  })
  return console.signal.aborted ? EXIT.interrupted : shipExit(report)
}
