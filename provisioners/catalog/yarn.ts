import type { DaemonEntry, Generation, Port } from './types.ts'

const GENERATIONS: readonly Generation[] = ['hadoop2', 'hadoop3']

const port = (
  file: 'yarn-site' | 'mapred-site',
  property: string,
  number: number,
  title: string,
  rule: NonNullable<Port['rule']>,
): Port => ({ file, property, number, title, rule })

const RESOURCEMANAGER: readonly Port[] = [
  port('yarn-site', 'yarn.resourcemanager.address', 8032, 'client port of the ResourceManager', {
    id: 'rm-client',
    client: true,
  }),
  port('yarn-site', 'yarn.resourcemanager.scheduler.address', 8030, 'scheduler port of the ResourceManager', {
    id: 'rm-scheduler',
  }),
  port(
    'yarn-site',
    'yarn.resourcemanager.resource-tracker.address',
    8031,
    'tracker port of the ResourceManager',
    { id: 'rm-tracker' },
  ),
  port('yarn-site', 'yarn.resourcemanager.admin.address', 8033, 'admin port of the ResourceManager', {
    id: 'rm-admin',
  }),
  port('yarn-site', 'yarn.resourcemanager.webapp.address', 8088, 'web page of the ResourceManager', {
    id: 'rm-web',
  }),
]

const NODEMANAGER: readonly Port[] = [
  port('yarn-site', 'yarn.nodemanager.address', 8041, 'RPC of the NodeManager', { id: 'nm-rpc' }),
  port('yarn-site', 'yarn.nodemanager.localizer.address', 8040, 'localizer of the NodeManager', {
    id: 'nm-localizer',
  }),
  port('yarn-site', 'yarn.nodemanager.webapp.address', 8042, 'web page of the NodeManager', { id: 'nm-web' }),
  port('mapred-site', 'mapreduce.shuffle.port', 13_562, 'shuffle of MapReduce', { id: 'shuffle' }),
]

const JOBHISTORY: readonly Port[] = [
  port('mapred-site', 'mapreduce.jobhistory.address', 10_020, 'RPC of the JobHistory server', {
    id: 'jobhistory',
    client: true,
  }),
  port('mapred-site', 'mapreduce.jobhistory.webapp.address', 19_888, 'web page of the JobHistory server', {
    id: 'jobhistory-web',
  }),
  port('mapred-site', 'mapreduce.jobhistory.admin.address', 10_033, 'admin port of the JobHistory server', {
    id: 'jobhistory-admin',
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

/** YARN, and the history of its jobs. */
export const YARN = { software: {}, daemons } as const
