import { isIPv4, isIPv6 } from 'node:net'
import { render } from '../../../hadoop-templates/index.ts'
import type { Host } from '../../config/types.ts'
import { clusterAddress } from '../support/hosts.ts'
import type { ComponentContext } from '../types.ts'
import { guardedPorts, numbersOf } from './ports.ts'

interface Element {
  readonly value: string
  /** Shown as a comment, so that the diff of a plan can be read. */
  readonly why: string
}

type Addressed = Pick<ComponentContext, 'cluster' | 'facts'>

const isLocal = (address: string): boolean => /^(127\.|::1$|fe80:)/i.test(address)

/**
 * The addresses that a host connects from. Where Howdah keeps /etc/hosts, hosts use the addresses that are there.
 * Without it DNS decides, so every address that the host reports counts.
 */
export function addressesOf(host: Host, { cluster, facts }: Addressed): readonly string[] {
  const known = facts[host.name]
  const found = [
    host.address,
    clusterAddress(host, known) ?? '',
    ...(cluster.manageHostsFile ? [] : (known?.addresses ?? [])),
  ]
  return [...new Set(found)].filter((one) => (isIPv4(one) || isIPv6(one)) && !isLocal(one))
}

/** Addresses that reach every port: those of the hosts, and `access.hosts`. */
export function trusted(context: Addressed): readonly Element[] {
  const { hosts, access } = context.cluster
  const own = hosts.flatMap((host) => addressesOf(host, context).map((value) => ({ value, why: host.name })))
  return [...own, ...access.hosts.map((value) => ({ value, why: 'access.hosts' }))]
}

const isSix = ({ value }: Element): boolean => value.includes(':')
const isFour = (one: Element): boolean => !isSix(one)

/** Sorted, so that the file depends on cluster.yml alone. An address with two names has both of them as its comment. */
function sorted(elements: readonly Element[]): Element[] {
  const byValue = new Map<string, string>()
  for (const { value, why } of elements) {
    const before = byValue.get(value)
    byValue.set(value, before === undefined ? why : `${before}, ${why}`)
  }
  return [...byValue].map(([value, why]) => ({ value, why })).sort((a, b) => (a.value < b.value ? -1 : 1))
}

/** The rules of nftables for one host. The same cluster and the same facts give the same text. */
export function rulesOf(host: Host, context: Addressed): string {
  const ports = guardedPorts(host, context)
  const asElements = (list: typeof ports): Element[] => {
    const byNumber = list.map((port) => ({ value: numbersOf(port), why: port.title }))
    return sorted(byNumber).sort((a, b) => Number.parseInt(a.value, 10) - Number.parseInt(b.value, 10))
  }
  const hosts = trusted(context)
  const users = context.cluster.access.from.map((value) => ({ value, why: 'access.from' }))
  const set = (name: string, type: string, elements: readonly Element[]) => ({ name, type, elements })
  return render('firewall/rules.nft', {
    sets: [
      set('ports', 'inet_service', asElements(ports)),
      set('user_ports', 'inet_service', asElements(ports.filter(({ reach }) => reach === 'users'))),
      set('hosts4', 'ipv4_addr', sorted(hosts.filter(isFour))),
      set('hosts6', 'ipv6_addr', sorted(hosts.filter(isSix))),
      set('users4', 'ipv4_addr', sorted(users.filter(isFour))),
      set('users6', 'ipv6_addr', sorted(users.filter(isSix))),
    ],
  })
}
