import { DAEMONS } from '../types.ts'

/** The meaning of each computed property, and the steps of the computation that lead to it. */

export interface Computed {
  readonly text: string
  readonly type: string
  /** Matches the steps of a Sizing that lead to the value. */
  readonly steps: RegExp
}

/** The steps from a host's memory to the memory for containers. */
const HOST = new RegExp(`^(memory|cores|system|daemons|daemons together|containers|${DAEMONS.join('|')}): `)
const COMMON =
  /^(the NodeManager|the TaskTracker|allocations|slot|map|ApplicationMaster|reduce|heaps|io\.sort\.mb)\b/

const SLOTS = /^(the TaskTracker|slot|slots)\b/

const mib = (text: string, steps: RegExp): Computed => ({ text, type: 'whole number of MiB', steps })
const number = (text: string, steps: RegExp): Computed => ({ text, type: 'whole number', steps })
const options = (text: string): Computed => ({ text, type: 'options of a JVM', steps: COMMON })

/** By file and property. */
export const COMPUTED: Readonly<Record<string, Readonly<Record<string, Computed>>>> = {
  'yarn-site': {
    'yarn.nodemanager.resource.memory-mb': mib('Memory that a NodeManager gives to containers.', HOST),
    'yarn.nodemanager.resource.cpu-vcores': number(
      'Cores that a NodeManager gives to containers.',
      /^cores: /,
    ),
    'yarn.scheduler.minimum-allocation-mb': mib(
      'The smallest container, and the step between sizes.',
      COMMON,
    ),
    'yarn.scheduler.maximum-allocation-mb': mib('The largest container.', COMMON),
    'yarn.scheduler.minimum-allocation-vcores': number('The fewest cores of a container.', COMMON),
    'yarn.scheduler.maximum-allocation-vcores': number('The most cores of a container.', COMMON),
  },
  'mapred-site': {
    'mapreduce.map.memory.mb': mib('Container of a map task.', COMMON),
    'mapreduce.map.java.opts': options('JVM options of a map task.'),
    'mapreduce.reduce.memory.mb': mib('Container of a reduce task.', COMMON),
    'mapreduce.reduce.java.opts': options('JVM options of a reduce task.'),
    'mapreduce.task.io.sort.mb': mib('Buffer in which a map task sorts its output.', COMMON),
    'yarn.app.mapreduce.am.resource.mb': mib("Container of a job's ApplicationMaster.", COMMON),
    'yarn.app.mapreduce.am.command-opts': options("JVM options of a job's ApplicationMaster."),
    'mapred.map.child.java.opts': options('JVM options of a map task (Hadoop 1).'),
    'mapred.reduce.child.java.opts': options('JVM options of a reduce task (Hadoop 1).'),
    'io.sort.mb': mib('Buffer in which a map task sorts its output (Hadoop 1).', COMMON),
    'mapred.tasktracker.map.tasks.maximum': number(
      'Map tasks that a TaskTracker runs at once (Hadoop 1).',
      SLOTS,
    ),
    'mapred.tasktracker.reduce.tasks.maximum': number(
      'Reduce tasks that a TaskTracker runs at once (Hadoop 1).',
      SLOTS,
    ),
  },
  'capacity-scheduler': {
    'yarn.scheduler.capacity.maximum-am-resource-percent': {
      text: 'Share of the cluster that ApplicationMasters may take, and so how many jobs run at once.',
      type: 'number from 0 to 1',
      steps: /^(ApplicationMasters?|the NodeManager)\b/,
    },
  },
  'hdfs-site': {
    'dfs.namenode.handler.count': number(
      'Threads of the NameNode that answer RPC calls.',
      /^NameNode handlers: /,
    ),
    'dfs.datanode.failed.volumes.tolerated': number(
      'Data disks that a DataNode may lose before it stops.',
      /^failed volumes tolerated: /,
    ),
    'dfs.datanode.du.reserved': {
      text: 'Disk space that HDFS does not use on each data disk.',
      type: 'whole number of bytes',
      steps: /^du\.reserved: /,
    },
    'dfs.datanode.max.transfer.threads': number('Threads of a DataNode that transfer blocks.', /^$/),
  },
}

/** Steps behind a daemon's heap. */
export const HEAP_STEPS = HOST
