import type { DaemonEntry, Port, SoftwareEntry } from './types.ts'

const FILES = ['core-site', 'hdfs-site'] as const

const hdfsPort = (
  property: string,
  number: Port['number'],
  title: string,
  more: Required<Pick<Port, 'rule' | 'risk'>> & Pick<Port, 'reach'>,
): Port => ({ file: 'hdfs-site', property, number, title, ...more })

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
        hdfsPort('dfs.namenode.rpc-address', 8020, 'RPC of the NameNode', {
          rule: { id: 'namenode', client: true },
          reach: 'users',
          risk: 'Reads, writes and deletes every file of HDFS as any user, also as its superuser.',
        }),
        hdfsPort('dfs.namenode.http-address', moved(50_070, 9870), 'web page of the NameNode', {
          rule: { id: 'namenode-web' },
          reach: 'users',
          risk: 'WebHDFS reads, writes and deletes every file as any user (user.name=hdfs is the superuser).',
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
          {
            rule: { id: 'secondary-web' },
            risk: 'Reads checkpoints of the metadata of HDFS: the names and sizes of all files.',
          },
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
          rule: { id: 'datanode', client: true },
          reach: 'users',
          risk: 'Reads and writes blocks of any file whose block ids are known or guessed.',
        }),
        hdfsPort('dfs.datanode.http.address', moved(50_075, 9864), 'web page of the DataNode', {
          rule: { id: 'datanode-web' },
          reach: 'users',
          risk: 'Transfers the contents of files for WebHDFS, as any user.',
        }),
        hdfsPort('dfs.datanode.ipc.address', moved(50_020, 9867), 'RPC of the DataNode', {
          rule: { id: 'datanode-ipc' },
          risk: 'Stops the DataNode, or makes it delete and move its blocks, as its administrator.',
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
