import type { Host } from '../../config/types.ts'
import { answerOf, JSON_FIELD } from '../hdfs/health.ts'
import { hostsWith, journalOf, portFor } from '../support/index.ts'
import type { ComponentContext, HealthCheck } from '../types.ts'

function resourceManagerCheck(host: Host, context: ComponentContext): HealthCheck {
  const port = portFor(context, 'yarn.resourcemanager.webapp.address')
  const expected = hostsWith(context.cluster, 'nodemanager').length
  return {
    name: 'resourcemanager',
    host: host.name,
    title: `the ResourceManager sees ${expected} active NodeManagers`,
    script: [
      JSON_FIELD,
      answerOf('ResourceManager', `http://127.0.0.1:${port}/ws/v1/cluster/metrics`),
      'active=$(field activeNodes) sick=$(field unhealthyNodes) lost=$(field lostNodes)',
      `if [ "$active" != ${expected} ]; then`,
      `  echo "\${active:-no} of ${expected} NodeManagers are active (\${sick:-0} unhealthy, \${lost:-0} lost)"; exit 1`,
      'fi',
      `echo "$active of ${expected} NodeManagers active"`,
    ].join('\n'),
    next: `on ${host.name}: yarn node -list -all; ${journalOf('resourcemanager')}`,
  }
}

function nodeManagerCheck(host: Host, context: ComponentContext): HealthCheck {
  const port = portFor(context, 'yarn.nodemanager.webapp.address')
  return {
    name: `nodemanager ${host.name}`,
    host: host.name,
    title: `the NodeManager on ${host.name} is healthy`,
    script: [
      JSON_FIELD,
      answerOf('NodeManager', `http://127.0.0.1:${port}/ws/v1/node/info`),
      'if [ "$(field nodeHealthy)" = true ]; then echo healthy; else echo "unhealthy: $(field healthReport)"; exit 1; fi',
    ].join('\n'),
    next: `on ${host.name}: df -h; ${journalOf('nodemanager')}`,
  }
}

function historyCheck(host: Host, context: ComponentContext): HealthCheck {
  const port = portFor(context, 'mapreduce.jobhistory.webapp.address')
  return {
    name: 'jobhistory',
    host: host.name,
    title: 'the JobHistory server answers',
    script: [
      answerOf('JobHistory server', `http://127.0.0.1:${port}/ws/v1/history/info`),
      'case $answer in *hadoopVersion*) echo up ;; *) echo "no JobHistory server: $answer"; exit 1 ;; esac',
    ].join('\n'),
    next: `on ${host.name}: ${journalOf('jobhistory')}`,
  }
}

/** The health checks of YARN and MapReduce. */
export function yarnHealthChecks(context: ComponentContext): HealthCheck[] {
  const { cluster } = context
  return [
    ...hostsWith(cluster, 'resourcemanager').map((host) => resourceManagerCheck(host, context)),
    ...hostsWith(cluster, 'nodemanager').map((host) => nodeManagerCheck(host, context)),
    ...hostsWith(cluster, 'jobhistory').map((host) => historyCheck(host, context)),
  ]
}
