import type { Path } from './document.ts'
import type { Problems } from './problems.ts'
import type { DraftHost } from './resolve-hosts.ts'
import { DAEMONS, type Daemon, ROLES } from './types.ts'

/** A section's own word on where its daemon is: metastore.host, or nowhere since the server is external. */
export interface Claim {
  readonly daemon: Daemon
  readonly host: string | undefined
  readonly path: Path
}

/** Daemons that a cluster has one of. */
const SINGLE = [
  'namenode',
  'secondarynamenode',
  'resourcemanager',
  'jobhistory',
  'hive-metastore',
  'hiveserver2',
  'metastore-database',
  'result-store',
  'lms-database',
] as const satisfies readonly Daemon[]

/** Where a daemon goes when no host is named for it: to the host of another. Order matters. */
const FOLLOWS: readonly (readonly [Daemon, Daemon])[] = [
  ['secondarynamenode', 'namenode'],
  ['jobhistory', 'resourcemanager'],
  ['hiveserver2', 'hive-metastore'],
  ['metastore-database', 'hive-metastore'],
  ['sqoop', 'hive-metastore'],
  ['client', 'hive-metastore'],
]

/** Which daemons each host runs, in the order of DAEMONS. */
export type Placement = ReadonlyMap<string, readonly Daemon[]>

/**
 * Lays daemons out on hosts. A daemon that a host names by itself moves there from a set (`master`);
 * what a cluster has one of, two hosts can't have; what nobody names follows another daemon.
 * `complete`: every entry of `hosts` is here.
 */
export function place(
  hosts: readonly DraftHost[],
  claims: readonly Claim[],
  complete: boolean,
  problems: Problems,
): Placement {
  const placed = new Map(hosts.map((host) => [host.name, new Set<Daemon>()]))
  checkSets(hosts, problems)
  for (const host of hosts) {
    for (const daemon of named(host)) if (!isSingle(daemon)) placed.get(host.name)?.add(daemon)
  }
  for (const daemon of SINGLE) {
    const holder = holderOf(daemon, hosts, claims, problems)
    if (holder !== undefined) placed.get(holder)?.add(daemon)
  }
  const external = new Set(claims.filter((claim) => claim.host === undefined).map((claim) => claim.daemon))
  for (const [daemon, leader] of FOLLOWS) {
    if (!external.has(daemon) && hostWith(placed, daemon) === undefined) {
      placed.get(hostWith(placed, leader) ?? '')?.add(daemon)
    }
  }
  // A range that could not be expanded may hold what is missing.
  if (complete) checkPresent(placed, problems)
  return new Map([...placed].map(([name, set]) => [name, DAEMONS.filter((daemon) => set.has(daemon))]))
}

/** The first host that runs a daemon. */
export function hostWith(placed: ReadonlyMap<string, Iterable<Daemon>>, daemon: Daemon): string | undefined {
  return [...placed].find(([, daemons]) => [...daemons].includes(daemon))?.[0]
}

const isSingle = (daemon: Daemon): boolean => (SINGLE as readonly Daemon[]).includes(daemon)

const named = (host: DraftHost): readonly Daemon[] =>
  host.input.roles.flatMap((role) => ROLES[role] ?? [role as Daemon])

const rolePath = (host: DraftHost, role: string): Path => [
  ...host.path,
  'roles',
  Math.max(0, host.input.roles.indexOf(role)),
]

/** One error for two masters, not one for each daemon that a master has. */
function checkSets(hosts: readonly DraftHost[], problems: Problems): void {
  for (const host of hosts) {
    host.input.roles.forEach((role, i) => {
      if (host.input.roles.indexOf(role) === i) return
      problems.add({
        code: 'SPEC_DUPLICATE_ROLE',
        path: [...host.path, 'roles', i],
        message: `${host.input.name} has the role ${role} twice`,
        found: role,
        next: 'remove one of the two',
      })
    })
  }
  const masters = hosts.filter((host) => host.input.roles.includes('master'))
  const [first, second] = masters
  if (first === undefined || second === undefined) return
  problems.add({
    code: 'SPEC_TWO_MASTERS',
    path: rolePath(second, 'master'),
    message: `a cluster has one master, and here are ${masters.length}: ${masters
      .slice(0, 3)
      .map((host) => `${host.name} (${problems.place(rolePath(host, 'master'))})`)
      .join(' and ')}${masters.length > 3 ? ' …' : ''}`,
    found: masters.map((host) => host.name).join(', '),
    expected: 'one host with the role master',
    next: `take master from ${second.name}, or move single daemons there by name, such as roles: [resourcemanager, jobhistory]`,
  })
}

function holderOf(
  daemon: Daemon,
  hosts: readonly DraftHost[],
  claims: readonly Claim[],
  problems: Problems,
): string | undefined {
  const claim = claims.find((one) => one.daemon === daemon)
  const explicit = hosts.filter((host) => host.input.roles.includes(daemon))
  const places = [
    ...explicit.map((host) => ({ host: host.name, path: rolePath(host, daemon) })),
    ...(claim === undefined || explicit.some((host) => host.name === claim.host) ? [] : [claim]),
  ]
  const [first, second] = places
  if (first !== undefined && second !== undefined) {
    const show = (one: { host: string | undefined; path: Path }) =>
      `${one.host ?? 'an external server'} (${problems.place(one.path)})`
    problems.add({
      code: 'SPEC_TWO_HOLDERS',
      path: second.path,
      message: `a cluster has one ${daemon}, and here are ${places.length}: ${places.slice(0, 3).map(show).join(' and ')}`,
      found: places.map((one) => one.host ?? 'external').join(', '),
      expected: `one place for ${daemon}`,
      next: 'keep one of them',
    })
  }
  if (first !== undefined) return first.host
  return hosts.find((host) => named(host).includes(daemon))?.name
}

function checkPresent(placed: ReadonlyMap<string, ReadonlySet<Daemon>>, problems: Problems): void {
  const lacks = (daemon: Daemon): boolean => hostWith(placed, daemon) === undefined
  const say = (what: string, role: string): void =>
    problems.add({
      code: 'SPEC_MISSING_ROLE',
      path: ['hosts'],
      at: 'key',
      message: `no host is ${what}`,
      expected: `a host with the role ${role}`,
      next: `add the role to a host, such as roles: [${role}]`,
    })
  const masters = (['namenode', 'resourcemanager', 'hive-metastore'] as const).filter(lacks)
  if (masters.length === 3) say('the master', 'master')
  else for (const daemon of masters) say(`the ${daemon}`, daemon)
  const workers = (['datanode', 'nodemanager'] as const).filter(lacks)
  if (workers.length === 2) say('a worker', 'worker')
  else for (const daemon of workers) say(`a ${daemon}`, daemon)
}
