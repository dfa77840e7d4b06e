import { portsOn } from '../../../services/support/index.ts'
import type { Check, Fix, Found, Seen } from '../types.ts'
import { answer, eachHost, needValue, settingOf, shown, Unread, wholeNumber } from './reading.ts'

const BOOTSTRAP: Fix = { where: 'bootstrap' }

/** A setting that bootstrap makes; where the kernel refuses it, as in a container, nobody can on this host. */
const settable = (writable: boolean): Pick<Found, 'severity' | 'fix'> =>
  writable
    ? { severity: 'note', fix: BOOTSTRAP }
    : {
        severity: 'warning',
        fix: { where: 'hand', text: 'the same setting on the machine that runs this container' },
      }

const MOST_SWAPPINESS = 10

const swappiness: Check = {
  id: 'swappiness',
  title: 'vm.swappiness is 10 or less, so that heaps stay in memory',
  severities: ['warning', 'note'],
  run: eachHost((seen) => {
    const value = wholeNumber(settingOf(seen, 'kernel', 'vm/swappiness'), 'vm.swappiness')
    if (value <= MOST_SWAPPINESS) return []
    return [
      {
        ...settable(settingOf(seen, 'kernel', 'swappiness-writable') === 'yes'),
        message: 'the kernel swaps early, and a JVM in swap does not answer',
        evidence: `vm.swappiness is ${value}`,
      },
    ]
  }),
}

const hugePages: Check = {
  id: 'huge-pages',
  title: 'transparent huge pages are not always on',
  severities: ['warning', 'note'],
  run: eachHost((seen) => {
    const enabled = settingOf(seen, 'kernel', 'thp-enabled')
    // A kernel without them has no such file.
    if (enabled === undefined) return []
    const chosen = /\[(\w+)\]/.exec(enabled)?.[1]
    if (chosen === undefined) throw new Unread(`transparent_hugepage/enabled has ${shown(enabled)}`)
    if (chosen !== 'always') return []
    return [
      {
        ...settable(settingOf(seen, 'kernel', 'thp-enabled-writable') === 'yes'),
        message: 'transparent huge pages are on, which stop JVMs while the kernel joins pages',
        evidence: `enabled is ${shown(enabled)}`,
      },
    ]
  }),
}

const overcommit: Check = {
  id: 'overcommit',
  title: 'the kernel gives a JVM the addresses that it reserves (vm.overcommit_memory is not 2)',
  severities: ['warning'],
  run: eachHost((seen) => {
    const value = wholeNumber(settingOf(seen, 'kernel', 'vm/overcommit_memory'), 'vm.overcommit_memory')
    if (value !== 2) return []
    return [
      {
        severity: 'warning',
        message: 'JVMs cannot reserve the addresses of their heaps when memory is short',
        evidence: 'vm.overcommit_memory is 2',
        fix: {
          where: 'host',
          text: "echo 'vm.overcommit_memory = 0' >/etc/sysctl.d/80-overcommit.conf && sysctl -w vm.overcommit_memory=0",
        },
      },
    ]
  }),
}

/** The reserved ports: `8020,50010-50075`. Throws Unread. */
function reservedPorts(text: string): (port: number) => boolean {
  const ranges = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [from, to = from] = part.split('-')
      return [
        wholeNumber(from?.trim(), 'a reserved port'),
        wholeNumber(to?.trim(), 'a reserved port'),
      ] as const
    })
  return (port) => ranges.some(([from, to]) => port >= from && port <= to)
}

const ephemeral: Check = {
  id: 'ephemeral-ports',
  title: 'the kernel does not give ports of daemons to outgoing connections',
  severities: ['warning'],
  run: eachHost((seen, { cluster }) => {
    const [from, to] = needValue(seen, 'kernel', 'net/ipv4/ip_local_port_range').split(/\s+/)
    const [least, most] = [wholeNumber(from, 'a port'), wholeNumber(to, 'a port')]
    const isReserved = reservedPorts(settingOf(seen, 'kernel', 'net/ipv4/ip_local_reserved_ports') ?? '')
    const all = portsOn(seen.host, { cluster }).map(({ port }) => port)
    const inRange = [...new Set(all)]
      .sort((a, b) => a - b)
      .filter((port) => port >= least && port <= most && !isReserved(port))
    if (inRange.length === 0) return []
    const ports = inRange.join(',')
    return [
      {
        severity: 'warning',
        message:
          'the kernel can give ports of daemons to outgoing connections, and the daemon then cannot start',
        evidence: `${ports} are in the range ${least} to ${most}`,
        fix: {
          where: 'host',
          text: `echo 'net.ipv4.ip_local_reserved_ports = ${ports}' >/etc/sysctl.d/80-hadoop-ports.conf && sysctl -w net.ipv4.ip_local_reserved_ports=${ports}`,
        },
      },
    ]
  }),
}

/** The units of daemons set 131072; a NameNode or a DataNode with few files stops under load. */
const LEAST_FILES = 32_768
/** Bit 24 of the capabilities: may raise limits. */
const CAP_SYS_RESOURCE = 1n << 24n

const openFiles: Check = {
  id: 'open-files',
  title: 'units may have at least 32768 open files',
  severities: ['warning'],
  run: eachHost((seen) => {
    const limits = answer(seen, 'limits')
    const hard = /^Max open files\s+\S+\s+(\d{1,18}|unlimited)\s/m.exec(limits)?.[1]
    const caps = /^CapEff:\s*([0-9a-f]{1,16})\s*$/m.exec(limits)?.[1]
    if (hard === undefined || caps === undefined)
      throw new Unread('the limits of process 1 could not be read')
    const most = wholeNumber(settingOf(seen, 'kernel', 'fs/nr_open'), 'fs.nr_open')
    const raises = (BigInt(`0x${caps}`) & CAP_SYS_RESOURCE) !== 0n
    const limit = raises || hard === 'unlimited' ? most : Math.min(most, Number(hard))
    if (limit >= LEAST_FILES) return []
    return [
      {
        severity: 'warning',
        message: 'units can have few open files, and a loaded NameNode or DataNode needs many',
        evidence: `${limit} at most (DefaultLimitNOFILE=${/^DefaultLimitNOFILE=(\w+)/m.exec(limits)?.[1] ?? 'unknown'})`,
        fix: raises
          ? {
              where: 'host',
              text: "echo 'fs.nr_open = 1048576' >/etc/sysctl.d/80-files.conf && sysctl -w fs.nr_open=1048576",
            }
          : {
              where: 'hand',
              text: 'a higher limit of open files for the container, on the machine that runs it',
            },
      },
    ]
  }),
}

/** A DataNode or a HiveServer2 has thousands of threads, and each container has some dozens. */
const LEAST_PROCESSES = 16_384

/** The least of the limits of processes and threads on a host, with its name. */
function processLimit(seen: Seen): { readonly name: string; readonly limit: number } {
  const pids = settingOf(seen, 'kernel', 'pids')
  const found = [
    {
      name: 'kernel.pid_max',
      limit: wholeNumber(settingOf(seen, 'kernel', 'kernel/pid_max'), 'kernel.pid_max'),
    },
    {
      name: 'kernel.threads-max',
      limit: wholeNumber(settingOf(seen, 'kernel', 'kernel/threads-max'), 'kernel.threads-max'),
    },
    ...(pids === undefined || pids === 'max'
      ? []
      : [{ name: 'pids.max', limit: wholeNumber(pids, 'pids.max') }]),
  ]
  return found.reduce((least, one) => (one.limit < least.limit ? one : least))
}

const processes: Check = {
  id: 'processes',
  title: 'the host may have at least 16384 processes and threads',
  severities: ['warning'],
  run: eachHost((seen) => {
    const { name, limit } = processLimit(seen)
    if (limit >= LEAST_PROCESSES) return []
    return [
      {
        severity: 'warning',
        message:
          'the host can have few processes and threads, and daemons fail with "unable to create native thread"',
        evidence: `${name} is ${limit}`,
        fix: name.startsWith('kernel.')
          ? {
              where: 'host',
              text: `echo '${name} = 65536' >/etc/sysctl.d/80-threads.conf && sysctl -w ${name}=65536`,
            }
          : {
              where: 'hand',
              text: 'a higher limit of processes for the container, on the machine that runs it',
            },
      },
    ]
  }),
}

const cgroups: Check = {
  id: 'cgroups',
  title: 'the host has control groups of version 2',
  severities: ['note'],
  run: eachHost((seen) => {
    const version = needValue(seen, 'kernel', 'cgroup')
    if (version === '2') return []
    return [
      {
        severity: 'note',
        message: 'the host has control groups of version 1; newer systemd refuses to start with them',
        evidence: `version ${shown(version)}`,
        fix: {
          where: 'hand',
          text: 'systemd.unified_cgroup_hierarchy=1 in the command line of the kernel, and a restart',
        },
      },
    ]
  }),
}

/** The kernel, and the limits that it and systemd set. */
export const kernelChecks: readonly Check[] = [
  swappiness,
  hugePages,
  overcommit,
  ephemeral,
  openFiles,
  processes,
  cgroups,
]
