import type { DaemonEntry, Port, SoftwareEntry } from './types.ts'

const FILES = ['core-site', 'hdfs-site'] as const

const hdfsPort = (
  property: string,
  number: Port['number'],
  title: string,
  rule: NonNullable<Port['rule']>,
): Port => ({ file: 'hdfs-site', property, number, title, rule })

/** Hadoop 3 moved its ports out of the range that Linux uses for outgoing connections. */
const moved = (before: number, now: number) => ({ hadoop1: before, hadoop2: before, hadoop3: now })

const software = {
  hadoop: {
    title: 'Hadoop',
    text: {
      version: 'Version of Hadoop. Default: that of the profile, 3.4.2.',
      java: 'JDK that Hadoop runs on. Default: that of the profile, 8.',
    },
    needs: [],
    properties: {
      'core-site': 'core-site.xml',
      'hdfs-site': 'hdfs-site.xml',
      'yarn-site': 'yarn-site.xml',
      'mapred-site': 'mapred-site.xml',
      'capacity-scheduler': 'capacity-scheduler.xml',
    },
  },
} as const satisfies Record<string, SoftwareEntry>

const daemons = {
  namenode: {
    title: 'NameNode',
    software: 'hadoop',
    count: 'one',
    set: 'master',
    required: true,
    memory: { kind: 'jvm', mb: [192, 512, 1024, 1024] },
    account: 'hdfs',
    process: {
      unit: 'hdfs-namenode',
      ports: [
        hdfsPort('dfs.namenode.rpc-address', 8020, 'RPC of the NameNode', { id: 'namenode', client: true }),
        hdfsPort('dfs.namenode.http-address', moved(50_070, 9870), 'web page of the NameNode', {
          id: 'namenode-web',
        }),
      ],
      asked: 'dfs.namenode.http-address',
      configuration: FILES,
      log: 'hadoop/hdfs/hdfs-namenode.log',
      page: { port: 'dfs.namenode.http-address', files: FILES },
      readySeconds: 300,
      restart: { atOnce: 1, before: 'ready' },
    },
    data: ['directories.name'],
  },
  secondarynamenode: {
    title: 'SecondaryNameNode',
    software: 'hadoop',
    count: 'one',
    set: 'master',
    follows: 'namenode',
    memory: { kind: 'jvm', mb: [192, 512, 1024, 1024] },
    account: 'hdfs',
    process: {
      unit: 'hdfs-secondarynamenode',
      ports: [
        hdfsPort(
          'dfs.namenode.secondary.http-address',
          moved(50_090, 9868),
          'web page of the SecondaryNameNode',
          { id: 'secondary-web' },
        ),
      ],
      asked: 'dfs.namenode.secondary.http-address',
      configuration: FILES,
      log: 'hadoop/hdfs/hdfs-secondarynamenode.log',
      page: { port: 'dfs.namenode.secondary.http-address', files: FILES },
      readySeconds: 120,
      restart: { atOnce: 1, before: 'ready' },
    },
    data: ['directories.checkpoint'],
  },
  datanode: {
    title: 'DataNode',
    software: 'hadoop',
    count: 'each',
    set: 'worker',
    required: true,
    usesDataDirs: true,
    memory: { kind: 'jvm', mb: [128, 256, 512, 1024] },
    account: 'hdfs',
    process: {
      unit: 'hdfs-datanode',
      ports: [
        hdfsPort('dfs.datanode.address', moved(50_010, 9866), 'data port of the DataNode', {
          id: 'datanode',
          client: true,
        }),
        hdfsPort('dfs.datanode.http.address', moved(50_075, 9864), 'web page of the DataNode', {
          id: 'datanode-web',
        }),
        hdfsPort('dfs.datanode.ipc.address', moved(50_020, 9867), 'RPC of the DataNode', {
          id: 'datanode-ipc',
        }),
      ],
      asked: 'dfs.datanode.http.address',
      configuration: FILES,
      log: 'hadoop/hdfs/hdfs-datanode.log',
      page: { port: 'dfs.datanode.http.address', files: FILES },
      readySeconds: 180,
      // Two of three copies of a block are on the other hosts.
      restart: { atOnce: 1, before: 'member' },
    },
    data: ['hosts.dataDirs'],
  },
} as const satisfies Record<string, DaemonEntry>

/** Hadoop's software, and the daemons of HDFS. */
export const HDFS = { software, daemons } as const
