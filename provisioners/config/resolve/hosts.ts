import { isIPv4, isIPv6 } from 'node:net'
import type { ErrorCode } from '../../errors.ts'
import { MOST_HOSTS } from '../document/bounds.ts'
import type { Path } from '../document/document.ts'
import { short } from '../document/paths.ts'
import { type Problems, showPath } from '../document/problems.ts'
import { expandRange, isRange, RangeProblem } from '../document/ranges.ts'
import type { HostInput } from '../schema/cluster.ts'

/** One host of an expanded range, with the entry that it came from. */
export interface DraftHost {
  readonly name: string
  readonly address: string
  readonly input: HostInput
  /** ['hosts', 2] */
  readonly path: Path
}

/** Expands ranges and checks names and addresses. */
export function expandHosts(inputs: readonly HostInput[], problems: Problems): DraftHost[] {
  const hosts: DraftHost[] = []
  for (const [i, input] of inputs.entries()) {
    hosts.push(...expandOne(input, ['hosts', i], problems))
    if (hosts.length <= MOST_HOSTS) continue
    tooMany(['hosts', i], problems)
    return []
  }
  for (const host of hosts) {
    checkName(host, problems)
    checkAddress(host, hosts.length, problems)
  }
  checkTwice(hosts, 'name', 'SPEC_DUPLICATE_HOST', problems)
  checkTwice(hosts, 'address', 'SPEC_DUPLICATE_ADDRESS', problems)
  return hosts
}

function tooMany(path: Path, problems: Problems): void {
  problems.add({
    code: 'SPEC_TOO_LARGE',
    path,
    message: `with this entry there are more than ${MOST_HOSTS} hosts`,
    expected: `at most ${MOST_HOSTS} hosts`,
    next: 'check the ranges of the entries up to here',
  })
}

function expandOne(input: HostInput, path: Path, problems: Problems): DraftHost[] {
  const names = expandField(input.name, [...path, 'name'], problems)
  const addresses = expandField(input.address, [...path, 'address'], problems)
  if (names === undefined || addresses === undefined) return []
  if (names.length !== addresses.length) {
    problems.add({
      code: 'SPEC_RANGE_MISMATCH',
      path: [...path, 'address'],
      message: `${input.name} is ${count(names, 'host')}, but ${input.address} is ${count(addresses, 'address')}`,
      found: count(addresses, 'address'),
      expected: count(names, 'address'),
      next: isRange(input.address)
        ? 'give both ranges as many members'
        : `write a range, such as ${exampleRange(input.address, names.length)}`,
    })
    return []
  }
  return names.map((name, i) => ({ name, address: addresses[i] ?? '', input, path }))
}

const count = (list: readonly string[], one: string): string =>
  `${list.length} ${one}${list.length === 1 ? '' : one.endsWith('s') ? 'es' : 's'}`

function exampleRange(address: string, members: number): string {
  const match = /^(.*\.)(\d+)$/.exec(address)
  if (match === null) return '10.77.0.[21-40]'
  const first = Number(match[2])
  return `${match[1]}[${first}-${first + members - 1}]`
}

function expandField(text: string, path: Path, problems: Problems): string[] | undefined {
  try {
    return expandRange(text)
  } catch (error) {
    if (!(error instanceof RangeProblem)) throw error
    problems.add({
      code: 'SPEC_BAD_RANGE',
      path,
      message: `${showPath(path)} ${JSON.stringify(short(text))}: ${error.message}`,
      found: short(text),
      expected: 'a range such as w[1-20], w[01-20] or w[1-3,7]',
    })
    return undefined
  }
}

function checkName(host: DraftHost, problems: Problems): void {
  const wrong = whatIsWrongWithName(host.name)
  if (wrong === undefined) return
  problems.add({
    code: 'SPEC_BAD_HOST_NAME',
    path: [...host.path, 'name'],
    message: `the host name ${JSON.stringify(host.name)} ${wrong.why}`,
    found: host.name,
    expected: 'small letters, digits and dashes, with a letter in it, at most 63',
    next: wrong.next,
  })
}

function whatIsWrongWithName(name: string): { why: string; next: string } | undefined {
  if (name === 'localhost') return { why: 'means every host', next: 'give the host a name of its own' }
  if (name.includes('_')) {
    return {
      why: 'holds an underscore, which host names and Hadoop addresses may not',
      next: `write ${name.replaceAll('_', '-')}`,
    }
  }
  if (name.includes('.')) {
    return {
      why: 'holds a dot',
      next: `write the short name ${name.split('.')[0]}, and the full one as its address`,
    }
  }
  if (/^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return undefined
  if (/[A-Z]/.test(name)) return { why: 'has capital letters', next: `write ${name.toLowerCase()}` }
  return { why: 'is not a host name', next: 'write a name such as w1' }
}

const DNS_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

/** An IPv4 address or a DNS name; text that only looks like an address is neither. */
export const isAddress = (text: string): boolean =>
  isIPv4(text) || (DNS_NAME.test(text) && !/^[\d.]+$/.test(text))

/** An address by which a host reaches itself, or every address of it. */
export const isLoopback = (address: string): boolean =>
  /^(127(\.\d+){1,3}|0(\.0){3}|localhost(\d?\.localdomain\d?)?\.?|(.+\.)?localhost|ip6-localhost|\[?(::1?|(0+:){7}0*[01]|::ffff:127\..*)\]?)$/i.test(
    address,
  )

function checkAddress(host: DraftHost, hosts: number, problems: Problems): void {
  const path = [...host.path, 'address']
  const details = { path, found: host.address, expected: 'an IPv4 address or a DNS name' }
  const who = `the address ${JSON.stringify(host.address)} of ${host.name}`
  if (isIPv6(host.address)) {
    problems.add({
      ...details,
      code: 'SPEC_BAD_ADDRESS',
      message: `${who} is IPv6, which Hadoop does not speak`,
    })
  } else if (!isAddress(host.address)) {
    problems.add({
      ...details,
      code: 'SPEC_BAD_ADDRESS',
      message: `${who} is neither an IPv4 address nor a DNS name`,
    })
  } else if (hosts > 1 && isLoopback(host.address)) {
    problems.add({
      ...details,
      code: 'SPEC_BAD_ADDRESS',
      message: `${who} is a loopback address, which other hosts can't reach`,
      next: 'write the address that the other hosts reach it by (on the host: hostname -I)',
    })
  }
}

function checkTwice(
  hosts: readonly DraftHost[],
  key: 'name' | 'address',
  code: ErrorCode,
  problems: Problems,
): void {
  const seen = new Map<string, DraftHost>()
  for (const host of hosts) {
    const first = seen.get(host[key].toLowerCase())
    if (first === undefined) {
      seen.set(host[key].toLowerCase(), host)
      continue
    }
    const other = key === 'name' ? '' : ` of ${first.name}`
    problems.add({
      code,
      path: [...host.path, key],
      message: `the ${key} ${host[key]}${key === 'name' ? '' : ` of ${host.name}`} is taken already${other} at ${problems.place([...first.path, key])}`,
      found: host[key],
      next: `give each host ${key === 'name' ? 'a name' : 'an address'} of its own; for several roles on one host write them in one list, roles: [master, worker]`,
    })
  }
}
