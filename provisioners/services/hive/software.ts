import type { Cluster, Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import {
  hasTaskJars,
  type Repaired,
  repairResources,
  repairsOf,
  taskJarResources,
  taskJars,
} from '../repairs/index.ts'
import { archive, artifactOf, symlink } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { HIVE, hasHive, hivePaths } from './paths.ts'

/** Whether Hive declares the extras on a host: for its own software, or for jars that tasks need. */
export const hasExtras = (host: Host, cluster: Cluster): boolean =>
  hasHive(host) || hasTaskJars(host, cluster)

/** Drivers and repair jars. Hive and Sqoop share them, so only one of the two declares them on a host. */
export const extrasArchive = (component: string, context: ComponentContext): Resource =>
  archive(component, 'extras', hivePaths(context.cluster).extras, artifactOf(context, 'extras'))

/** The repairs of Hive's tree, with the paths that they need. */
function repaired(context: ComponentContext): Repaired {
  const paths = hivePaths(context.cluster)
  return {
    component: HIVE,
    home: paths.version,
    conf: paths.conf,
    extras: paths.extras,
    of: [
      `${paths.version}: ${artifactOf(context, 'hive').sha256}`,
      `${paths.extras}: ${artifactOf(context, 'extras').sha256}`,
    ],
    repairs: repairsOf(HIVE, context.cluster),
  }
}

/** Archive, link and repairs. */
export function software(context: ComponentContext): Resource[] {
  const paths = hivePaths(context.cluster)
  return [
    extrasArchive(HIVE, context),
    archive(HIVE, 'hive', paths.version, artifactOf(context, 'hive')),
    symlink(HIVE, paths.current, paths.version, ['archive:hive']),
    ...repairResources(repaired(context), ['archive:hive', 'archive:extras']),
  ]
}

/** The software that Hive's jobs need on a host that runs their tasks: not Hive, but jars that Hadoop lacks. */
export function taskSoftware(host: Host, context: ComponentContext): Resource[] {
  const { cluster } = context
  if (!hasTaskJars(host, cluster)) return []
  return [
    ...(hasHive(host) ? [] : [extrasArchive(HIVE, context)]),
    ...taskJarResources(HIVE, hivePaths(cluster).extras, taskJars(cluster)),
  ]
}
