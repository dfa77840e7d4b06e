import type { Generation } from '../catalog/index.ts'
import type { Host } from '../config/types.ts'
import type { AnyType } from '../engine/registry.ts'
import type { Archive, Desired, Resource } from '../engine/types.ts'
import { apps } from './apps/index.ts'
import { behindFirewall, firewall } from './firewall/index.ts'
import { hdfs, withNameNodePort } from './hdfs/index.ts'
import { hive } from './hive/index.ts'
import { java } from './java/index.ts'
import { mapreduce1 } from './mapreduce1/index.ts'
import { pipeline } from './pipeline/index.ts'
import { resultStore } from './result-store/index.ts'
import { scheduler } from './scheduler/index.ts'
import { sqoop } from './sqoop/index.ts'
import { system } from './system/index.ts'
import { spaceFact } from './system/space-fact.ts'
import { trackingLogs } from './tracking-logs/index.ts'
import type { ComponentContext, HealthCheck, KnownSymptom, Service } from './types.ts'
import { users } from './users/index.ts'
import { yarn } from './yarn/index.ts'
import { zookeeper } from './zookeeper/index.ts'

/** The public functions of provisioners/services: all desired resources of a cluster, for the engine. */

/** All services, in the order in which they are installed on a host. A service is registered by its line here. */
export const services: readonly Service[] = [
  system,
  firewall,
  users,
  java,
  resultStore,
  hdfs,
  yarn,
  mapreduce1,
  zookeeper,
  hive,
  sqoop,
  trackingLogs,
  apps,
  scheduler,
  pipeline,
]

/** Resource types that the engine does not have. */
export const componentTypes: readonly AnyType[] = services.flatMap(({ types }) => types ?? [])

const rules: readonly KnownSymptom[] = services.flatMap((service) => service.symptoms ?? [])

/** The rule base, in its order: the first rule that a text matches counts. */
export const symptoms: readonly KnownSymptom[] = [
  ...rules.filter(({ vague }) => vague !== true),
  ...rules.filter(({ vague }) => vague === true),
]

/** The rules for the clusters of a generation. */
export const symptomsOf = (generation: Generation): readonly KnownSymptom[] =>
  symptoms.filter(({ generations }) => generations?.includes(generation) ?? true)

/** The rules that name the cause of a failed step. */
export const causesOf = (generation: Generation): readonly KnownSymptom[] =>
  symptomsOf(generation).filter(({ note }) => note !== true)

const isArchive = (resource: Resource): resource is Archive => resource.type === 'archive'

/** Several services may declare the same parent directory in HDFS. The first declaration counts. */
function firstOfItsPath(): (resource: Resource) => boolean {
  const seen = new Set<string>()
  return ({ type, id }) => {
    if (type !== 'x-hdfs-directory') return true
    const first = !seen.has(id)
    seen.add(id)
    return first
  }
}

function resourcesOf(host: Host, context: ComponentContext, chosen: readonly Service[]): readonly Resource[] {
  const declared = chosen
    .flatMap((service) => service.resources(host, context))
    .map((resource) => withNameNodePort(resource, context))
    .filter(firstOfItsPath())
  const resources = behindFirewall(declared)
  const archives = resources.filter(isArchive)
  if (archives.length === 0) return resources
  return [spaceFact(host.name, context.cluster.directories.install, archives), ...resources]
}

/**
 * The desired resources of every host and every database server. Pure: the same cluster and the same facts give the
 * same resources, and facts only change contents, never which resources there are. With `only`, the other services are
 * skipped, and the context may lack what they need.
 */
export function desire(context: ComponentContext, only?: ReadonlySet<string>): Desired {
  const chosen = services.filter(({ name }) => only?.has(name) ?? true)
  const hosts = context.cluster.hosts.map((host) => [host.name, resourcesOf(host, context, chosen)] as const)
  return { ...Object.fromEntries(hosts), ...sqlResources(context, chosen) }
}

/** The resources of every database server, from all services. */
function sqlResources(
  context: ComponentContext,
  chosen: readonly Service[],
): Record<string, readonly Resource[]> {
  const targets: Record<string, readonly Resource[]> = {}
  for (const service of chosen) {
    for (const [target, resources] of Object.entries(service.sqlTargets?.(context) ?? {}))
      targets[target] = [...(targets[target] ?? []), ...resources]
  }
  return targets
}

/** The health checks of the daemons of the cluster, each for its own host. */
export const healthChecks = (context: ComponentContext): readonly HealthCheck[] =>
  services.flatMap((service) => service.healthChecks?.(context) ?? [])
