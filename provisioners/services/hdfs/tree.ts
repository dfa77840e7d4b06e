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

/** Homes of daemons that submit jobs. The service hive declares its own, because the warehouse is in it. */
const serviceHomes = ({ cluster }: ComponentContext): Branch[] => [
  home('mapred', 'hadoop'),
  ...(hostsWith(cluster, 'sqoop').length > 0 ? [home('sqoop', 'hadoop')] : []),
]

/** The pipeline's account: its jobs are staged in its home below `/user`. */
const pipelineUser = ({ pipeline }: ComponentContext['cluster']): string[] =>
  pipeline === undefined ? [] : [pipeline.user]

/** Homes of users: those in cluster.yml, and the account that Howdah logs in to the NameNode's host with. */
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
  // The JobTracker refuses a directory that other users can enter.
  branch(SYSTEM_DIR.path, 'mapred', 'hadoop', '0700'),
]

/** The directories of a new HDFS with their owners and modes, parents first. */
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

/** A directory comes after its parent. */
const parents = (path: string): string[] =>
  path === '/' ? [] : [`hdfs-directory:${path.slice(0, path.lastIndexOf('/')) || '/'}`]
