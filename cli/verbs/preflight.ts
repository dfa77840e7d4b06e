import type { Unreachable } from '../../provisioners/engine/types.ts'
import { EXIT } from '../../provisioners/errors.ts'
import { bootstrapCluster } from '../../provisioners/operations/bootstrap/index.ts'
import {
  canRepair,
  type Fix,
  type Group,
  type PreflightReport,
  preflight as preflightCluster,
  REPAIRS,
  type Severity,
} from '../../provisioners/operations/preflight/index.ts'
import type { Colors } from '../render/text.ts'
import { applyText, consentTo } from './bootstrap.ts'
import type { Verb } from './context.ts'

export interface PreflightOptions {
  readonly file: string
  /** Apply what bootstrap does about findings, after consent, and check again. */
  readonly fix?: boolean
}

const LABEL: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  unchecked: 'not checked',
  note: 'note',
}

const paint = (severity: Severity, c: Colors): string =>
  ({ error: c.red, warning: c.yellow, unchecked: c.cyan, note: c.dim })[severity](LABEL[severity])

function fixText(fix: Fix, hosts: string, c: Colors): string {
  if (fix.where === 'bootstrap') return 'bootstrap does this; to do it now: howdah preflight --fix'
  if (fix.where === 'host') return `on ${hosts}, as root: ${c.cyan(fix.text)}`
  return fix.where === 'cluster.yml' ? `in cluster.yml: ${c.cyan(fix.text)}` : fix.text
}

/** Hosts by what was found on them: hosts with the same evidence share a line. */
function evidenceLines({ hosts }: Group): string[] {
  const byEvidence = new Map<string, string[]>()
  for (const { host, evidence } of hosts)
    byEvidence.set(evidence, [...(byEvidence.get(evidence) ?? []), host])
  return [...byEvidence].map(([evidence, names]) => `${names.join(', ')}: ${evidence}`)
}

function groupText(group: Group, c: Colors): string {
  const { severity, message, check, fix, hosts } = group
  const names = hosts.map(({ host }) => host).join(', ')
  return [
    `${paint(severity, c)} ${c.bold(message)} ${c.dim(`(${check})`)}`,
    ...evidenceLines(group).map((line) => `  ${line}`),
    ...(fix ? [`  fix  ${fixText(fix, names, c)}`] : []),
  ].join('\n')
}

const unreachableText = ({ host, message, next }: Unreachable, c: Colors): string =>
  `${c.red('✗')} ${c.bold(host)} was not checked: ${message}${next ? `\n  next  ${c.cyan(next)}` : ''}`

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** "2 errors, 1 warning, 4 notes on 5 hosts (62 checks)". */
function summary({ findings, hosts, checks }: PreflightReport): string {
  const count = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length
  const parts = [
    plural(count('error'), 'error'),
    plural(count('warning'), 'warning'),
    ...(count('unchecked') > 0 ? [`${count('unchecked')} not checked`] : []),
    plural(count('note'), 'note'),
  ]
  return `${parts.join(', ')} on ${plural(hosts.length, 'host')} (${checks} checks).`
}

/** All findings, the worst first, then the hosts that could not be reached, and a summary. */
export const preflightText = (report: PreflightReport, c: Colors): string =>
  [
    ...report.findings.map((group) => groupText(group, c)),
    ...(report.unreachable ?? []).map((host) => unreachableText(host, c)),
    ...(report.applied ? [applyText(report.applied, c)] : []),
    c.bold(summary(report)),
  ].join('\n')

/** 13 when a check found an error; 14 when a repair failed; 15 when all is well on the hosts that could be reached. */
export function preflightExit({ findings, unreachable, applied }: PreflightReport): number {
  if (applied && Object.values(applied.outcomes).some((outcome) => outcome !== 'ok')) return EXIT.stepFailed
  if (findings.some(({ severity }) => severity === 'error')) return EXIT.preflight
  return unreachable === undefined ? EXIT.done : EXIT.partial
}

/** `howdah preflight`: checks every host and changes nothing; with `--fix`, applies what bootstrap does and checks again. */
export const preflight: Verb<PreflightOptions> = async (console, { file, fix }) => {
  const operation = console.operation(file)
  let report = await preflightCluster(operation)
  if (fix && canRepair(report)) {
    console.note(preflightText(report, console.out))
    const { applied } = await bootstrapCluster(operation, consentTo(console), { only: [REPAIRS] })
    report = { ...(await preflightCluster(operation)), ...(applied && { applied }) }
  }
  console.result(report, () => preflightText(report, console.out))
  return preflightExit(report)
}
