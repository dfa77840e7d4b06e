import type { ErrorEntries } from './types.ts'

/** What can go wrong with a plan, its execution and the lock. */
export const ENGINE_ERRORS = {
  PLAN_DECLINED: {
    exit: 'declined',
    meaning: 'You did not confirm the plan, so nothing (more) was changed.',
    remedy: 'Run the command again and confirm, or add `--yes`.',
  },
  PROMPT_INTERRUPTED: {
    exit: 'interrupted',
    meaning:
      'A question ended without an answer (Ctrl-C, Ctrl-D or a signal), so nothing (more) was changed.',
    remedy: 'Run the command again and answer, or add `--yes`.',
  },
  PLAN_REFUSED: {
    exit: 'preflight',
    meaning:
      'Something on a host, such as data or an unsuitable system, forbids the plan; nothing was changed.',
    remedy: 'Run the next command of each refusal, then plan again.',
  },
  PLAN_STALE: {
    exit: 'preflight',
    meaning: 'The state of the hosts changed between the plan and its execution.',
    remedy: 'Run `howdah plan` again, and decide by what it shows.',
  },
  PLAN_MOVED: {
    exit: 'preflight',
    meaning:
      'The hosts or cluster.yml changed since the plan was saved, so it is not applied; nothing was changed.',
    remedy: 'Save a new plan with `howdah plan --out FILE`, and read what it shows.',
  },
  PLAN_OTHER_CLUSTER: {
    exit: 'configuration',
    meaning: 'The saved plan is for a cluster of another name.',
    remedy: 'Name the cluster.yml of that cluster, or save a plan of this one.',
  },
  PLAN_FILE_UNREADABLE: {
    exit: 'configuration',
    meaning: 'The file is not a saved plan, or it was made by a version of Howdah with another format.',
    remedy: 'Save a plan with `howdah plan --out FILE`.',
  },
  PLAN_FILE_UNWRITABLE: {
    exit: 'configuration',
    meaning: 'The file of a saved plan cannot be written.',
    remedy: 'Name a file in a directory that you may write to.',
  },
  PART_NO_COMPONENT: {
    exit: 'configuration',
    meaning: '`--only` names a component that does not exist.',
    remedy: 'Name one of the components that the error lists.',
  },
  PART_NO_HOST: {
    exit: 'configuration',
    meaning: '`--host` names a host that is not in cluster.yml.',
    remedy: 'Name one of the hosts that the error lists.',
  },
  PART_EMPTY: {
    exit: 'configuration',
    meaning:
      'cluster.yml wants nothing of the components that `--only` names on the hosts that `--host` names.',
    remedy: 'Choose other components or hosts, or leave `--only` and `--host` out.',
  },
  PLAN_TWICE: {
    exit: 'unexpected',
    meaning: 'Howdah declared one resource twice, which is a bug.',
    remedy: 'Report it with your cluster.yml.',
  },
  PLAN_DANGLING: {
    exit: 'unexpected',
    meaning: 'Howdah declared a resource that waits for one that does not exist, which is a bug.',
    remedy: 'Report it with your cluster.yml.',
  },
  PLAN_CYCLE: {
    exit: 'unexpected',
    meaning: 'Howdah declared resources that wait for each other, which is a bug.',
    remedy: 'Report it with your cluster.yml.',
  },
  RESOURCE_TYPE_TWICE: {
    exit: 'unexpected',
    meaning: 'Two resource types of Howdah have the same name, which is a bug.',
    remedy: 'Report it; if you add a resource type, give it another name.',
  },
  RESOURCE_TYPE_UNKNOWN: {
    exit: 'unexpected',
    meaning: 'A component uses a resource type that is not registered, which is a bug.',
    remedy: 'Report it; if you add a resource type, list it in `componentTypes`.',
  },
  PATH_ODD: {
    exit: 'configuration',
    meaning: 'A path is not absolute, or contains a line break or a tab.',
    remedy: 'Correct the path in cluster.yml.',
  },
  PROBE_FAILED: {
    exit: 'preflight',
    meaning: 'The script that reads the state of a host did not reach its end.',
    remedy: 'Check on the host that the disk is not full and that `/bin/sh` works.',
  },
  BATCH_BROKEN: {
    exit: 'stepFailed',
    meaning: 'The script that changes a host ended early.',
    remedy: 'Read the detail, repair the cause on the host, and run the same command again.',
  },
  LOCK_HELD: {
    exit: 'lockHeld',
    meaning: 'Another run is changing this cluster.',
    remedy:
      'Wait for it. If its process no longer runs, the lock expires within a minute; `howdah lock release` releases it at once.',
  },
  LOCK_LOST: {
    exit: 'lockHeld',
    meaning:
      'The run lost the lock: its machine slept or lost its connection, and another run may have taken it. Hosts that have seen the newer run refused its steps.',
    remedy:
      'Read what was done and what was not. When `howdah lock status` shows nobody, run the same command again: it reads the hosts first.',
  },
  LOCK_UNREADABLE: {
    exit: 'lockHeld',
    meaning:
      'The record of the newest run on a host, `/var/lib/howdah/fence`, has a form that Howdah does not write.',
    remedy: 'Make sure that no other run changes the host, remove the file, and run the same command again.',
  },
  LOCK_BROKEN: {
    exit: 'unexpected',
    meaning: 'The lock could not be taken, or the record of the newest run on a host could not be written.',
    remedy:
      'Check on the host that `/run/howdah` and `/var/lib/howdah` can be written, then run the same command again.',
  },
  LOCK_KEPT: {
    exit: 'declined',
    meaning: 'You did not confirm the release of the lock.',
    remedy: 'Run `howdah lock release --yes`.',
  },
  COMPONENT_NO_HOST: {
    exit: 'configuration',
    meaning: 'A component needs a daemon that no host has.',
    remedy: 'Give a host the role that the error names.',
  },
  COMPONENT_NO_JDK: {
    exit: 'configuration',
    meaning: 'A JDK is needed, and cluster.yml does not say where it comes from.',
    remedy: 'Add `java.jdks.MAJOR` with a package, a tarball or a path.',
  },
  COMPONENT_NO_ARTIFACT: {
    exit: 'unexpected',
    meaning: 'The software of a component was not resolved before it was planned, which is a bug.',
    remedy: 'Report it with your cluster.yml.',
  },
  COMPONENT_NO_HEAP: {
    exit: 'unexpected',
    meaning: 'Sizing computed no heap for a daemon, which is a bug.',
    remedy: 'Report it with your cluster.yml.',
  },
  COMPONENT_NO_DRIVER: {
    exit: 'unexpected',
    meaning: 'No JDBC driver is known for a database and this version, which is a bug.',
    remedy: 'Report it with your cluster.yml; certified versions have a driver.',
  },
  COMPONENT_NO_DIALECT: {
    exit: 'unexpected',
    meaning: 'The form of addresses that a JDBC driver takes is not known, which is a bug.',
    remedy: 'Report it with your cluster.yml; certified versions have a known driver.',
  },
} as const satisfies ErrorEntries
