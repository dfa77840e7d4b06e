import type { KnownSymptom } from '../types.ts'

/** Known failures of schedulers. */
export const schedulerSymptoms: readonly KnownSymptom[] = [
  {
    name: 'job-time-refused',
    pattern: /Failed to (?:enable|start).{0,60}howdah-job-.{0,120}(?:bad-setting|invalid|Invalid)/,
    cause: 'systemd on this host does not accept the time of a job',
    next: 'on that host: systemd-analyze calendar TIME; then correct schedule.jobs.when in cluster.yml; then howdah schedule apply',
  },
  {
    name: 'job-unit-masked',
    pattern: /unit howdah-job-\S{1,100} (?:is masked|does not exist)/i,
    cause: 'a unit of the schedule was masked or removed while it was written',
    next: 'on that host: systemctl unmask howdah-job-NAME; then howdah schedule apply',
  },
]
