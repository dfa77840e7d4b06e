import type { KnownSymptom } from '../types.ts'

/** Known failures of the tracking logs. */
export const trackingSymptoms: readonly KnownSymptom[] = [
  {
    name: 'logrotate-insecure-directory',
    pattern: /parent directory has insecure permissions/,
    cause:
      'a group can write to the directory of the tracking log, and logrotate then needs a line `su` with a user and group',
    next: 'write trackingLogs.rotate.su in cluster.yml (user and group of the directory, with a space between them); then howdah logs apply',
  },
  {
    name: 'logrotate-refused',
    pattern: /howdah-tracking: refused by its own check/,
    cause: 'logrotate on this host does not accept the rule, so it was not installed',
    next: 'correct trackingLogs.rotate in cluster.yml; then howdah logs apply',
  },
]
