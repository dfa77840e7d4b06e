import type { DaemonEntry, Generation, Port } from './types.ts'

const GENERATIONS: readonly Generation[] = ['hadoop2', 'hadoop3']

/** A port that users outside the cluster need: `access.from` reaches it. */
const USERS = { reach: 'users' } as const

const port = (
  file: 'yarn-site' | 'mapred-site',
  property: string,
  number: number,
  title: string,
  more: Required<Pick<Port, 'rule' | 'risk'>> & Pick<Port, 'reach'>,
): Port => ({ file, property, number, title, ...more })

const RESOURCEMANAGER: readonly Port[] = [
  port('yarn-site', 'yarn.resourcemanager.address', 8032, 'client port of the ResourceManager', {
    ...USERS,
    rule: { id: 'rm-client', client: true },
    risk: 'Runs applications, and so any code on the workers, and kills those of others.',
  }),
  port('yarn-site', 'yarn.resourcemanager.scheduler.address', 8030, 'scheduler port of the ResourceManager', {
    rule: { id: 'rm-scheduler' },
    risk: 'Poses as the master of an application; a token of that application is needed.',
  }),
  port(
    'yarn-site',
    'yarn.resourcemanager.resource-tracker.address',
    8031,
    'tracker port of the ResourceManager',
    {
      rule: { id: 'rm-tracker' },
      risk: 'Adds a worker of its own to the cluster, which gets containers and their tokens.',
    },
  ),
  port('yarn-site', 'yarn.resourcemanager.admin.address', 8033, 'admin port of the ResourceManager', {
    rule: { id: 'rm-admin' },
    risk: 'Changes queues and takes workers out of service, as an administrator.',
  }),
  port('yarn-site', 'yarn.resourcemanager.webapp.address', 8088, 'web page of the ResourceManager', {
    ...USERS,
    rule: { id: 'rm-web' },
    risk: 'Its REST interface runs applications, and so any code on the workers.',
  }),
]

const NODEMANAGER: readonly Port[] = [
  port('yarn-site', 'yarn.nodemanager.address', 8041, 'RPC of the NodeManager', {
    rule: { id: 'nm-rpc' },
    risk: 'Starts and stops containers; a token of the ResourceManager is needed.',
  }),
  port('yarn-site', 'yarn.nodemanager.localizer.address', 8040, 'localizer of the NodeManager', {
    rule: { id: 'nm-localizer' },
    risk: 'Disturbs the download of files for containers.',
  }),
  port('yarn-site', 'yarn.nodemanager.webapp.address', 8042, 'web page of the NodeManager', {
    ...USERS,
    rule: { id: 'nm-web' },
    risk: 'Reads the logs of containers that run.',
  }),
  port('mapred-site', 'mapreduce.shuffle.port', 13_562, 'shuffle of MapReduce', {
    rule: { id: 'shuffle' },
    risk: 'Reads map outputs of jobs; a token of the job is needed.',
  }),
]

const JOBHISTORY: readonly Port[] = [
  port('mapred-site', 'mapreduce.jobhistory.address', 10_020, 'RPC of the JobHistory server', {
    ...USERS,
    rule: { id: 'jobhistory', client: true },
    risk: 'Reads the configuration and the history of all jobs.',
  }),
  port('mapred-site', 'mapreduce.jobhistory.webapp.address', 19_888, 'web page of the JobHistory server', {
    ...USERS,
    rule: { id: 'jobhistory-web' },
    risk: 'Reads the configuration, the history and the logs of all jobs.',
  }),
  port('mapred-site', 'mapreduce.jobhistory.admin.address', 10_033, 'admin port of the JobHistory server', {
    rule: { id: 'jobhistory-admin' },
    risk: 'Changes settings of the history of jobs, as an administrator.',
  }),
]

const daemons = {
  resourcemanager: {
    title: 'ResourceManager',
    generations: GENERATIONS,
    software: 'hadoop',
    count: 'one',
    set: 'master',
    required: true,
    counterpart: { daemon: 'jobtracker' },
    memory: { kind: 'jvm', mb: [256, 512, 1024, 2048] },
    account: 'yarn',
    process: {
      unit: 'yarn-resourcemanager',
      ports: RESOURCEMANAGER,
      asked: 'yarn.resourcemanager.webapp.address',
      configuration: ['core-site', 'yarn-site', 'capacity-scheduler'],
      log: 'hadoop/yarn/yarn-resourcemanager.log',
      page: { port: 'yarn.resourcemanager.webapp.address', files: ['core-site', 'yarn-site'] },
      readySeconds: 180,
      restart: { atOnce: 1, before: 'ready' },
    },
  },
  nodemanager: {
    title: 'NodeManager',
    generations: GENERATIONS,
    software: 'hadoop',
    count: 'each',
    set: 'worker',
    required: true,
    counterpart: { daemon: 'tasktracker' },
    runsTasks: true,
    usesDataDirs: true,
    memory: { kind: 'jvm', mb: [160, 256, 512, 1024] },
    account: 'yarn',
    process: {
      unit: 'yarn-nodemanager',
      ports: NODEMANAGER,
      asked: 'yarn.nodemanager.webapp.address',
      configuration: ['core-site', 'yarn-site', 'hdfs-site', 'mapred-site'],
      log: 'hadoop/yarn/yarn-nodemanager.log',
      page: { port: 'yarn.nodemanager.webapp.address', files: ['core-site', 'yarn-site'] },
      readySeconds: 180,
      // Its containers continue during its restart.
      restart: { atOnce: 1, before: 'member' },
    },
  },
  jobhistory: {
    title: 'JobHistory server',
    generations: GENERATIONS,
    software: 'hadoop',
    count: 'one',
    set: 'master',
    follows: 'resourcemanager',
    counterpart: { daemon: 'jobtracker', note: 'which keeps the history of jobs itself' },
    memory: { kind: 'jvm', mb: [160, 256, 512, 1024] },
    account: 'mapred',
    process: {
      unit: 'mapred-historyserver',
      ports: JOBHISTORY,
      asked: 'mapreduce.jobhistory.webapp.address',
      configuration: ['core-site', 'yarn-site', 'hdfs-site', 'mapred-site'],
      log: 'hadoop/mapred/mapred-historyserver.log',
      page: { port: 'mapreduce.jobhistory.webapp.address', files: ['core-site', 'mapred-site'] },
      readySeconds: 180,
      restart: { atOnce: 1, before: 'ready' },
    },
  },
} as const satisfies Record<string, DaemonEntry>

/**
 * Ports of ApplicationMasters, which run in containers: below the range that Linux uses for outgoing connections, so that
 * a firewall can cover them.
 */
export const APPLICATION_MASTERS = {
  from: 30_100,
  to: 30_499,
  title: 'ApplicationMasters of jobs',
  risk: 'Kills the job, and reads its configuration and counters.',
} as const

/** YARN, and the history of its jobs. */
export const YARN = { software: {}, daemons } as const
