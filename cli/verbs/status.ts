import { EXIT } from '../../provisioners/errors.ts'
import { clusterStatus } from '../../provisioners/operations/status/index.ts'
import type { CheckResult, StatusReport } from '../../provisioners/runtime/types.ts'
import { mark } from '../render/plain.ts'
import type { Colors } from '../render/text.ts'
import type { Verb } from './context.ts'

/** One line per check; below a failed one, the evidence and what to do. */
export const checkLines = (checks: readonly CheckResult[], c: Colors): string[] =>
  checks.map((check) => {
    const head = `${mark(check.status, c)} ${check.title.padEnd(44)} ${c.dim(check.host)}`
    if (check.status === 'pass') return head
    return [
      head,
      ...check.detail
        .split('\n')
        .slice(-5)
        .map((line) => c.dim(`    ${line}`)),
      `    next  ${c.cyan(check.next ?? '')}`,
    ].join('\n')
  })

/** "4 of 4 healthy". */
export function verdictOf(checks: readonly CheckResult[], c: Colors): string {
  const broken = checks.filter((check) => check.status === 'fail').length
  const said =
    broken === 0
      ? c.green(`${checks.length} of ${checks.length} healthy`)
      : c.red(`${broken} of ${checks.length} unhealthy`)
  return c.bold(said)
}

function statusText(status: StatusReport, c: Colors): string {
  const drift = Object.entries(status.drift).flatMap(([host, titles]) => [
    c.bold(host),
    ...titles.map((title) => `  ~ ${title}`),
  ])
  const refusals = status.refusals.map((refusal) => `${c.red('!')} ${refusal.message} (${refusal.found})`)
  const head =
    drift.length > 0
      ? [c.bold('Differs from cluster.yml (howdah plan shows how):'), ...drift]
      : ['No drift: the hosts are as cluster.yml says.']
  return [...checkLines(status.checks, c), '', ...head, ...refusals, verdictOf(status.checks, c)].join('\n')
}

/** `howdah status`: the health of every daemon, and drift. Exit 17 when a daemon is unhealthy. */
export const status: Verb<{ readonly file: string }> = async (console, options) => {
  const report = await clusterStatus(console.operation(options.file))
  console.result(report, () => statusText(report, console.out))
  return report.checks.every((check) => check.status === 'pass') ? EXIT.done : EXIT.verification
}
