import { processOf, unitOf } from '../../catalog/index.ts'
import type { Symptom } from '../../engine/types.ts'

/** Known messages of Hive, with their causes. */
export const hiveSymptoms: readonly Symptom[] = [
  {
    pattern: /User: \S+ is not allowed to impersonate/,
    cause: 'HiveServer2 acts as its callers (doAs), and Hadoop does not allow it to',
    next: 'set hive.server2.enable.doAs to false, or hadoop.proxyuser.hive.hosts and .groups in core-site',
  },
  {
    pattern: /Version information not found in metastore|Table '[^']*\.VERSION' doesn't exist/i,
    cause: "the metastore's database has no schema yet",
    next: 'howdah bootstrap initialises it; see the step hive-schema',
  },
  {
    pattern: /Hive Schema version \S+ does not match metastore's schema version/,
    cause: "the metastore's schema has another version than Hive needs",
    next: 'howdah plan: an older schema is dumped and upgraded, a newer one is refused (docs/hive.md)',
  },
  {
    pattern: /Preconditions\.checkArgument\(ZLjava\/lang\/String;Ljava\/lang\/Object;/,
    cause: 'an old guava comes before the one that Hadoop needs',
    next: 'howdah plan (the repairs of hive); nothing else may put a guava into lib or HADOOP_CLASSPATH',
  },
  {
    pattern: /AppClassLoader cannot be cast to (class )?java\.net\.URLClassLoader/,
    cause: 'Hive before 4 runs on a JDK newer than 8',
    next: 'write java.hive: 8, and install that JDK on the NodeManagers as well',
  },
  {
    pattern: /root scratch dir: \S+ on HDFS should be writable/,
    cause: '/tmp/hive in HDFS is not writable for everyone',
    next: 'howdah bootstrap sets it to 1733',
  },
  {
    pattern:
      /Could not connect to meta store using any of the URIs|Unable to instantiate .*SessionHiveMetaStoreClient/,
    cause: 'the metastore does not answer',
    next: `systemctl status ${unitOf('hive-metastore')} on its host, and tail /var/log/${processOf('hive-metastore').log}`,
  },
  {
    pattern: /Invalid method name: 'get_/,
    cause: 'client and metastore are of different major versions',
    next: 'use the hive command that Howdah installed',
  },
  {
    pattern: /NoClassDefFoundError: org\/apache\/commons\/collections\//,
    cause: 'Hadoop 3.4 no longer brings commons-collections 3, which Hive uses',
    next: 'howdah plan (the repairs of hive)',
  },
]
