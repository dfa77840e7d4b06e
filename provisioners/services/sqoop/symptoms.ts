import type { Symptom } from '../../engine/types.ts'

/** Known messages of Sqoop, with their causes. */
export const sqoopSymptoms: readonly Symptom[] = [
  {
    pattern: /Could not load db driver class: com\.mysql\.jdbc\.Driver/,
    cause: "the JDBC driver is not in Sqoop's lib",
    next: 'howdah plan (the repairs of sqoop)',
  },
  {
    pattern: /NoClassDefFoundError: org\/apache\/commons\/lang\/StringUtils/,
    cause: 'Hadoop 3 dropped commons-lang 2, which Sqoop relies on',
    next: 'howdah plan (the repairs of sqoop)',
  },
  {
    pattern: /NoSuchMethodError: .*org\.apache\.commons\.cli\.Option[.(]/,
    cause: 'another commons-cli comes before 1.5.0, which is the one that works for both Hadoop and Sqoop',
    next: 'run sqoop by /usr/local/bin/sqoop, with no HADOOP_CLASSPATH of your own',
  },
  {
    pattern:
      /Make sure HIVE_CONF_DIR is set correctly|ClassNotFoundException: org\.apache\.hadoop\.hive\.conf\.HiveConf/,
    cause: "--hive-import needs Hive's classes, which Sqoop does not load on its own",
    next: 'export HADOOP_CLASSPATH="/opt/hive/current/lib/*" for that command, or import to HDFS and load with hive',
  },
  {
    pattern: /NoClassDefFoundError: org\/json\/JSONObject/,
    cause: 'saved jobs of Sqoop 1.4.7 need org.json, which its tarball lacks',
    next: 'put a json jar into /opt/sqoop/current/lib',
  },
  {
    pattern: /Cannot run program "mysqldump"|mysqldump terminated with status 127/,
    cause: '--direct needs the program mysqldump on every host that runs tasks, and one has none',
    next: 'install default-mysql-client there (a section pipeline in cluster.yml installs it), or leave --direct out',
  },
]
