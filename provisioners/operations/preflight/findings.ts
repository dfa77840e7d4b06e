/** From what was read to findings: all checks, the same finding of several hosts once, the worst first. Pure. */

import { CHECKS } from './checks/index.ts'
import { type Check, type Finding, type Group, SEVERITIES, type World } from './types.ts'

/** What every check found, in the order of the checks. */
export const findingsOf = (world: World, checks: readonly Check[] = CHECKS): Finding[] =>
  checks.flatMap(({ id, run }) => run(world).map((finding) => ({ check: id, ...finding })))

/** The same finding of several hosts is one group, with the evidence of each. */
export function grouped(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { check, severity, message, fix, host, evidence } of findings) {
    const key = JSON.stringify([check, severity, message, fix])
    const { hosts = [] } = groups.get(key) ?? {}
    groups.set(key, { check, severity, message, ...(fix && { fix }), hosts: [...hosts, { host, evidence }] })
  }
  return [...groups.values()].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}
