import type { Check, Finding, Fix, Seen, World } from '../types.ts'
import { acrossHosts, eachHost, linesOf, shown, Unread } from './reading.ts'

/** One lookup of a name on a host. */
interface Lookup {
  readonly name: string
  readonly addresses: readonly string[]
  /** The names that the first address leads back to. */
  readonly back: readonly string[]
  /** Absent where the host's clock has no fractions of a second. */
  readonly ms?: number
  /** True when earlier lookups took all the time. */
  readonly late: boolean
}

const words = (text = ''): string[] => text.split(',').filter((word) => word !== '')

function parseLookup(line: string): Lookup {
  const [name = '', forward = '', back, start = '', end = ''] = line.split('\t')
  if (name === '' || (forward !== 'late' && back === undefined))
    throw new Unread(`a lookup could not be read: ${shown(line)}`)
  const timed = /^\d{19}$/.test(start) && /^\d{19}$/.test(end)
  return {
    name,
    addresses: forward === 'late' ? [] : words(forward),
    back: words(back),
    late: forward === 'late',
    ...(timed && { ms: Math.max(0, Number((BigInt(end) - BigInt(start)) / 1_000_000n)) }),
  }
}

const lookupsOf = (seen: Seen): Lookup[] => linesOf(seen, 'lookups').map(parseLookup)

const isLoopback = (address: string): boolean => address.startsWith('127.')

/** Bootstrap writes all names into /etc/hosts, unless cluster.yml says that DNS has them. */
const repair = ({ cluster }: World): { severity: 'error' | 'note'; fix: Fix } =>
  cluster.manageHostsFile
    ? { severity: 'note', fix: { where: 'bootstrap' } }
    : { severity: 'error', fix: { where: 'cluster.yml', text: 'manageHostsFile: true' } }

/** Names that Howdah can repair do not matter. */
const others = (seen: Seen): Lookup[] =>
  lookupsOf(seen).filter(({ name, late }) => name !== 'localhost' && !late)

const ownName: Check = {
  id: 'own-name',
  title: 'the own name of a host is not a loopback address, such as the 127.0.1.1 of Debian',
  severities: ['error', 'note'],
  run: eachHost((seen, world) => {
    const own = others(seen).find(({ name }) => name === seen.host.name)
    if (own === undefined || !own.addresses.some(isLoopback)) return []
    return [
      {
        ...repair(world),
        message: 'the own name of the host is a loopback address, where other hosts cannot reach its daemons',
        evidence: `${own.name} is ${own.addresses.join(', ')}`,
      },
    ]
  }),
}

const localhost: Check = {
  id: 'localhost',
  title: 'localhost is 127.0.0.1',
  severities: ['error', 'warning'],
  run: eachHost((seen) => {
    const found = lookupsOf(seen).find(({ name }) => name === 'localhost')
    if (found === undefined || found.late) throw new Unread('localhost was not looked up')
    if (found.addresses[0] === '127.0.0.1') return []
    return [
      {
        severity: found.addresses.length === 0 ? 'warning' : 'error',
        message: 'localhost is not 127.0.0.1',
        evidence: `localhost is ${found.addresses.join(', ') || 'unknown'}`,
        fix: { where: 'host', text: "echo '127.0.0.1 localhost' >>/etc/hosts" },
      },
    ]
  }),
}

const forward: Check = {
  id: 'lookups',
  title: 'every host finds the address of every host',
  severities: ['error', 'note'],
  run: eachHost((seen, world) => {
    const missing = others(seen).filter(({ addresses }) => addresses.length === 0)
    if (missing.length === 0) return []
    const names = missing.map(({ name }) => name)
    return [
      {
        ...repair(world),
        message: 'names of the cluster have no address on the host',
        evidence: shown(names.join(', ')),
      },
    ]
  }),
}

/** The addresses that hosts find for one name, by the hosts; the loopback of the own name is another finding. */
function disagreements(
  values: readonly { readonly host: string; readonly value: readonly Lookup[] }[],
  world: World,
): Omit<Finding, 'check'>[] {
  const names = world.cluster.hosts.map(({ name }) => name)
  return names.flatMap((name) => {
    const found = values.flatMap(({ host, value }) => {
      const first = value.find((one) => one.name === name)?.addresses[0]
      return first === undefined || isLoopback(first) ? [] : [{ host, first }]
    })
    if (new Set(found.map(({ first }) => first)).size < 2) return []
    return found.map(({ host, first }) => ({
      ...repair(world),
      host,
      message: `hosts find different addresses for ${name}`,
      evidence: `${name} is ${first}`,
    }))
  })
}

const sameAddresses: Check = {
  id: 'same-addresses',
  title: 'all hosts find the same address for a name',
  severities: ['error', 'note'],
  run: acrossHosts(others, disagreements),
}

const reverse: Check = {
  id: 'reverse-lookups',
  title: 'the address of a host leads back to its name',
  severities: ['warning', 'note'],
  run: eachHost((seen, world) => {
    const wrong = others(seen).filter(
      ({ name, addresses, back }) =>
        addresses.length > 0 &&
        !addresses.some(isLoopback) &&
        !back.some((one) => one === name || one.startsWith(`${name}.`)),
    )
    if (wrong.length === 0) return []
    const { severity, fix } = repair(world)
    return [
      {
        severity: severity === 'error' ? 'warning' : severity,
        fix,
        message: 'addresses of the cluster do not lead back to their names',
        evidence: shown(
          wrong
            .map(({ name, addresses, back }) => `${name}: ${addresses[0]} is ${back[0] ?? 'unknown'}`)
            .join('; '),
        ),
      },
    ]
  }),
}

/** Daemons look names up for each request, and wait for the answer. */
const SLOW_MS = 1000

const lookupTime: Check = {
  id: 'lookup-time',
  title: 'a lookup of a name takes less than a second',
  severities: ['warning'],
  run: eachHost((seen) => {
    const all = lookupsOf(seen)
    const late = all.filter((one) => one.late)
    const [slowest] = [...all].sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0))
    if (late.length === 0 && all.every(({ ms }) => ms === undefined))
      throw new Unread('the clock of the host has no fractions of a second')
    if (late.length === 0 && (slowest?.ms ?? 0) < SLOW_MS) return []
    const more = late.length > 0 ? `; ${late.length} names were not looked up in time` : ''
    return [
      {
        severity: 'warning',
        message: 'lookups of names are slow, and daemons wait for them',
        evidence: `${slowest?.name} took ${slowest?.ms ?? 'an unknown number of'} ms${more}`,
        fix: {
          where: 'hand',
          text: 'name servers that answer, in /etc/resolv.conf or in the settings of what writes it',
        },
      },
    ]
  }),
}

/** Lookups of names, and what they give. */
export const lookupChecks: readonly Check[] = [
  ownName,
  localhost,
  forward,
  sameAddresses,
  reverse,
  lookupTime,
]
