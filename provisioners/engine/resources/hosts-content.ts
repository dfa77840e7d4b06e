import type { HostsBlock } from '../types.ts'

export const HOSTS_BEGIN = '# BEGIN howdah: this block is rewritten by Howdah'
export const HOSTS_END = '# END howdah'

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1'

/** True when a block of Howdah begins and does not end, so that its last line is not known. */
export function isTorn(current: string): boolean {
  let open = false
  for (const line of current.split('\n')) {
    if (line === HOSTS_BEGIN && open) return true
    if (line === HOSTS_BEGIN) open = true
    if (line === HOSTS_END) open = false
  }
  return open
}

/** The line without the host's own names; undefined when no name is left; the same line when it has none of them. */
function withoutOwnNames(line: string, own: ReadonlySet<string>): string | undefined {
  const [spoken = '', ...comment] = line.split('#')
  const [address = '', ...names] = spoken.trim().split(/\s+/)
  if (!isLoopback(address) || !names.some((name) => own.has(name))) return line
  const left = names.filter((name) => !own.has(name))
  if (left.length === 0) return undefined
  return `${[address, ...left].join('\t')}${comment.length > 0 ? ` #${comment.join('#')}` : ''}`
}

/**
 * /etc/hosts as it should be: the block in its old place, or at the end. Every other line stays byte for byte, except
 * that this host's own names are removed from loopback addresses (Debian's 127.0.1.1): daemons would bind there.
 */
export function hostsContent(current: string, block: Pick<HostsBlock, 'entries' | 'ownNames'>): string {
  const own = new Set(block.ownNames.filter((name) => name !== 'localhost'))
  const entries = block.entries.map(({ address, names }) => [address, ...names].join('\t'))
  const ours = [HOSTS_BEGIN, ...entries, HOSTS_END]
  const kept: string[] = []
  let inside = false
  let placed = false
  for (const line of current.replace(/\n$/, '').split('\n')) {
    if (line === HOSTS_BEGIN) {
      if (!placed) kept.push(...ours)
      placed = true
      inside = true
    } else if (inside) {
      inside = line !== HOSTS_END
    } else {
      const left = withoutOwnNames(line, own)
      if (left !== undefined) kept.push(left)
    }
  }
  if (!placed) kept.push(...ours)
  return `${(current === '' ? ours : kept).join('\n')}\n`
}
