import type { KnownSymptom } from '../types.ts'

/**
 * Messages of two NameNodes with JournalNodes. Howdah does not make such clusters, but meets them: an external HDFS, or
 * properties that were copied from one.
 */
export const haSymptoms: readonly KnownSymptom[] = [
  {
    name: 'journal-not-formatted',
    pattern: /JournalNotFormattedException|Journal Storage Directory .{1,200} not formatted/,
    cause: 'a JournalNode has no copy of the edits: it is new, or its directory was lost',
    next: 'on the host of the active NameNode: sudo -u hdfs hdfs namenode -initializeSharedEdits',
  },
  {
    name: 'standby-not-bootstrapped',
    pattern: /Unable to fetch namespace information from (?:active NN|remote NN|any remote NN)/,
    cause: 'the second NameNode copies from the first, which does not run yet',
    next: 'on the host of the first NameNode: sudo -u hdfs hdfs haadmin -getAllServiceState; then on that host: sudo -u hdfs hdfs namenode -bootstrapStandby',
  },
  {
    name: 'ha-not-configured',
    pattern: /HA is not enabled for this namenode/,
    cause: 'the configuration has no second NameNode, or its addresses do not name this host',
    next: 'remove properties.hdfs-site.dfs.nameservices and properties.hdfs-site.dfs.ha.automatic-failover.enabled from cluster.yml; then howdah bootstrap',
  },
  {
    name: 'fencing-failed',
    pattern: /Unable to fence (?:NameNode|service by any configured method|old active)/,
    cause: 'no method of fencing worked, so both NameNodes stay standby; sshfence needs the program fuser',
    next: 'on the hosts of both NameNodes: command -v fuser || apt-get install psmisc',
  },
]
