import type { Host } from '../../config/types.ts'
import { answerOf } from '../hdfs/health.ts'
import { hostsWith, jmxUrl, journalOf, portFor } from '../support/index.ts'
import type { ComponentContext, HealthCheck } from '../types.ts'
import { jobTrackerUrl } from './units.ts'

/** Shell function: a number from JSON that is the text of a field of $answer. */
const NUMBER_IN_JSON = `number() { printf '%s\\n' "$answer" | sed -n "s/.*[\\\\\\\\]\\"$1[\\\\\\\\]\\":\\([0-9]*\\).*/\\1/p" | head -n 1; }`

function jobTrackerCheck(host: Host, context: ComponentContext): HealthCheck {
  const expected = hostsWith(context.cluster, 'tasktracker').length
  return {
    name: 'jobtracker',
    host: host.name,
    title: `the JobTracker sees ${expected} TaskTrackers`,
    script: [
      NUMBER_IN_JSON,
      answerOf('JobTracker', jobTrackerUrl(context)),
      'alive=$(number alive) black=$(number blacklisted)',
      // A restarted TaskTracker counts twice until the JobTracker drops its old process, after ten minutes. `verify`
      // and `status` also check each worker by name.
      `if [ "\${alive:-0}" -lt ${expected} ]; then echo "\${alive:-no} of ${expected} TaskTrackers are alive (\${black:-0} blacklisted)"; exit 1; fi`,
      'if [ "${black:-0}" != 0 ]; then echo "$black TaskTrackers are blacklisted"; exit 1; fi',
      `echo "$alive of ${expected} TaskTrackers alive"`,
    ].join('\n'),
    next: `on ${host.name}: hadoop job -list-active-trackers; ${journalOf('jobtracker')}`,
  }
}

function taskTrackerCheck(host: Host, context: ComponentContext): HealthCheck {
  const port = portFor(context, 'mapred.task.tracker.http.address')
  return {
    name: `tasktracker ${host.name}`,
    host: host.name,
    title: `the TaskTracker on ${host.name} is healthy`,
    script: [
      answerOf('TaskTracker', jmxUrl(port, 'Hadoop:service=TaskTracker,name=TaskTrackerInfo')),
      `case $answer in *'"Healthy" : true'*) echo healthy ;; *) echo "unhealthy: $answer"; exit 1 ;; esac`,
    ].join('\n'),
    next: `on ${host.name}: df -h; ${journalOf('tasktracker')}`,
  }
}

/** The health checks of MapReduce 1. */
export function mapreduce1HealthChecks(context: ComponentContext): HealthCheck[] {
  return [
    ...hostsWith(context.cluster, 'jobtracker').map((host) => jobTrackerCheck(host, context)),
    ...hostsWith(context.cluster, 'tasktracker').map((host) => taskTrackerCheck(host, context)),
  ]
}
