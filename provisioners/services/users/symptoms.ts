import type { Symptom } from '../../engine/types.ts'

/** Known failures of accounts. */
export const userSymptoms: readonly Symptom[] = [
  {
    pattern: /refused by its own check: .*visudo/,
    cause: 'visudo on this host does not accept the rule, so it was not installed',
    next: 'correct sudoCommands in cluster.yml, then: howdah users update',
  },
  {
    pattern: /cannot lock \/etc\/(passwd|group|shadow|gshadow)/,
    cause: 'another tool is changing accounts on this host now, or was killed while it did',
    next: 'ls -l /etc/*.lock; when no tool runs, remove the lock and type the same command again',
  },
  {
    pattern: /setpriv: .*(not found|unrecognized option|invalid option)/,
    cause: 'the util-linux of this host is too old, or is missing',
    next: 'install util-linux 2.24 or later on the host',
  },
]
