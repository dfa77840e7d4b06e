import type { KnownSymptom } from '../types.ts'

/** Known messages of ZooKeeper, with their causes. */
export const zookeeperSymptoms: readonly KnownSymptom[] = [
  {
    name: 'zookeeper-peer-unreachable',
    pattern: /Cannot open channel to \d{1,3} at election address/,
    cause: 'a ZooKeeper server does not reach another one at its election port (2888 or 3888)',
    next: 'howdah status; then on that host: nc -zv OTHER 3888',
    passed: /FOLLOWING - LEADER ELECTION TOOK|LEADING - LEADER ELECTION TOOK/,
  },
  {
    name: 'zookeeper-id-unknown',
    pattern: /My id \d{1,3} not in the peer list|myid file is missing/,
    cause: 'the id of this ZooKeeper server is not in its zoo.cfg',
    next: 'howdah plan (it writes both files again); then howdah bootstrap',
  },
  {
    name: 'zookeeper-data-unreadable',
    pattern:
      /Unable to load database on disk|Last transaction was partial|No snapshot found, but there are log entries/,
    cause: 'ZooKeeper cannot read its data, for example after a full disk',
    next: 'on that host: mv /data/zookeeper/version-2 /data/zookeeper/version-2.broken (only while most of the other servers serve; it copies the data from its leader); then howdah bootstrap',
  },
]
