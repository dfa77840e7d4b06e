import type { Symptom } from '../../engine/types.ts'

/** What the field knows of schedulers. */
export const schedulerSymptoms: readonly Symptom[] = [
  {
    pattern: /Failed to (?:enable|start).*howdah-job-.*(?:bad-setting|invalid|Invalid)/,
    cause: 'systemd of this host does not take the time of a job',
    next: 'systemd-analyze calendar TIME, on that host; then correct `when` in cluster.yml',
  },
  {
    pattern: /unit howdah-job-\S+ (?:is masked|does not exist)/i,
    cause: 'somebody masked or removed a unit of the schedule while it was written',
    next: 'systemctl unmask it, then: howdah schedule apply',
  },
]
