import type { Symptom } from '../../engine/types.ts'

/** Known failures of schedulers. */
export const schedulerSymptoms: readonly Symptom[] = [
  {
    pattern: /Failed to (?:enable|start).*howdah-job-.*(?:bad-setting|invalid|Invalid)/,
    cause: 'systemd on this host does not accept the time of a job',
    next: 'systemd-analyze calendar TIME, on that host; then correct `when` in cluster.yml',
  },
  {
    pattern: /unit howdah-job-\S+ (?:is masked|does not exist)/i,
    cause: 'a unit of the schedule was masked or removed while it was written',
    next: 'systemctl unmask it, then: howdah schedule apply',
  },
]
