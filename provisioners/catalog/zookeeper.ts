import type { DaemonEntry, SoftwareEntry } from './types.ts'

const software = {
  zookeeper: {
    title: 'ZooKeeper',
    text: {
      version: 'Version of ZooKeeper, where a host has the role `zookeeper`. Default: 3.8.4.',
      java: 'JDK that ZooKeeper runs on, where a host has the role `zookeeper`. Default: 8.',
    },
    needs: [],
    jar: 'zookeeper',
    standard: { version: '3.8.4', java: 8 },
    tarball: { folder: 'zookeeper/zookeeper-VERSION', root: 'apache-zookeeper-VERSION-bin' },
    properties: { zoo: 'zoo.cfg' },
  },
} as const satisfies Record<string, SoftwareEntry>

const daemons = {
  zookeeper: {
    title: 'ZooKeeper',
    software: 'zookeeper',
    count: { quorum: [1, 3, 5, 7] },
    memory: { kind: 'jvm', mb: [128, 256, 512, 1024] },
    account: 'zookeeper',
    process: {
      unit: 'zookeeper',
      ports: [
        {
          ...{ file: 'zoo', property: 'clientPort', number: 2181, title: 'client port of ZooKeeper' },
          reach: 'users',
          risk: 'Reads, changes and deletes every node that has no ACL.',
        },
        // ZooKeeper's default is 8080, which many programs use.
        {
          ...{ file: 'zoo', property: 'admin.serverPort', number: 2180, title: 'admin server of ZooKeeper' },
          risk: 'Reads the state and the configuration of the server.',
        },
        {
          number: 2888,
          title: 'port of ZooKeeper servers among themselves',
          risk: 'Poses as a server of the quorum, and reads and changes all of its data.',
        },
        {
          number: 3888,
          title: 'election port of ZooKeeper',
          risk: 'Disturbs the election of the leader, so that ZooKeeper does not serve.',
        },
      ],
      asked: 'clientPort',
      configuration: ['zoo'],
      log: 'zookeeper/zookeeper.log',
      // It serves when most of the servers have started, and other hosts may take longer to install them.
      readySeconds: 300,
      restart: { atOnce: 1, before: 'quorum' },
    },
    data: ['directories.zookeeper'],
    directory: {
      field: 'zookeeper',
      path: '/data/zookeeper',
      text: "ZooKeeper's snapshots and transaction log, on hosts with the role `zookeeper`. Default: /data/zookeeper.",
    },
  },
} as const satisfies Record<string, DaemonEntry>

/** ZooKeeper and its servers. */
export const ZOOKEEPER = { software, daemons } as const
