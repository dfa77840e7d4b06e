import type { KnownSymptom } from '../types.ts'

/** Known failures of accounts. */
export const userSymptoms: readonly KnownSymptom[] = [
  {
    name: 'visudo-refused',
    pattern: /refused by its own check: .{0,200}visudo/,
    cause: 'visudo on this host does not accept the rule, so it was not installed',
    next: 'correct users.sudoCommands in cluster.yml; then howdah users update',
  },
  {
    name: 'account-files-locked',
    pattern: /cannot lock \/etc\/(passwd|group|shadow|gshadow)/,
    cause: 'another tool is changing accounts on this host now, or was killed while it did',
    next: 'on that host: ls -l /etc/*.lock (remove it when no tool runs); then howdah bootstrap',
  },
  {
    name: 'setpriv-missing',
    pattern: /setpriv: .{0,120}(?:not found|unrecognized option|invalid option)/,
    cause: 'the util-linux of this host is too old, or is missing',
    next: 'on that host: apt-get install util-linux (2.24 or later)',
  },
]
