import type { Symptom } from '../../engine/types.ts'

export const systemSymptoms: readonly Symptom[] = [
  {
    pattern: /No space left on device/,
    cause: 'a disk of this host is full',
    next: 'df -h there; free some space and run howdah bootstrap again',
  },
  {
    pattern: /E: (Unable to locate package|Package .* has no installation candidate)/,
    cause: "the host's package lists, fetched just now, do not have this package",
    next: 'howdah plan (names what the lists have instead)',
  },
  {
    pattern: /BindException.*(Address already in use)|Address already in use/,
    cause: 'another process holds a port that this daemon needs',
    next: 'howdah plan names the port, the process and its number',
  },
  {
    pattern: /BindException.*Cannot assign requested address|Cannot assign requested address/,
    cause: "the daemon's name resolves to an address that this host does not have",
    next: "make the host's address in cluster.yml the one that the host itself reports (hostname -I)",
  },
  {
    pattern: /Too many open files|unable to create (new )?native thread/,
    cause: 'a limit of the unit or of the container is too low',
    next: 'systemctl show UNIT -p LimitNOFILE -p TasksMax; in a container raise the limit of the container',
  },
  {
    pattern: /libleveldbjni.*(failed to map segment|Operation not permitted)|UnsatisfiedLinkError.*\/tmp\//,
    cause: 'a directory for temporary files is mounted noexec, so native libraries cannot be loaded from it',
    next: 'mount -o remount,exec the file system that the message names',
  },
  {
    pattern: /UnknownHostException|Name or service not known|Temporary failure in name resolution/,
    cause: 'a host name does not resolve here',
    next: 'set manageHostsFile: true in cluster.yml, or add the name to DNS',
  },
]
