import { render } from '../../../hadoop-templates/index.ts'
import type { Host } from '../../config/types.ts'
import type { Resource, User } from '../../engine/types.ts'
import { labNamesOf } from '../apps/lab-names.ts'
import { storageFact } from '../hdfs/storage.ts'
import { generationOf } from '../support/generation.ts'
import { clusterAddress, isClusterHost, isHadoopHost } from '../support/hosts.ts'
import { HADOOP_STATE, hadoopPaths } from '../support/paths.ts'
import { directory } from '../support/resources.ts'
import type { ComponentContext, Service } from '../types.ts'
import { nameFacts } from './names.ts'
import { portsFact } from './port-fact.ts'
import { systemSymptoms } from './symptoms.ts'

const NAME = 'system'

/** Packages with commands that scripts, probes and Apache's launchers call. */
const PACKAGES = ['ca-certificates', 'curl', 'procps']

/**
 * An account of Hadoop's daemons. Storage and jobs have different accounts: the one for jobs must not own the blocks.
 */
const account = (name: string): User => ({
  type: 'user',
  id: `user:${name}`,
  component: NAME,
  name,
  group: 'hadoop',
  groups: [],
  home: `${HADOOP_STATE}/${name}`,
  // Nobody logs in as a daemon, and no job runs in a login shell.
  shell: '/usr/sbin/nologin',
  system: true,
  after: ['group:hadoop'],
})

const accounts = (users: readonly string[]): Resource[] => [
  { type: 'group', id: 'group:hadoop', component: NAME, name: 'hadoop' },
  ...users.map(account),
]

/** Homes have the state of daemons, so other users cannot read them. */
const homes = (users: readonly string[]): Resource[] => [
  directory(NAME, HADOOP_STATE),
  ...users.map((user) =>
    directory(NAME, `${HADOOP_STATE}/${user}`, {
      owner: user,
      group: 'hadoop',
      mode: '0750',
      after: [`user:${user}`, `directory:${HADOOP_STATE}`],
    }),
  ),
]

function logs(context: ComponentContext): Resource[] {
  const { logs: root } = hadoopPaths(context.cluster)
  return [
    directory(NAME, root, { group: 'hadoop', after: ['group:hadoop'] }),
    ...generationOf(context.cluster).users.map((user) =>
      directory(NAME, `${root}/${user}`, {
        owner: user,
        group: 'hadoop',
        mode: '0750',
        after: [`user:${user}`, `directory:${root}`],
      }),
    ),
  ]
}

const kernel = (): Resource[] => [
  // A JVM with a heap in swap waits for the disk, and other daemons then treat it as dead.
  { type: 'sysctl', id: 'sysctl:vm.swappiness', component: NAME, key: 'vm.swappiness', value: '1' },
  // For bursts of block reports and shuffle fetches: older kernels queue 128 connections and drop the others.
  {
    type: 'sysctl',
    id: 'sysctl:net.core.somaxconn',
    component: NAME,
    key: 'net.core.somaxconn',
    value: '4096',
  },
  {
    type: 'unit',
    id: 'unit:howdah-hugepages',
    component: NAME,
    name: 'howdah-hugepages',
    content: render('systemd/hugepages.service', {}),
    effective: [],
    ready: {
      title: 'transparent huge pages are off, or cannot be set here',
      script:
        'f=/sys/kernel/mm/transparent_hugepage/enabled; [ ! -w "$f" ] || grep -q "\\[never\\]" "$f" || ! (echo never >"$f") 2>/dev/null',
      timeoutSeconds: 10,
    },
    logs: [],
  },
]

function hostsFile(host: Host, context: ComponentContext): Resource[] {
  const { cluster, facts } = context
  if (!cluster.manageHostsFile) return []
  const entries = cluster.hosts.flatMap((other) => {
    const address = clusterAddress(other, facts[other.name])
    return address === undefined ? [] : [{ address, names: [other.name, ...labNamesOf(other, context)] }]
  })
  return [
    { type: 'hosts-block', id: 'hosts-block:/etc/hosts', component: NAME, entries, ownNames: [host.name] },
  ]
}

function ofHadoop(context: ComponentContext): Resource[] {
  const { users } = generationOf(context.cluster)
  return [...accounts(users), ...homes(users), ...logs(context)]
}

/**
 * The base of a host: names everywhere, ports and kernel settings on hosts of the cluster, accounts on hosts of Hadoop.
 */
export const system: Service = {
  name: NAME,
  needs: ['addresses'],
  resources(host, context) {
    const common = [
      ...hostsFile(host, context),
      ...nameFacts(host, context),
      // A host without Hadoop may have been a NameNode.
      ...(isHadoopHost(host) ? [] : [storageFact(host, context.cluster)]),
    ]
    if (!isClusterHost(host)) return common
    return [
      ...common,
      portsFact(host, context),
      { type: 'package', id: 'package:curl', component: NAME, names: PACKAGES },
      ...(isHadoopHost(host) ? ofHadoop(context) : []),
      ...kernel(),
    ]
  },
  symptoms: systemSymptoms,
}
