import { CATALOG, DAEMONS } from '../../catalog/index.ts'
import type { Problems } from '../document/problems.ts'
import type { DraftHost } from './hosts.ts'

/** Checks how many hosts have each daemon that works as a quorum. */
export function checkQuorums(hosts: readonly DraftHost[], problems: Problems): void {
  for (const daemon of DAEMONS) {
    const { count } = CATALOG[daemon]
    if (typeof count === 'object') checkQuorum(daemon, count.quorum, hosts, problems)
  }
}

/**
 * A quorum decides by majority. Four hosts survive the loss of one, as three do, but each decision waits for one host
 * more. Adds SPEC_QUORUM for a number of hosts that is not in `sizes`; no host at all is allowed.
 */
export function checkQuorum(
  role: string,
  sizes: readonly number[],
  hosts: readonly DraftHost[],
  problems: Problems,
): void {
  const holders = hosts.filter((host) => host.input.roles.includes(role))
  const last = holders.at(-1)
  if (last === undefined || sizes.includes(holders.length)) return
  const fewer = sizes.filter((size) => size < holders.length).at(-1)
  const more = sizes.find((size) => size > holders.length)
  problems.add({
    code: 'SPEC_QUORUM',
    path: [...last.path, 'roles', last.input.roles.indexOf(role)],
    message: `${holders.length} hosts have the role ${role}, which decides by majority`,
    found: holders.map(({ name }) => name).join(', '),
    expected: `${sizes.slice(0, -1).join(', ')} or ${sizes.at(-1)} hosts`,
    next: [
      ...(fewer === undefined ? [] : [`remove the role ${role} from ${holders.length - fewer}`]),
      ...(more === undefined ? [] : [`give it to ${more - holders.length} more`]),
    ].join(', or '),
  })
}
