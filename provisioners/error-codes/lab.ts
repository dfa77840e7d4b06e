import type { ErrorEntries } from './types.ts'

/** What can go wrong with a lab on this machine. */
export const LAB_ERRORS = {
  LAB_NEEDS_LINUX: {
    exit: 'preflight',
    meaning: 'A lab runs only on Linux.',
    remedy: 'Use a Debian or Ubuntu machine.',
  },
  LAB_NEEDS_ROOT: {
    exit: 'preflight',
    meaning: 'A lab needs root, for containers and a network bridge.',
    remedy: 'Run the command with sudo.',
  },
  LAB_NEEDS_PACKAGES: {
    exit: 'preflight',
    meaning: 'Packages that a lab needs are not installed.',
    remedy: 'Run the `apt-get install` command of the error.',
  },
  LAB_NEEDS_APT: {
    exit: 'preflight',
    meaning: 'Packages are missing, and this machine has no apt-get to install them.',
    remedy: 'Install them by hand, or use a Debian or Ubuntu machine.',
  },
  LAB_NO_CGROUP2: {
    exit: 'preflight',
    meaning: 'The unified control group hierarchy (cgroup v2) is not mounted.',
    remedy: 'Mount it with the command of the error.',
  },
  LAB_NO_MIRROR: {
    exit: 'preflight',
    meaning: 'The apt sources of this machine name no mirror of Debian.',
    remedy: 'Export `HOWDAH_LAB_MIRROR=http://MIRROR/debian`.',
  },
  LAB_NAME: {
    exit: 'preflight',
    meaning: 'The name cannot be used for a lab or a host.',
    remedy: 'Use lower-case letters, digits and hyphens, at most 32.',
  },
  LAB_HOSTS: {
    exit: 'preflight',
    meaning: 'The number of hosts is not possible, or a host is named twice.',
    remedy: 'Name at least one host, each once, and not more than the error allows.',
  },
  LAB_SUBNET: {
    exit: 'preflight',
    meaning: 'The subnet is not one that a lab can have.',
    remedy: 'Leave the subnet out: a free one is chosen.',
  },
  LAB_SUBNET_TAKEN: {
    exit: 'preflight',
    meaning: 'The subnet is in use on this machine.',
    remedy: 'Leave the subnet out, or remove a lab that you no longer need.',
  },
  LAB_UNKNOWN: {
    exit: 'preflight',
    meaning: 'There is no lab of this name, or it was only half made.',
    remedy: 'Run `howdah lab status`; make it with `howdah lab up`, or remove it with `howdah lab down`.',
  },
  LAB_UNKNOWN_HOST: {
    exit: 'preflight',
    meaning: 'The lab has no host of this name.',
    remedy: 'Name one of the hosts that the error lists.',
  },
  LAB_DIFFERENT: {
    exit: 'preflight',
    meaning: 'The lab exists with other hosts or options than those you ask for.',
    remedy: 'Remove it with `howdah lab down`, or choose another name.',
  },
  LAB_BASE_GONE: {
    exit: 'preflight',
    meaning: 'The base tree of a host was removed from the cache.',
    remedy: 'Remove the lab with `howdah lab down`, and make it again.',
  },
  LAB_INTERRUPTED: {
    exit: 'interrupted',
    meaning: 'The lab was interrupted while it started.',
    remedy: 'Run the same command again, or remove the lab with `howdah lab down`.',
  },
  LAB_COMMAND_FAILED: {
    exit: 'preflight',
    meaning: 'A program of this machine failed while the lab used it.',
    remedy: 'Read the detail, correct the cause, and run the command again.',
  },
  LAB_HOST_DIED: {
    exit: 'preflight',
    meaning: 'A host of the lab ended while it booted.',
    remedy: 'Read its console in the detail; remove the lab with `howdah lab down`.',
  },
  LAB_HOST_SILENT: {
    exit: 'preflight',
    meaning: 'A host of the lab did not accept a login in time.',
    remedy: 'Read its console in the detail; remove the lab with `howdah lab down`.',
  },
  LAB_HOST_DOWN: {
    exit: 'preflight',
    meaning: 'The host is not running, so its link cannot be cut or repaired.',
    remedy: 'Start it with `howdah lab up`.',
  },
  LAB_SERVICE_DIED: {
    exit: 'preflight',
    meaning: 'A service of the lab, such as its mirror, does not answer.',
    remedy: 'Read its log in the detail; remove the lab with `howdah lab down`.',
  },
  LAB_PROCESS_STAYS: {
    exit: 'preflight',
    meaning: 'Processes of the lab do not end.',
    remedy: 'Look at the processes that the error names, and end them.',
  },
  LAB_MOUNT_STAYS: {
    exit: 'preflight',
    meaning: 'Something is still mounted below the directory of the lab.',
    remedy: 'Find it with `findmnt`, unmount it, and run `howdah lab down` again.',
  },
  LAB_JDK8: {
    exit: 'preflight',
    meaning: 'JDK 8 for the lab could not be made.',
    remedy: 'Write `java.jdks.8` in cluster.yml with a tarball of another JDK 8.',
  },
  LAB_HOST_STAYS: {
    exit: 'preflight',
    meaning: 'A host of the lab still runs after the command to power off.',
    remedy: 'Read its console in the file that the error names; remove the lab with `howdah lab down`.',
  },
  LAB_SNAPSHOT_UNKNOWN: {
    exit: 'preflight',
    meaning: 'There is no snapshot of this name on this machine.',
    remedy: 'Make it with the commands of the error, or name one that the error lists.',
  },
  LAB_SNAPSHOT_STALE: {
    exit: 'preflight',
    meaning: 'The snapshot was made by other sources than the current ones.',
    remedy: 'Make it again with the commands of the error.',
  },
} as const satisfies ErrorEntries
