import type { Host } from '../../config/types.ts'
import { answerOf, JSON_FIELD } from '../hdfs/health.ts'
import { hostsWith, journalOf } from '../support/index.ts'
import type { ComponentContext, HealthCheck } from '../types.ts'
import { adminUrl } from './units.ts'

/**
 * The check of one server. A leader must have all others as followers; one of several servers must not run standalone.
 */
function serverCheck(host: Host, servers: number, context: ComponentContext): HealthCheck {
  const others = servers - 1
  return {
    name: `zookeeper ${host.name}`,
    host: host.name,
    title:
      servers === 1 ? `ZooKeeper on ${host.name} serves` : `ZooKeeper on ${host.name} serves with the others`,
    script: [
      JSON_FIELD,
      answerOf('ZooKeeper server', adminUrl(context, 'monitor')),
      'state=$(field server_state) synced=$(field synced_followers)',
      'case $state in',
      ...(servers === 1
        ? ['  standalone) echo "serves alone" ;;']
        : [
            '  follower) echo "follows its leader" ;;',
            '  leader)',
            `    if [ "\${synced%%.*}" != ${others} ]; then echo "it leads, and \${synced:-no} of ${others} servers follow it"; exit 1; fi`,
            `    echo "leads, and ${others} of ${others} servers follow it" ;;`,
          ]),
      '  "") echo "it does not serve (are most of the servers up?): $answer"; exit 1 ;;',
      `  *) echo "it is $state, and there are ${servers} servers"; exit 1 ;;`,
      'esac',
    ].join('\n'),
    next: `on ${host.name}: ${journalOf('zookeeper')}`,
  }
}

/** The health checks of ZooKeeper. */
export function zookeeperHealthChecks(context: ComponentContext): HealthCheck[] {
  const hosts = hostsWith(context.cluster, 'zookeeper')
  return hosts.map((host) => serverCheck(host, hosts.length, context))
}
