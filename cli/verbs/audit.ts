import { EXIT } from '../../provisioners/errors.ts'
import {
  type AuditedHost,
  type AuditedPort,
  type AuditReport,
  auditPorts,
} from '../../provisioners/operations/audit/index.ts'
import type { Colors } from '../render/text.ts'
import type { Verb } from './context.ts'

const STATES: Readonly<Record<AuditedHost['firewall'], string>> = {
  'in force': 'the firewall of Howdah is in force',
  outdated: 'the firewall has rules of an earlier cluster.yml: howdah plan shows the difference',
  'not loaded': 'the firewall is not loaded: howdah bootstrap --only firewall',
  changed: 'somebody changed the rules of Howdah in the kernel: howdah bootstrap --only firewall',
  other: 'another program manages the firewall',
  none: 'Howdah adds no rules here',
}

const whoReaches = (port: AuditedPort, { access }: AuditReport, manager: string | undefined): string => {
  const users = access.from.length > 0 ? `cluster, ${access.from.join(', ')}` : 'cluster'
  return {
    host: 'this host',
    cluster: 'cluster',
    users,
    other: `as ${manager ?? 'it'} decides`,
    everybody: 'everybody',
  }[port.reach]
}

function portLines(port: AuditedPort, report: AuditReport, host: AuditedHost, c: Colors): string[] {
  const what = port.title || `${port.process || 'unknown program'} (not of Howdah)`
  const at = `${port.address}:${port.port}`.padEnd(22)
  const who = whoReaches(port, report, host.manager)
  const line = `  ${at} ${what.padEnd(44)} ${port.exposed ? c.red(who) : who}`
  return port.reach === 'host' || port.risk === '' ? [line] : [line, c.dim(`      ${port.risk}`)]
}

/** The ports of every host, one line each, and below it what somebody could do there. */
export function auditText(report: AuditReport, c: Colors): string {
  const hosts = report.hosts.flatMap((host) => [
    `${c.bold(host.host)}  ${STATES[host.firewall]}${host.manager ? ` (${host.manager})` : ''}`,
    ...host.ports.flatMap((port) => portLines(port, report, host, c)),
    '',
  ])
  const lost = (report.unreachable ?? []).map(({ host, message }) =>
    c.red(`${host} was not asked: ${message}`),
  )
  const said =
    report.exposed === 0
      ? c.green('No port of the cluster is open to everybody.')
      : c.red(`${report.exposed} ports of the cluster are open to everybody who reaches their host.`)
  return [...hosts, ...lost, c.bold(said), 'docs/security.md has what each port lets somebody do.'].join('\n')
}

/** `howdah audit`: what listens, and who reaches it. Exit 17 when a port is open that must not be. */
export const audit: Verb<{ readonly file: string }> = async (console, options) => {
  const report = await auditPorts(console.operation(options.file))
  console.result(report, () => auditText(report, console.out))
  if (report.exposed > 0) return EXIT.verification
  return report.unreachable === undefined ? EXIT.done : EXIT.partial
}
