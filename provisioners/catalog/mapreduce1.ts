import type { DaemonEntry, Generation } from './types.ts'

const GENERATIONS: readonly Generation[] = ['hadoop1']
const CONFIGURATION = ['core-site', 'hdfs-site', 'mapred-site'] as const
const SHOWN = ['core-site', 'mapred-site'] as const

const daemons = {
  jobtracker: {
    title: 'JobTracker',
    generations: GENERATIONS,
    software: 'hadoop',
    count: 'one',
    set: 'master',
    required: true,
    counterpart: { daemon: 'resourcemanager' },
    memory: { kind: 'jvm', mb: [256, 512, 1024, 2048] },
    account: 'mapred',
    process: {
      unit: 'mapred-jobtracker',
      ports: [
        {
          file: 'mapred-site',
          property: 'mapred.job.tracker',
          number: 8021,
          title: 'RPC of the JobTracker',
          reach: 'users',
          risk: 'Runs jobs, and so any code on the workers, and kills the jobs of others.',
          rule: { id: 'jobtracker', client: true },
        },
        {
          file: 'mapred-site',
          property: 'mapred.job.tracker.http.address',
          number: 50_030,
          title: 'web page of the JobTracker',
          reach: 'users',
          risk: 'Reads the configuration and the history of all jobs.',
          rule: { id: 'jobtracker-web' },
        },
      ],
      asked: 'mapred.job.tracker.http.address',
      configuration: CONFIGURATION,
      log: 'hadoop/mapred/mapred-jobtracker.log',
      page: { port: 'mapred.job.tracker.http.address', files: SHOWN },
      readySeconds: 300,
      restart: { atOnce: 1, before: 'ready' },
    },
  },
  tasktracker: {
    title: 'TaskTracker',
    generations: GENERATIONS,
    software: 'hadoop',
    count: 'each',
    set: 'worker',
    required: true,
    counterpart: { daemon: 'nodemanager' },
    runsTasks: true,
    usesDataDirs: true,
    memory: { kind: 'jvm', mb: [160, 256, 512, 1024] },
    account: 'mapred',
    process: {
      unit: 'mapred-tasktracker',
      ports: [
        {
          file: 'mapred-site',
          property: 'mapred.task.tracker.http.address',
          number: 50_060,
          title: 'web page of the TaskTracker',
          reach: 'users',
          risk: 'Reads the logs of tasks, and map outputs of jobs.',
          // It serves map outputs on this port; its own tasks connect to it on the loopback interface.
          rule: { id: 'tasktracker-web', title: 'Shuffle and web page of the TaskTracker' },
        },
      ],
      asked: 'mapred.task.tracker.http.address',
      configuration: CONFIGURATION,
      log: 'hadoop/mapred/mapred-tasktracker.log',
      page: { port: 'mapred.task.tracker.http.address', files: SHOWN },
      readySeconds: 180,
      restart: { atOnce: 1, before: 'member' },
    },
  },
} as const satisfies Record<string, DaemonEntry>

/** The JobTracker and TaskTrackers of Hadoop 1. */
export const MAPREDUCE1 = { software: {}, daemons } as const
