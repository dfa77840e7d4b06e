import { EXIT } from '../../provisioners/errors.ts'
import type { Finding } from '../../provisioners/operations/doctor/findings.ts'
import { type DoctorReport, diagnoseCluster } from '../../provisioners/operations/doctor/index.ts'
import { type Colors, clip } from '../render/text.ts'
import type { Verb } from './context.ts'

interface DoctorVerbOptions {
  readonly file: string
  /** In seconds. */
  readonly since?: number
}

/** Hosts that are listed for one cause; the others are counted. */
const MOST_PLACES = 8
const WIDTH = 160

function findingLines(finding: Finding, mark: string, c: Colors): string[] {
  const shown = finding.places.slice(0, MOST_PLACES)
  const more = finding.places.length - shown.length
  return [
    `${mark} ${c.bold(finding.cause)} ${c.dim(finding.symptom)}`,
    ...shown.flatMap(({ host, daemon, at, count, line }) => [
      `    ${host} ${daemon}${at === undefined ? '' : `, ${at}`}${count > 1 ? ` (${count} times)` : ''}`,
      c.dim(`      │ ${clip(line, WIDTH)}`),
    ]),
    ...(more > 0 ? [`    and ${more} more`] : []),
    `    next  ${c.cyan(finding.next)}`,
  ]
}

/** The findings, what could not be asked, and what was read. */
export function doctorText(report: DoctorReport, c: Colors): string {
  const unreachable = report.unreachable.flatMap(({ host, message, next }) => [
    `${c.red('✗')} ${host} was not asked: ${message}`,
    ...(next ? [`    next  ${c.cyan(next)}`] : []),
  ])
  const read = report.read.map(({ host, units }) => `${host} (${units.join(', ') || 'no units'})`)
  const causes = report.findings.length
  const verdict =
    causes === 0
      ? c.green('nothing known is wrong')
      : c.red(`${causes} known ${causes === 1 ? 'cause' : 'causes'} found`)
  return [
    ...report.findings.flatMap((one) => findingLines(one, c.red('✗'), c)),
    ...report.notes.flatMap((one) => findingLines(one, c.dim('–'), c)),
    ...unreachable,
    ...(read.length > 0 ? [c.dim(`read: ${read.join('; ')}`)] : []),
    c.bold(verdict),
  ].join('\n')
}

/** 17 when something is wrong; 15 when nothing is, and some hosts could not be asked. */
export const doctorExit = ({ findings, unreachable }: DoctorReport): number =>
  findings.length > 0 ? EXIT.verification : unreachable.length > 0 ? EXIT.partial : EXIT.done

/** `howdah doctor`: known causes in the logs of the cluster. */
export const doctor: Verb<DoctorVerbOptions> = async (console, { file, since }) => {
  const operation = console.operation(file)
  const report = await diagnoseCluster({ ...operation, ...(since !== undefined && { sinceSeconds: since }) })
  console.result(report, () => doctorText(report, console.out))
  return doctorExit(report)
}
