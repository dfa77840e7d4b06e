/**
 * What a host is asked. Each question is a fragment of POSIX sh that only reads. The host sends what its files and tools
 * have, and the checks compare it.
 */

import { usesDataDirs } from '../../config/placed.ts'
import type { Cluster, Host } from '../../config/types.ts'
import { hadoopPaths, isClusterHost, isHadoopHost } from '../../services/support/index.ts'
import { quote, sh } from '../../shell.ts'
import { LEFTOVERS } from './questions-leftovers.ts'
import { FIREWALL, UPDATES } from './questions-security.ts'

/** A question that a dead network mount or a slow name server holds up ends after this time, as not answered. */
const SECONDS = 30
/** Lookups of many names have more. They stop on their own before. */
const LOOKUP_SECONDS = 60
const LOOKUPS_STOP = 40

/** A directory that Howdah or a daemon writes to, and what for. */
export interface UsedDirectory {
  readonly path: string
  readonly use: 'data' | 'metadata' | 'software' | 'logs' | 'temporary'
}

/** The directories that a host needs. */
export function directoriesOf(host: Host, cluster: Cluster): readonly UsedDirectory[] {
  const { install, nameDirs, checkpointDir, ofDaemon } = cluster.directories
  const used = (use: UsedDirectory['use'], paths: readonly string[]): UsedDirectory[] =>
    paths.map((path) => ({ path, use }))
  const has = (daemon: Host['daemons'][number]): boolean => host.daemons.includes(daemon)
  if (!isClusterHost(host)) return used('temporary', ['/tmp'])
  return [
    ...(usesDataDirs(host.daemons) ? used('data', host.dataDirs) : []),
    ...(has('namenode') ? used('metadata', nameDirs) : []),
    ...(has('secondarynamenode') ? used('metadata', [checkpointDir]) : []),
    ...used(
      'metadata',
      host.daemons.flatMap((daemon) => ofDaemon[daemon] ?? []),
    ),
    ...used('software', [install]),
    ...used('logs', [hadoopPaths(cluster).logs]),
    ...used('temporary', ['/tmp']),
  ]
}

/** The fields of a line are separated by tabs. Times are nanoseconds where the host's `date` has them. */
const lookups = (names: readonly string[]): string =>
  sh`set -- ${names}` +
  `
began=$(date +%s)
for name in "$@"; do
  if [ $(($(date +%s) - began)) -ge ${LOOKUPS_STOP} ]; then printf '%s\\tlate\\n' "$name"; continue; fi
  start=$(date +%s%N)
  forward=$(timeout 15 getent ahostsv4 "$name" | awk '!seen[$1]++ { printf "%s%s", sep, $1; sep = "," }') || forward=
  back=
  if [ -n "$forward" ]; then
    back=$(timeout 15 getent hosts "\${forward%%,*}" | awk '{ for (i = 2; i <= NF; i++) { printf "%s%s", sep, $i; sep = "," } }') || back=
  fi
  printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "$name" "$forward" "$back" "$start" "$(date +%s%N)"
done`

const NAMES = `
printf 'short=%s\\n' "$(uname -n)"
printf 'nsswitch=%s\\n' "$(sed -n 's/^hosts:[[:space:]]*//p' /etc/nsswitch.conf 2>/dev/null | head -n 1)"
printf 'resolv=%s\\n' "$(readlink -f /etc/resolv.conf 2>/dev/null || :)"
if [ -r /etc/resolv.conf ]; then
  printf 'nameservers=%s\\n' "$(awk '$1 == "nameserver" { printf "%s%s", sep, $2; sep = " " }' /etc/resolv.conf)"
else echo nameservers=unreadable; fi
printf 'resolved=%s\\n' "$(systemctl is-active systemd-resolved 2>/dev/null || :)"
printf 'networkmanager=%s\\n' "$(systemctl is-active NetworkManager 2>/dev/null || :)"
if [ -e /etc/NetworkManager ]; then
  printf 'hostnamemode=%s\\n' "$(cat /etc/NetworkManager/NetworkManager.conf /etc/NetworkManager/conf.d/*.conf 2>/dev/null | sed -n 's/^[[:space:]]*hostname-mode[[:space:]]*=[[:space:]]*//p' | tail -n 1)"
fi
if [ -d /etc/cloud ] && [ ! -e /etc/cloud/cloud-init.disabled ]; then
  printf 'managehosts=%s\\n' "$(cat /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg 2>/dev/null | sed -n 's/^manage_etc_hosts:[[:space:]]*//p' | tail -n 1)"
fi`.trim()

const TIME = `
printf 'zone=%s\\n' "$(date +%z)"
printf 'container=%s\\n' "$(systemd-detect-virt -c 2>/dev/null || :)"
printf 'synchronized=%s\\n' "$(timedatectl show -p NTPSynchronized --value 2>/dev/null || timedatectl 2>/dev/null | sed -n 's/.*ynchronized: *//p' | head -n 1)"`.trim()

/** `df -Pk` is POSIX; `stat -f` and its formats are in GNU, uutils and busybox. */
const disks = (paths: readonly string[]): string =>
  sh`set -- ${paths}` +
  `
for dir in "$@"; do
  at=$dir
  while [ -n "$at" ] && [ ! -d "$at" ]; do at=\${at%/*}; done
  at=\${at:-/}
  at=$(cd -P "$at" && pwd) || continue
  printf 'dir\\t%s\\t%s\\n' "$dir" "$at"
  printf 'df\\t%s\\n' "$(LC_ALL=C timeout 10 df -Pk "$at" 2>/dev/null | tail -n 1 | tr '\\t' ' ')"
  printf 'inodes\\t%s\\n' "$(timeout 10 stat -f -c '%c %d' "$at" 2>/dev/null || :)"
done`

const KERNEL_KEYS = [
  'vm/swappiness',
  'vm/overcommit_memory',
  'net/ipv4/ip_local_port_range',
  'net/ipv4/ip_local_reserved_ports',
  'fs/nr_open',
  'kernel/pid_max',
  'kernel/threads-max',
] as const

const KERNEL = `
for key in ${KERNEL_KEYS.join(' ')}; do
  if [ -r "/proc/sys/$key" ]; then printf '%s=%s\\n' "$key" "$(tr '\\t' ' ' <"/proc/sys/$key")"; fi
done
for name in enabled defrag; do
  file=/sys/kernel/mm/transparent_hugepage/$name
  if [ -r "$file" ]; then printf 'thp-%s=%s\\n' "$name" "$(cat "$file")"; fi
  if [ -w "$file" ] && [ "$(awk '$5 == "/sys" { print $6 }' /proc/self/mountinfo | cut -c 1-2 | tail -n 1)" != ro ]; then printf 'thp-%s-writable=yes\\n' "$name"; fi
done
if [ -w /proc/sys/vm/swappiness ] && [ ! -e /run/howdah/sysctl-refused/vm.swappiness ]; then echo swappiness-writable=yes; fi
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo cgroup=2
elif [ -d /sys/fs/cgroup/memory ]; then echo cgroup=1; fi
if [ -r /sys/fs/cgroup/pids.max ]; then printf 'pids=%s\\n' "$(cat /sys/fs/cgroup/pids.max)"; fi`.trim()

const LIMITS = `
grep -E '^Max (open files|processes)' /proc/1/limits
grep '^CapEff:' /proc/1/status
systemctl show -p DefaultLimitNOFILE -p DefaultLimitNPROC -p DefaultTasksMax 2>/dev/null || :`.trim()

const IDENTITY = `
printf 'machine=%s\\n' "$(cat /etc/machine-id 2>/dev/null || :)"
device=$(awk '$2 == "00000000" { print $1; exit }' /proc/net/route)
if [ -n "$device" ]; then
  printf 'device=%s\\n' "$device"
  printf 'mac=%s\\n' "$(cat "/sys/class/net/$device/address" 2>/dev/null || :)"
  printf 'mtu=%s\\n' "$(cat "/sys/class/net/$device/mtu" 2>/dev/null || :)"
fi`.trim()

/** Commands that scripts on hosts call. */
const COMMANDS = [
  ...[
    'awk',
    'base64',
    'cat',
    'chmod',
    'chown',
    'cut',
    'date',
    'df',
    'find',
    'flock',
    'getent',
    'grep',
    'gzip',
    'head',
  ],
  ...[
    'mktemp',
    'mv',
    'readlink',
    'sed',
    'sha256sum',
    'sort',
    'stat',
    'sync',
    'systemctl',
    'tail',
    'tar',
    'timeout',
    'tr',
  ],
]

const tools = (host: Host): string =>
  sh`for name in ${isHadoopHost(host) ? [...COMMANDS, 'bash'] : COMMANDS}; do` +
  `
  command -v "$name" >/dev/null || printf 'missing=%s\\n' "$name"
done
if [ -d /run/systemd/system ]; then echo init=systemd; else printf 'init=%s\\n' "$(cat /proc/1/comm 2>/dev/null || echo unknown)"; fi
printf 'systemd=%s\\n' "$(systemctl --version 2>/dev/null | head -n 1)"
printf 'coreutils=%s\\n' "$(mktemp --version 2>&1 | grep -E 'coreutils|BusyBox' | head -n 1)"
printf 'libc=%s\\n' "$(getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>&1 | head -n 1)"
printf 'apt=%s\\n' "$(command -v apt-get || :)"
printf 'umask=%s\\n' "$(umask)"`

const SUDO = `
printf 'login=%s\\n' "\${SUDO_USER:-root}"
if command -v sudo >/dev/null; then
  printf 'sudo=%s\\n' "$(sudo --version 2>&1 | head -n 1)"
  if [ -n "\${SUDO_USER:-}" ]; then
    printf 'rules=%s\\n' "$(LC_ALL=C sudo -n -l -U "$SUDO_USER" 2>&1 | tr '\\n' ' ')"
  fi
fi`.trim()

/** bash opens TCP connections itself, and Hadoop needs bash. */
const reach = (address: string, port: number): string =>
  sh`set -- ${address} ${port}` +
  `
if ! command -v bash >/dev/null; then echo reach=unknown; exit 0; fi
# shellcheck disable=SC2016 # bash expands it
if timeout 10 bash -c ': <"/dev/tcp/$1/$2"' bash "$1" "$2" 2>/dev/null; then echo reach=yes; else echo reach=no; fi`

/** Every question to a host, by its name. */
export function questionsFor(host: Host, cluster: Cluster): Readonly<Record<string, string>> {
  const store = cluster.metastore.server
  const isMetastore = host.daemons.includes('hive-metastore')
  return {
    lookups: lookups(['localhost', ...cluster.hosts.map(({ name }) => name)]),
    names: NAMES,
    time: TIME,
    disks: disks(directoriesOf(host, cluster).map(({ path }) => path)),
    mounts: 'cat /proc/mounts',
    kernel: KERNEL,
    limits: LIMITS,
    identity: IDENTITY,
    tools: tools(host),
    sudo: SUDO,
    firewall: FIREWALL,
    updates: UPDATES,
    leftovers: LEFTOVERS,
    ...(isMetastore && store.kind === 'external' ? { reach: reach(store.address, store.port) } : {}),
  }
}

/** The time, as the first thing that a host prints: the moment at which it arrives is the same moment here. */
export const CLOCK = `printf 'clock=%s\\n' "$(date +%s%N)"`

/** A question with its time limit. The tools that are missing are found without `timeout`, which may be one of them. */
export const bounded = (name: string, script: string): string =>
  name === 'tools'
    ? script
    : `timeout -k 5 ${name === 'lookups' ? LOOKUP_SECONDS : SECONDS} sh -c ${quote(script)}`
