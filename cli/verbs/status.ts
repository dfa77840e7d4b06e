import type { StepAction } from '../../provisioners/engine/types.ts'
import { EXIT } from '../../provisioners/errors.ts'
import { clusterStatus } from '../../provisioners/operations/status/index.ts'
import type { CheckResult, StatusReport } from '../../provisioners/runtime/types.ts'
import { CONNECTION } from '../../provisioners/runtime/unreachable.ts'
import { grouped, hostRange, withoutHost, withoutName } from '../render/hosts.ts'
import { mark } from '../render/plain.ts'
import { isBare } from '../render/plan-steps.ts'
import { type Colors, padded } from '../render/text.ts'
import type { Verb } from './context.ts'

/** One line per check, or per check of equal hosts; below a failed one, the evidence and what to do. */
export const checkLines = (checks: readonly CheckResult[], c: Colors): string[] =>
  grouped(checks, ({ status, host, title, detail, next }) =>
    withoutHost([status, title, status === 'pass' ? '' : `${detail}\n${next}`].join('\n'), host),
  ).map((group) => {
    const [check] = group
    const names = hostRange(group.map(({ host }) => host))
    // The title of one check of many may have the name of its host.
    const title = group.length === 1 ? check.title : check.title.replace(` on ${check.host}`, '')
    const head = `${mark(check.status, c)} ${padded(title, 44)} ${c.dim(names)}`
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

/** Hosts on which nothing is installed: each has one line, not one per daemon that cannot run there. */
export function bareHosts({ checks, drift }: StatusReport): readonly string[] {
  const healthy = new Set(checks.filter(({ status }) => status === 'pass').map(({ host }) => host))
  const actionOf = (title: string): StepAction => title.slice(0, title.indexOf(' ')) as StepAction
  return Object.entries(drift)
    .filter(([host, titles]) => !healthy.has(host) && isBare(titles.map(actionOf)))
    .map(([host]) => host)
}

/** "4 of 4 healthy". */
export function verdictOf(checks: readonly CheckResult[], c: Colors): string {
  const broken = checks.filter((check) => check.status === 'fail').length
  const said =
    broken === 0
      ? c.green(`${checks.length} of ${checks.length} healthy`)
      : c.red(`${broken} of ${checks.length} unhealthy`)
  return c.bold(said)
}

/** The status as text: bare hosts, checks, drift, and the verdict. */
export function statusText(status: StatusReport, c: Colors): string {
  const bare = new Set(bareHosts(status))
  const bareLines = [...bare].map((host) => `${c.dim('–')} ${c.bold(host)}: nothing installed yet`)
  const next = bare.size > 0 ? [`    next  ${c.cyan('howdah bootstrap')}`] : []
  const checks = status.checks.filter(({ host }) => !bare.has(host))
  const drifted = Object.entries(status.drift).filter(([host]) => !bare.has(host))
  const alike = grouped(drifted, ([host, titles]) => withoutName(titles.join('\n'), host))
  const drift = alike.flatMap((group) => [
    c.bold(hostRange(group.map(([host]) => host))),
    ...group[0][1].map((title) => `  ~ ${title}`),
  ])
  const refusals = status.refusals.map((refusal) => `${c.red('!')} ${refusal.message} (${refusal.found})`)
  const head =
    drift.length > 0
      ? [c.bold('Differs from cluster.yml (howdah plan shows how):'), ...drift]
      : bare.size > 0
        ? []
        : ['No drift: the hosts are as cluster.yml says.']
  const lines = [...bareLines, ...next, ...checkLines(checks, c)]
  const verdict = checks.length > 0 ? [verdictOf(checks, c)] : []
  return [...lines, ...(lines.length > 0 ? [''] : []), ...head, ...refusals, ...verdict].join('\n')
}

/** 17 when a daemon is unhealthy; 15 when all that could be asked are healthy, and some hosts could not be reached. */
export function checksExit(checks: readonly CheckResult[]): number {
  const failed = checks.filter(({ status }) => status === 'fail')
  if (failed.length === 0) return EXIT.done
  return failed.every(({ name }) => name === CONNECTION) ? EXIT.partial : EXIT.verification
}

/** `howdah status`: the health of every daemon, and drift. Exit 17 when a daemon is unhealthy. */
export const status: Verb<{ readonly file: string }> = async (console, options) => {
  const report = await clusterStatus(console.operation(options.file))
  console.result(report, () => statusText(report, console.out), 'prose')
  return checksExit(report.checks)
}
