import type { Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { SYSTEM_DIR } from '../mapreduce1/mapred-site.ts'
import { hostsWith, isMapReduce1 } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { HISTORY } from '../yarn/mapred-site.ts'
import { REMOTE_LOGS } from '../yarn/yarn-site.ts'
import { hdfsDirectory } from './hdfs-directory.ts'

interface Branch {
  readonly path: string
  readonly owner: string
  readonly group: string
  readonly mode: string
}

const branch = (path: string, owner: string, group: string, mode: string): Branch => ({
  path,
  owner,
  group,
  mode,
})

const home = (user: string, group = user): Branch => branch(`/user/${user}`, user, group, '0750')

/** Daemons whose jobs need a home. Hive's is Hive's own matter, since its warehouse lies in it. */
const serviceHomes = ({ cluster }: ComponentContext): Branch[] => [
  home('mapred', 'hadoop'),
  ...(hostsWith(cluster, 'sqoop').length > 0 ? [home('sqoop', 'hadoop')] : []),
]

/** Whose jobs are staged below `/user`, and who has no trash without a home. */
const pipelineUser = ({ pipeline }: ComponentContext['cluster']): string[] =>
  pipeline === undefined ? [] : [pipeline.user]

/** Users: those that cluster.yml names, and whoever logs in to the NameNode's host with Howdah. */
function users({ cluster }: ComponentContext, host: Host, services: readonly Branch[]): Branch[] {
  const taken = new Set(['/user/hive', ...services.map((service) => service.path)])
  const names = [...new Set([...cluster.hdfsUsers, host.ssh.user, ...pipelineUser(cluster)])].sort()
  return names.map((name) => home(name)).filter(({ path }) => !taken.has(path))
}

const OF_YARN: readonly Branch[] = [
  branch(REMOTE_LOGS, 'yarn', 'hadoop', '1777'),
  branch(HISTORY.root, 'mapred', 'hadoop', '0755'),
  branch(HISTORY.intermediate, 'mapred', 'hadoop', '1777'),
  branch(HISTORY.done, 'mapred', 'hadoop', '0770'),
]

const OF_JOBTRACKER: readonly Branch[] = [
  branch(SYSTEM_DIR.root, 'mapred', 'hadoop', '0755'),
  // The JobTracker refuses one that others may enter.
  branch(SYSTEM_DIR.path, 'mapred', 'hadoop', '0700'),
]

/** The first directories of HDFS, parents first: who may write where. */
export function hdfsTree(host: Host, context: ComponentContext): Resource[] {
  const services = serviceHomes(context)
  const branches = [
    branch('/', 'hdfs', 'hadoop', '0755'),
    branch('/tmp', 'hdfs', 'hadoop', '1777'),
    branch('/user', 'hdfs', 'hadoop', '0755'),
    ...services,
    ...users(context, host, services),
    ...(isMapReduce1(context.cluster) ? OF_JOBTRACKER : OF_YARN),
  ]
  return branches.map((each) => hdfsDirectory(context, 'hdfs', each, parents(each.path)))
}

/** Every directory comes after the one that it lies in. */
const parents = (path: string): string[] =>
  path === '/' ? [] : [`hdfs-directory:${path.slice(0, path.lastIndexOf('/')) || '/'}`]
