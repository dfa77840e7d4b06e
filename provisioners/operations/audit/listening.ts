/** Which ports of a host listen, and its firewall: one script, and the parser of its answer. */

import { LOADED, SITUATION } from '../../services/firewall/scripts.ts'

export interface Listening {
  readonly address: string
  readonly port: number
  /** Name of the process; '' when unknown. */
  readonly process: string
  /** The unit of systemd that it belongs to, without `.service`; '' when it has none. */
  readonly unit: string
}

export interface HostAnswer {
  readonly listening: readonly Listening[]
  /** Another program that manages the firewall, or `none`. */
  readonly manager: string
  /** Whether the kernel has nf_tables: yes, no, or unknown without nft. */
  readonly kernel: string
  /** sha256 of the rules that the kernel has; `no`, or `changed`. */
  readonly loaded: string
}

/** Without ss the sockets are read from /proc, and their processes are not known. */
export const LISTENING = [
  SITUATION,
  LOADED,
  'echo "@firewall $manager $kernel $loaded"',
  'if command -v ss >/dev/null 2>&1; then found=$(ss -H -ltnp)',
  `else found=$(awk '$4 == "0A" { print "proc " $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null || :); fi`,
  `printf '%s\\n' "$found" | sed 's/^/@socket /'`,
  `for pid in $(printf '%s\\n' "$found" | grep -o 'pid=[0-9]*' | sort -u); do`,
  '  pid=${pid#pid=}',
  `  unit=$(sed -n 's,.*/\\([^/]*\\)\\.service.*,\\1,p' "/proc/$pid/cgroup" 2>/dev/null | head -n 1)`,
  '  echo "@unit $pid $unit"',
  'done',
].join('\n')

/** An address of /proc/net/tcp: bytes in hexadecimal, each group of four in reverse. */
function addressOfHex(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((group) => (group.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  const words = bytes.flatMap((byte, i) => (i % 2 === 0 ? [`${byte}${bytes[i + 1]}`] : []))
  if (words.every((word) => word === '0000')) return '::'
  if (words.join('') === `${'0'.repeat(31)}1`) return '::1'
  return words
    .map((word) => Number.parseInt(word, 16).toString(16))
    .join(':')
    .toLowerCase()
}

function socketOf(line: string, units: ReadonlyMap<string, string>): Listening | undefined {
  const words = line.trim().split(/\s+/)
  const local = words[0] === 'proc' ? words[1] : words[3]
  const at = local?.lastIndexOf(':') ?? -1
  if (local === undefined || at < 0) return undefined
  const [address, port] = [local.slice(0, at), local.slice(at + 1)]
  if (words[0] === 'proc') {
    return { address: addressOfHex(address), port: Number.parseInt(port, 16), process: '', unit: '' }
  }
  const [, process = '', pid = ''] = /users:\(\("([^"]*)",pid=(\d+)/.exec(line) ?? []
  // ss writes [::] for IPv6, * for both families, and 127.0.0.1%lo for a socket that is bound to an interface.
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  return { address: plain, port: Number(port), process, unit: units.get(pid) ?? '' }
}

/** Parses the output of the script. Sockets of one port on several addresses stay apart. */
export function parseListening(stdout: string): HostAnswer {
  const lines = stdout.split('\n')
  const rest = (mark: string): string[] =>
    lines.filter((line) => line.startsWith(`@${mark} `)).map((line) => line.slice(mark.length + 2))
  const units = new Map(rest('unit').map((line) => line.split(' ') as [string, string]))
  const [manager = 'none', kernel = 'unknown', loaded = 'no'] = (rest('firewall')[0] ?? '').split(' ')
  const listening = rest('socket').flatMap((line) => socketOf(line, units) ?? [])
  const order = (a: Listening, b: Listening): number => a.port - b.port || (a.address < b.address ? -1 : 1)
  return { listening: [...listening].sort(order), manager: manager || 'none', kernel, loaded }
}
