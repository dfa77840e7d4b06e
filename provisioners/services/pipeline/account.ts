import { render } from '../../../hadoop-templates/index.ts'
import { documentOf } from '../../config/index.ts'
import type { Cluster } from '../../config/types.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'
import type { Resource } from '../../engine/types.ts'
import { hivePaths } from '../hive/paths.ts'
import { generationOf } from '../support/index.ts'
import { javaAfter, javaHome, SHORT_LIVED } from '../support/java.ts'
import { hadoopPaths } from '../support/paths.ts'
import { directory } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import type { DotFile } from '../users/dotfile.ts'
import { SUDOERS_DIR } from '../users/names.ts'
import { sudoResources } from '../users/sudo.ts'
import type { PersonRules } from '../users/sudoers.ts'
import { COMMANDS, PIPELINE, pipelinePaths } from './paths.ts'

/** The account on every host of Hadoop: HDFS asks the NameNode's host for its groups. No daemon runs as it. */
export const account = ({ user, home }: Pipeline): Resource[] => [
  {
    type: 'user',
    id: `user:${user}`,
    component: PIPELINE,
    name: user,
    group: 'hadoop',
    groups: [],
    home,
    shell: '/bin/bash',
    system: false,
    after: ['group:hadoop'],
  },
  directory(PIPELINE, home, { owner: user, group: 'hadoop', mode: '0750', after: [`user:${user}`] }),
]

/** Variables of a run, for where the caller has set none. */
const variables = ({ cluster }: ComponentContext): { name: string; value: string }[] => {
  const hadoop = hadoopPaths(cluster)
  const hive = hivePaths(cluster)
  const all = {
    JAVA_HOME: javaHome(cluster, 'hadoop'),
    HADOOP_HOME: hadoop.current,
    HADOOP_CONF_DIR: hadoop.conf,
    HIVE_HOME: hive.current,
    HIVE_CONF_DIR: hive.conf,
    SQOOP_HOME: `${cluster.directories.install}/sqoop/current`,
    LUIGI_CONFIG_PATH: pipelinePaths(cluster).override,
    // A workflow starts hundreds of `hadoop fs`: with these, each costs a third less.
    HADOOP_CLIENT_OPTS: SHORT_LIVED,
  }
  return Object.entries(all).map(([name, value]) => ({ name, value }))
}

/** What a shell of the account reads, and what its commands need. */
export function shell(context: ComponentContext, { user, home }: Pipeline): DotFile {
  const commands = [...generationOf(context.cluster).commands, 'hive', 'sqoop']
  return {
    type: 'x-dotfile',
    id: `file:${home}/.bashrc`,
    component: PIPELINE,
    name: user,
    home,
    file: '.bashrc',
    content: render('pipeline/bashrc', { variables: variables(context) }),
    restricted: false,
    after: [
      `directory:${home}`,
      ...commands.map((name) => `file:${COMMANDS}/${name}`),
      ...javaAfter(context.cluster, 'hadoop'),
    ],
  }
}

/** One file for all, so that whoever is taken out of the list loses the rule. */
function rules(cluster: Cluster, { user, sudoers }: Pipeline): PersonRules {
  const document = documentOf(cluster)
  const path = ['pipeline', 'sudoers']
  const where = document?.has(path) ? document.where(path) : `${cluster.file}: pipeline`
  return {
    type: 'x-sudoers',
    id: 'sudoers:pipeline',
    component: PIPELINE,
    name: sudoers.join(', '),
    path: `${SUDOERS_DIR}/howdah-pipeline`,
    rules: sudoers.length === 0 ? [] : [{ text: `ALL=(${user}) NOPASSWD: ALL`, where }],
    after: ['action:sudoers-include', `user:${user}`],
  }
}

/** Who may act as the account on the master, and as nobody else by this rule; sudo itself where the users do not bring it. */
export function sudo({ cluster, users }: ComponentContext, pipeline: Pipeline): Resource[] {
  const brought = cluster.managesUsers && users !== undefined
  return [
    ...(brought ? [] : sudoResources.map((resource) => ({ ...resource, component: PIPELINE }))),
    rules(cluster, pipeline),
  ]
}
