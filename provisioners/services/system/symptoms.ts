import type { KnownSymptom } from '../types.ts'
import { systemdSymptoms } from './symptoms-systemd.ts'

/** What any daemon or command can meet: disks, memory, ports, names, packages. */
const resources: readonly KnownSymptom[] = [
  {
    name: 'no-space-left',
    pattern: /No space left on device/,
    cause: 'a disk of this host is full',
    next: 'on that host: df -h (free some space); then howdah bootstrap',
  },
  {
    name: 'package-missing',
    pattern:
      /E: Unable to locate package (?!mysql-server)|E: Package (?!'?mysql-server)'?\S{1,80}'? has no installation candidate/,
    cause: "the host's package lists, fetched just now, do not have this package",
    next: 'howdah plan (it names what the lists have instead)',
  },
  {
    name: 'address-in-use',
    pattern: /Address already in use/,
    cause: 'another process holds a port that this daemon needs',
    next: 'howdah plan (it names the port, the process and its number)',
  },
  {
    name: 'address-not-local',
    pattern: /Cannot assign requested address/,
    cause: "the daemon's name resolves to an address that this host does not have",
    next: 'on that host: hostname -I; then correct hosts.address in cluster.yml',
  },
  {
    name: 'limit-too-low',
    pattern: /Too many open files|unable to create (?:new )?native thread/,
    cause: 'a limit of the unit or of the container is too low: open files, or tasks',
    next: 'on that host: systemctl show -p LimitNOFILE -p TasksMax hdfs-namenode hdfs-datanode hive-metastore; cat /proc/sys/kernel/threads-max (in a container raise the limit of the container)',
  },
  {
    name: 'tmp-noexec',
    pattern:
      /libleveldbjni.{0,120}(?:failed to map segment|Operation not permitted)|UnsatisfiedLinkError.{0,80}\/tmp\//,
    cause: 'a directory for temporary files is mounted noexec, so native libraries cannot be loaded from it',
    next: 'on that host: mount -o remount,exec /tmp (and take noexec out of /etc/fstab); then howdah bootstrap',
  },
  {
    name: 'name-not-resolved',
    pattern: /UnknownHostException|Name or service not known|Temporary failure in name resolution/,
    cause: 'a host name does not resolve here',
    next: 'write manageHostsFile: true in cluster.yml (or add the name to DNS); then howdah bootstrap',
  },
  {
    name: 'name-lookup-slow',
    pattern: /Slow name lookup for \S{1,250}\. Took \d{1,9} ms/,
    cause: 'the resolver of this host answers after seconds, so everything is slow',
    next: 'write manageHostsFile: true in cluster.yml (or correct /etc/resolv.conf of that host); then howdah bootstrap',
  },
]

/** What `doctor` reports besides the reason, where a log has one. */
const stopped: KnownSymptom = {
  name: 'unit-stopped',
  pattern: /Howdah: \S{1,80} does not run \(/,
  cause: 'a daemon that cluster.yml wants on this host does not run',
  next: 'howdah bootstrap (it starts the daemon, and shows why it ends)',
  vague: true,
}

/** Known messages of hosts, with their causes. */
export const systemSymptoms: readonly KnownSymptom[] = [stopped, ...resources, ...systemdSymptoms]
