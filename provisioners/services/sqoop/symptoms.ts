import type { KnownSymptom } from '../types.ts'

/** Known messages of Sqoop, with their causes. */
export const sqoopSymptoms: readonly KnownSymptom[] = [
  {
    name: 'sqoop-commons-lang-missing',
    pattern: /NoClassDefFoundError: org\/apache\/commons\/lang\/StringUtils/,
    cause: 'Hadoop 3 dropped commons-lang 2, which Sqoop relies on',
    next: 'howdah plan (the repairs of sqoop); then howdah bootstrap',
  },
  {
    name: 'sqoop-commons-cli',
    pattern: /NoSuchMethodError: .{0,40}org\.apache\.commons\.cli\.Option[.(]/,
    cause: 'another commons-cli comes before 1.5.0, which is the one that works for both Hadoop and Sqoop',
    next: 'on that host: env -u HADOOP_CLASSPATH /usr/local/bin/sqoop version',
  },
  {
    name: 'sqoop-hive-classes-missing',
    pattern:
      /Make sure HIVE_CONF_DIR is set correctly|ClassNotFoundException: org\.apache\.hadoop\.hive\.conf\.HiveConf/,
    cause: "--hive-import needs Hive's classes, which Sqoop does not load on its own",
    next: 'on that host: export HADOOP_CLASSPATH="/opt/hive/current/lib/*" (for that command; or import to HDFS and load with hive)',
  },
  {
    name: 'sqoop-json-missing',
    pattern: /NoClassDefFoundError: org\/json\/JSONObject/,
    cause: 'saved jobs of Sqoop 1.4.7 need org.json, which its tarball lacks',
    next: 'on that host: cp json.jar /opt/sqoop/current/lib/ (the jar org.json:json of Maven Central)',
  },
  {
    name: 'mysqldump-missing',
    pattern: /Cannot run program "mysqldump"|mysqldump terminated with status 127/,
    cause: '--direct needs the program mysqldump on every host that runs tasks, and one has none',
    next: 'on every worker: apt-get install default-mysql-client (a section pipeline in cluster.yml installs it; or leave --direct out)',
  },
]
