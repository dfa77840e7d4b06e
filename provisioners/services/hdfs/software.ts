import type { Cluster } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import {
  archive,
  command,
  directory,
  generationOf,
  hadoopPaths,
  javaAfter,
  markerOf,
  symlink,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

const NAME = 'hdfs'

/** Hadoop's software: one directory per version, a link to the current one, and the commands for users. */
export function software(context: ComponentContext): Resource[] {
  const { cluster, artifacts } = context
  const { root, version, current, conf } = hadoopPaths(cluster)
  if (!artifacts.hadoop) {
    throw new HowdahError({
      code: 'COMPONENT_NO_ARTIFACT',
      exit: 'unexpected',
      message: `the tarball of Hadoop ${cluster.versions.hadoop} was not resolved`,
    })
  }
  const link = `symlink:${current}`
  return [
    directory(NAME, root),
    archive(NAME, 'hadoop', version, artifacts.hadoop, { after: [`directory:${root}`] }),
    symlink(NAME, current, version, ['archive:hadoop']),
    ...generationOf(cluster).commands.map((name) =>
      command(NAME, name, `${current}/bin/${name}`, { HADOOP_CONF_DIR: conf }, [link]),
    ),
  ]
}

/** The files that a daemon reads at its start, for its unit. `names` are files of the configuration directory. */
export function effectiveFiles(cluster: Cluster, names: readonly string[]): readonly string[] {
  const { conf, version } = hadoopPaths(cluster)
  return [
    ...['hadoop-env.sh', 'log4j.properties', ...names].map((name) => `${conf}/${name}`),
    markerOf(version),
  ]
}

/** Ids of the resources that any program of Hadoop needs before it runs on a host. */
export function hadoopReady(cluster: Cluster): readonly string[] {
  const { conf, current, logs } = hadoopPaths(cluster)
  const { sites, workersFile, hostLists, users } = generationOf(cluster)
  const others = ['hadoop-env.sh', 'log4j.properties', 'hadoop-metrics2.properties', workersFile]
  const files = [...sites.map((site) => `${site}.xml`), ...others, ...hostLists]
  return [
    `symlink:${current}`,
    ...files.map((name) => `file:${conf}/${name}`),
    ...javaAfter(cluster, 'hadoop'),
    'package:curl',
    ...users.map((user) => `directory:${logs}/${user}`),
  ]
}
