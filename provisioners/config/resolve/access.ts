import { isIPv4, isIPv6 } from 'node:net'
import type { Path } from '../document/document.ts'
import { showPath } from '../document/problems.ts'
import { parseCidr } from '../infrastructure/cidr.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { Cluster } from '../types.ts'
import type { ResolveContext } from './context.ts'

interface Wrong {
  readonly wrong: string
  readonly right: string
}

/** Who reaches the daemons. On AWS security groups decide that, so the default there is no firewall on the hosts. */
export function resolveAccess(
  input: ClusterInput,
  context: ResolveContext,
): Pick<Cluster, 'firewall' | 'access'> {
  const firewall = input.firewall ?? (input.aws === undefined ? 'unless-other' : 'none')
  const access = {
    from: networks(input.access?.from ?? [], ['access', 'from'], context),
    hosts: networks(input.access?.hosts ?? [], ['access', 'hosts'], context),
  }
  if (firewall === 'none' && input.access !== undefined) {
    context.problems.warn(['access'], 'access has no effect: no firewall is managed on the hosts')
  }
  return { firewall, access }
}

function networks(texts: readonly string[], at: Path, context: ResolveContext): readonly string[] {
  const found = texts.map((text, i) => network(text, [...at, i], context))
  return [...new Set(found)].sort()
}

function network(text: string, path: Path, { problems }: ResolveContext): string {
  const small = text.toLowerCase()
  const bad = whatIsWrong(small)
  if (bad !== undefined) {
    problems.add({
      code: 'SPEC_BAD_CIDR',
      path,
      message: `${showPath(path)}: ${text} ${bad.wrong}`,
      found: text,
      expected: bad.right,
    })
  } else if (small.endsWith('/0')) {
    problems.warn(path, `${text} is every address, so the daemons are open to everybody who reaches a host`)
  }
  // A range of one address is the address.
  return small.replace(isIPv4(small.split('/')[0] ?? '') ? /\/32$/ : /\/128$/, '')
}

function whatIsWrong(text: string): Wrong | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  if (rest.length === 0 && isIPv4(address)) {
    if (prefix === undefined) return undefined
    const parsed = parseCidr(text)
    return 'wrong' in parsed ? parsed : undefined
  }
  const right = 'an address or a range, such as 10.20.0.0/16 or 2001:db8::/48'
  if (rest.length > 0 || !isIPv6(address) || address.includes('%')) {
    return { wrong: 'is not an address or a range of addresses', right }
  }
  if (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= 128)) {
    return { wrong: 'has no prefix from 0 to 128', right }
  }
  return undefined
}
