import type { HostFacts } from './types.ts'

/**
 * How each fact is read. The host sends the output of its own tools, and it is parsed here. Memory uses the limits
 * under which daemons will run (the root control group and system.slice), not at those of the login.
 */
export const FACT_FRAGMENTS = {
  hostname: 'uname -n',
  os: 'cat /etc/os-release',
  arch: 'uname -m',
  memory: `
grep '^MemTotal:' /proc/meminfo
for limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/system.slice/memory.max \\
  /sys/fs/cgroup/memory/memory.limit_in_bytes; do
  if [ -r "$limit" ]; then cat "$limit"; fi
done`,
  cores: 'nproc',
  addresses: `
if command -v ip >/dev/null; then ip -o addr show scope global | awk '{ sub("/.*", "", $4); print $4 }'
else hostname -I | tr ' ' '\\n'; fi`,
  own: `
name=$(uname -n)
getent ahostsv4 "$name" || getent hosts "$name" || :`,
  epoch: 'date +%s',
  // Where sshd does not print its keys, they are where every distribution puts them.
  hostKeys: `
keys=$(PATH=$PATH:/usr/sbin:/sbin sshd -T 2>/dev/null | sed -n 's/^hostkey //p')
for key in \${keys:-/etc/ssh/ssh_host_*_key}; do
  if [ -r "$key.pub" ]; then cat "$key.pub"; fi
done`,
  listening: `
if command -v ss >/dev/null; then ss -H -ltnp
else awk '$4 == "0A" { print "proc " $2 }' /proc/net/tcp /proc/net/tcp6; fi`,
  // A dead network mount must not hold up the probe.
  df: 'timeout 20 df -P -B 1048576 -l -x tmpfs -x devtmpfs || :',
  mounts: 'cat /proc/mounts',
} as const

export type FactTexts = Readonly<Record<keyof typeof FACT_FRAGMENTS, string>>

/** Host facts from the output of the host's tools. */
export function parseFacts(texts: FactTexts): HostFacts {
  const os = parseAssignments(texts.os)
  return {
    hostname: texts.hostname.trim(),
    os: { id: os.ID ?? '', version: os.VERSION_ID ?? '', codename: os.VERSION_CODENAME ?? '' },
    arch: texts.arch.trim(),
    memoryMb: parseMemory(texts.memory),
    cores: Number(texts.cores.trim()) || 1,
    addresses: [...new Set(texts.addresses.split('\n').map((line) => line.trim()))].filter((a) => a !== ''),
    ownAddress: texts.own.trim().split(/\s+/)[0] ?? '',
    epoch: Number(texts.epoch.trim()),
    hostKeys: parseHostKeys(texts.hostKeys),
    listening: parseListening(texts.listening),
    mounts: parseMounts(texts.df, texts.mounts),
  }
}

/** Lines of public key files, without their comments. */
const parseHostKeys = (text: string): string[] =>
  [...text.matchAll(/^([a-z0-9@.-]+) ([A-Za-z0-9+/]+=*)/gm)].map(([, type, key]) => `${type} ${key}`).sort()

function parseAssignments(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([A-Z_]+)=(["']?)(.*)\2$/gm)]
  return Object.fromEntries(found.map(([, key, , value]) => [key, value]))
}

/** MemTotal in kB, then limits in bytes (`max` or a huge number means none). */
export function parseMemory(text: string): number {
  const total = Number(/MemTotal:\s*(\d+) kB/.exec(text)?.[1] ?? 0) * 1024
  const limits = text.split('\n').flatMap((line) => (/^\d+$/.test(line.trim()) ? [Number(line)] : []))
  return Math.floor(Math.min(total, ...limits) / 1048576)
}

/** Lines of `ss -H -ltnp`, or `proc <hex address>:<hex port>`. One entry per port, with the process where it is known. */
export function parseListening(text: string): HostFacts['listening'] {
  const byPort = new Map<number, string>()
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/)
    const hex = words[0] === 'proc'
    const address = hex ? words[1] : words[3]
    const port = Number.parseInt(address?.slice(address.lastIndexOf(':') + 1) ?? '', hex ? 16 : 10)
    if (!Number.isInteger(port)) continue
    const process = /users:\(\("([^"]*)"/.exec(line)?.[1] ?? ''
    if (!byPort.get(port)) byPort.set(port, process)
  }
  return [...byPort].sort(([a], [b]) => a - b).map(([port, process]) => ({ port, process }))
}

const unescapeMount = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** `df -P -B 1048576` joined with the options of /proc/mounts (the last mount over a path counts). */
export function parseMounts(df: string, mounts: string): HostFacts['mounts'] {
  const options = new Map(
    mounts.split('\n').flatMap((line): [string, string][] => {
      const [, path, , flags] = line.split(' ')
      return path === undefined ? [] : [[unescapeMount(path), flags ?? '']]
    }),
  )
  return [...df.matchAll(/^.*?\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s+(\/.*)$/gm)].map(
    ([, size, , free, path = '']) => ({
      path,
      freeMb: Number(free),
      sizeMb: Number(size),
      options: options.get(path) ?? '',
    }),
  )
}
