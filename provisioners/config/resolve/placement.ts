import { CATALOG, DAEMONS, type Daemon, daemonsWhere, isOf } from '../../catalog/index.ts'
import type { Generation } from '../../catalog/types.ts'
import type { Path } from '../document/document.ts'
import type { Problems } from '../document/problems.ts'
import { ROLES } from '../types.ts'
import type { DraftHost } from './hosts.ts'
import { checkQuorums } from './quorum.ts'

/** Where a section places its daemon: on a host (metastore.host), or nowhere since the server is external. */
export interface Claim {
  readonly daemon: Daemon
  readonly host: string | undefined
  readonly path: Path
}

/** Daemons that a cluster has one of. */
const SINGLE = daemonsWhere(({ count }) => count === 'one')

/** Daemons that go to the host of another when no host is named for them. */
const FOLLOWERS = daemonsWhere(({ follows }) => follows !== undefined)

/** The daemons of each host, in the order of DAEMONS. */
export type Placement = ReadonlyMap<string, readonly Daemon[]>

export interface PlacementInput {
  readonly hosts: readonly DraftHost[]
  readonly claims: readonly Claim[]
  readonly generation: Generation
  /** Every entry of `hosts` is here. */
  readonly complete: boolean
  readonly problems: Problems
}

/**
 * Places daemons on hosts. A daemon that a host names moves there from a set (`master`). Two hosts can't both have
 * a daemon of which a cluster has one. A daemon that no host names goes where another daemon is.
 */
export function place({ hosts, claims, generation, complete, problems }: PlacementInput): Placement {
  const named = daemonsOf(generation)
  const placed = new Map(hosts.map((host) => [host.name, new Set<Daemon>()]))
  checkSets(hosts, problems)
  checkGeneration(hosts, generation, problems)
  for (const host of hosts) {
    for (const daemon of named(host)) if (!isSingle(daemon)) placed.get(host.name)?.add(daemon)
  }
  for (const daemon of SINGLE) {
    const holder = holderOf(daemon, { hosts, claims, problems, named })
    if (holder !== undefined) placed.get(holder)?.add(daemon)
  }
  const external = new Set(claims.filter((claim) => claim.host === undefined).map((claim) => claim.daemon))
  for (const daemon of FOLLOWERS) {
    const leader = CATALOG[daemon].follows as Daemon
    if (!external.has(daemon) && hostWith(placed, daemon) === undefined) {
      placed.get(hostWith(placed, leader) ?? '')?.add(daemon)
    }
  }
  // A range that could not be expanded may contain the missing host.
  if (complete) {
    checkPresent(placed, generation, problems)
    checkQuorums(hosts, problems)
  }
  return new Map([...placed].map(([name, set]) => [name, DAEMONS.filter((daemon) => set.has(daemon))]))
}

/** The first host that runs a daemon. */
export function hostWith(placed: ReadonlyMap<string, Iterable<Daemon>>, daemon: Daemon): string | undefined {
  return [...placed].find(([, daemons]) => [...daemons].includes(daemon))?.[0]
}

const isSingle = (daemon: Daemon): boolean => SINGLE.includes(daemon)

type Named = (host: DraftHost) => readonly Daemon[]

const daemonsOf =
  (generation: Generation): Named =>
  (host) =>
    host.input.roles.flatMap((role) => ROLES[generation][role] ?? [role as Daemon])

/** The daemon that a generation has in place of another, and the difference between them. */
function counterpartOf(daemon: Daemon): { readonly name: string; readonly text: string } {
  const { daemon: name = '', note } = CATALOG[daemon].counterpart ?? {}
  return { name, text: note === undefined ? name : `${name}, ${note}` }
}

/** A daemon of the other kind of cluster: Hadoop 1 has no YARN, and later ones have no JobTracker. */
function checkGeneration(hosts: readonly DraftHost[], generation: Generation, problems: Problems): void {
  const foreign = daemonsWhere((_, daemon) => !isOf(daemon, generation))
  for (const host of hosts) {
    for (const role of foreign.filter((one) => host.input.roles.includes(one))) {
      const counterpart = counterpartOf(role)
      problems.add({
        code: 'SPEC_ROLE_GENERATION',
        path: rolePath(host, role),
        message: `${host.input.name} has the role ${role}, which ${generation === 'hadoop1' ? 'Hadoop 1 does not have' : 'only Hadoop 1 has'}`,
        found: role,
        expected: counterpart.text || 'a daemon of this generation',
        next: `write ${counterpart.name}, or another versions.hadoop`,
      })
    }
  }
}

const rolePath = (host: DraftHost, role: string): Path => [
  ...host.path,
  'roles',
  Math.max(0, host.input.roles.indexOf(role)),
]

/** One error for two masters, instead of one for each daemon of a master. */
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
  {
    hosts,
    claims,
    problems,
    named,
  }: Pick<PlacementInput, 'hosts' | 'claims' | 'problems'> & { named: Named },
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

function checkPresent(
  placed: ReadonlyMap<string, ReadonlySet<Daemon>>,
  generation: Generation,
  problems: Problems,
): void {
  const required = (count: 'one' | 'each') =>
    daemonsWhere(
      (entry, daemon) => entry.required === true && entry.count === count && isOf(daemon, generation),
    )
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
  const masters = required('one').filter(lacks)
  if (masters.length === required('one').length) say('the master', 'master')
  else for (const daemon of masters) say(`the ${daemon}`, daemon)
  const workers = required('each').filter(lacks)
  if (workers.length === required('each').length) say('a worker', 'worker')
  else for (const daemon of workers) say(`a ${daemon}`, daemon)
}
