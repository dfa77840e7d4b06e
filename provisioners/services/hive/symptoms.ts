import { processOf } from '../../catalog/index.ts'
import type { KnownSymptom } from '../types.ts'

const log = (daemon: 'hive-metastore' | 'hiveserver2') => `/var/log/${processOf(daemon).log}`

/** Of the metastore's database and schema. */
const metastore: readonly KnownSymptom[] = [
  {
    name: 'metastore-schema-missing',
    pattern: /Version information not found in metastore|Table '[^']{0,100}\.VERSION' doesn't exist/i,
    cause: "the metastore's database has no schema yet",
    next: 'howdah bootstrap (it initialises the schema)',
  },
  {
    name: 'metastore-schema-differs',
    pattern: /Hive Schema version \S{1,30} does not match metastore's schema version/,
    cause: "the metastore's schema has another version than Hive needs",
    next: 'howdah plan (an older schema is dumped and upgraded, a newer one is refused: docs/hive.md)',
  },
  {
    name: 'metastore-unreachable',
    pattern:
      /Could not connect to meta store using any of the URIs|Unable to instantiate \S{0,100}SessionHiveMetaStoreClient/,
    cause: "Hive's metastore does not answer its clients",
    next: `howdah status; then on the host of the metastore: tail -n 50 ${log('hive-metastore')}`,
    passed: /Connected to metastore|Opened a connection to metastore/,
  },
  {
    name: 'metastore-client-differs',
    pattern: /Invalid method name: 'get_/,
    cause: 'client and metastore are of different major versions',
    next: 'set versions.hive in cluster.yml (the version of the metastore, and use the hive command that Howdah installs); then howdah bootstrap',
  },
]

/** Of HiveServer2 and of libraries that do not fit together. */
const server: readonly KnownSymptom[] = [
  {
    name: 'impersonation-refused',
    pattern: /User: \S{1,64} is not allowed to impersonate/,
    cause: 'a service acts as its callers (doAs), and Hadoop does not allow it to',
    next: 'set properties.core-site.hadoop.proxyuser.hive.hosts and properties.core-site.hadoop.proxyuser.hive.groups in cluster.yml; then howdah bootstrap',
  },
  {
    name: 'hive-old-guava',
    pattern: /Preconditions\.checkArgument\(ZLjava\/lang\/String;Ljava\/lang\/Object;/,
    cause: 'an old guava comes before the one that Hadoop needs',
    next: 'howdah plan (the repairs of hive; nothing else may put a guava into lib or HADOOP_CLASSPATH); then howdah bootstrap',
  },
  {
    name: 'hive-needs-jdk-8',
    pattern: /AppClassLoader.{0,80} cannot be cast to (?:class )?java\.net\.URLClassLoader/,
    cause: 'Hive before 4 runs on a JDK newer than 8',
    next: 'write java.hive: 8 in cluster.yml; then howdah bootstrap',
  },
  {
    name: 'scratch-directory-mode',
    pattern: /root scratch dir: \S{1,200} on HDFS should be writable/,
    cause: '/tmp/hive in HDFS is not writable for everyone',
    next: 'howdah bootstrap (it sets the mode to 1733)',
  },
  {
    name: 'tez-not-usable',
    pattern: /tez\.lib\.uris is not defined|TezSession has already shutdown|Failed to get tez session/,
    cause:
      'HiveServer2 waits for a Tez session that never comes: Tez is not in HDFS, or YARN has no room for it',
    next: 'write properties.hive-site.hive.execution.engine: mr in cluster.yml; then howdah bootstrap',
  },
  {
    name: 'commons-collections-missing',
    pattern: /NoClassDefFoundError: org\/apache\/commons\/collections\//,
    cause: 'Hadoop 3.4 no longer brings commons-collections 3, which Hive uses',
    next: 'howdah plan (the repairs of hive); then howdah bootstrap',
  },
]

/** Known messages of Hive, with their causes. */
export const hiveSymptoms: readonly KnownSymptom[] = [...metastore, ...server]
