import { CATALOG, DAEMONS, type Daemon, isOf, numberOf, softwareOf } from '../../catalog/index.ts'
import type { Port } from '../../catalog/types.ts'
import { compareVersions, nameIn } from '../../config/index.ts'
import type { Cluster, Host } from '../../config/types.ts'
import type { ComponentContext } from '../types.ts'
import { portOf } from './properties.ts'

/** A TCP port that a daemon binds. */
export interface BoundPort {
  readonly daemon: Daemon
  readonly unit: string
  readonly port: number
  /** For messages: "RPC of the NameNode". */
  readonly title: string
  /** The property that sets its number; absent: the number is fixed. */
  readonly property?: string
  /** As in the catalogue. */
  readonly risk: string
  readonly reach?: Port['reach']
}

interface DaemonPort extends Port {
  readonly daemon: Daemon
  readonly unit: string
}

/** Ports of every daemon that a generation has. */
const portsOf = ({ generation }: Cluster): readonly DaemonPort[] =>
  DAEMONS.filter((daemon) => isOf(daemon, generation)).flatMap((daemon) => {
    const { process } = CATALOG[daemon]
    return (process?.ports ?? []).map((port) => ({ ...port, daemon, unit: process?.unit ?? '' }))
  })

/** False for a port that only later versions of its software bind. */
export function isBound(daemon: Daemon, { since }: Port, { versions }: Cluster): boolean {
  const software = softwareOf(daemon)
  if (since === undefined) return true
  return software !== undefined && compareVersions(versions[software] ?? '0', since) >= 0
}

type WithCluster = Pick<ComponentContext, 'cluster'>

/** The value of a property in `properties` of cluster.yml. `property` has its name of Hadoop 3. */
const operatorValue = ({ cluster }: WithCluster, file: string, property: string): string | undefined =>
  cluster.properties[file]?.[nameIn(cluster.generation, property)]

/** The number of a port: from cluster.yml, or the default. */
const numberFor = (context: WithCluster, port: Port): number => {
  const standard = numberOf(port, context.cluster.generation)
  const { file, property } = port
  return file === undefined || property === undefined
    ? standard
    : portOf(operatorValue(context, file, property), standard)
}

/**
 * The port that a property sets: from cluster.yml, or the default. The property has its name of Hadoop 3, or of Hadoop
 * 1 if only Hadoop 1 has it. Throws when the property sets no port in this generation.
 */
export function portFor(context: WithCluster, property: string): number {
  const found = portsOf(context.cluster).find((port) => port.property === property)
  if (!found) throw new Error(`no port is set by ${property}`)
  return numberFor(context, found)
}

/** Every port that the daemons of a host bind. Port 0 means any port, and is left out. */
export const portsOn = (host: Host, context: WithCluster): readonly BoundPort[] =>
  portsOf(context.cluster)
    .filter(({ daemon }) => host.daemons.includes(daemon))
    .filter((port) => isBound(port.daemon, port, context.cluster))
    .map((port) => ({
      daemon: port.daemon,
      unit: port.unit,
      title: port.title,
      risk: port.risk,
      ...(port.reach && { reach: port.reach }),
      ...(port.property !== undefined && { property: nameIn(context.cluster.generation, port.property) }),
      port: numberFor(context, port),
    }))
    .filter(({ port }) => port !== 0)
