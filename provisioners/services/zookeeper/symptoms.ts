import type { Symptom } from '../../engine/types.ts'

/** Known messages of ZooKeeper, with their causes. */
export const zookeeperSymptoms: readonly Symptom[] = [
  {
    pattern: /Cannot open channel to \d+ at election address/,
    cause: 'a ZooKeeper server does not reach another one at its election port',
    next: 'howdah status; then check that no firewall closes the ports 2888 and 3888 between the servers',
  },
  {
    pattern: /My id \d+ not in the peer list|myid file is missing/,
    cause: 'the id of this ZooKeeper server is not in its zoo.cfg',
    next: 'howdah plan, then howdah bootstrap: it writes both files again',
  },
  {
    pattern:
      /Unable to load database on disk|Last transaction was partial|No snapshot found, but there are log entries/,
    cause: 'ZooKeeper cannot read its data, for example after a full disk',
    next: 'while most of the other servers serve: move version-2 out of its data directory, and run howdah bootstrap; it copies the data from its leader',
  },
]
