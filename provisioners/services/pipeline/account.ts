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
import type { SudoRules } from '../users/sudoers.ts'
import { COMMANDS, PIPELINE, pipelinePaths } from './paths.ts'

/** The pipeline's account. It is on every host of Hadoop, because the NameNode's host gives HDFS its groups. */
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

/** Variables of a run, unless the caller has set them. */
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
    // A workflow starts `hadoop fs` hundreds of times. These flags reduce the time of each by a third.
    HADOOP_CLIENT_OPTS: SHORT_LIVED,
  }
  return Object.entries(all).map(([name, value]) => ({ name, value }))
}

/** The .bashrc of the account. It comes after the commands that a shell of the account calls. */
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

/** One file for all sudoers, so that a user who is removed from the list loses the rule. */
function rules(cluster: Cluster, { user, sudoers }: Pipeline): SudoRules {
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

/**
 * The rule of users who may act as the account on the master. It also installs sudo, unless the service `users` does.
 */
export function sudo({ cluster, users }: ComponentContext, pipeline: Pipeline): Resource[] {
  const hasSudo = cluster.managesUsers && users !== undefined
  return [
    ...(hasSudo ? [] : sudoResources.map((resource) => ({ ...resource, component: PIPELINE }))),
    rules(cluster, pipeline),
  ]
}
