import type { Symptom } from '../../engine/types.ts'

/** What the field knows of tracking logs on their way. */
export const trackingSymptoms: readonly Symptom[] = [
  {
    pattern: /parent directory has insecure permissions/,
    cause:
      "the directory of the tracking log is a group's to write to, and logrotate then wants to know as whom",
    next: 'write trackingLogs.rotate.su: "<user> <group>" of the directory, then: howdah logs apply',
  },
  {
    pattern: /howdah-tracking: refused by its own check/,
    cause: 'logrotate of this host does not accept the rule, so it was not put in place',
    next: 'correct trackingLogs.rotate in cluster.yml, then: howdah logs apply',
  },
]
