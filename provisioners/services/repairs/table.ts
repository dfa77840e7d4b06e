import type { Repair } from './types.ts'

/**
 * Every repair of unpacked software, in the order in which they are made. Only versions decide which of them a cluster
 * needs. The repairs that were made are in repairs.txt on the host, and in the plan. * `where` names the JVMs that need
 * the repair. The lib of Hive is on the class path of commands, daemons and local tasks, which are their children; of
 * Hive's own jars, a job only takes hive-exec with it. A job takes all of Sqoop's lib with it.
 */

const EVERY = ['>=0'] as const
const BEFORE_HIVE_2 = ['<2.0'] as const

const hive: readonly Repair[] = [
  {
    name: 'guava',
    component: 'hive',
    versions: ['<4.0'],
    hadoop: ['>=3.2.1'],
    where: ['commands', 'daemons'],
    actions: [
      { kind: 'remove', jars: 'guava-*.jar', below: 27 },
      { kind: 'add', jar: 'repairs/guava-27.0-jre.jar', unless: 'guava-*.jar' },
      { kind: 'add', jar: 'repairs/failureaccess-1.0.jar', unless: 'failureaccess-*.jar' },
    ],
    reason:
      'Hadoop 3.2.1 and what later ones bring are compiled against guava 27 and call methods that older ones lack',
    source: 'HADOOP-16213, HIVE-22915',
    test: 'Hive without guava 27',
  },
  {
    name: 'commons-collections',
    component: 'hive',
    versions: ['<4.0'],
    hadoop: ['>=3.4'],
    where: ['commands', 'daemons', 'tasks'],
    actions: [
      { kind: 'add', jar: 'repairs/commons-collections-3.2.2.jar', unless: 'commons-collections-3*.jar' },
      {
        kind: 'tasks',
        jar: 'repairs/commons-collections-3.2.2.jar',
        shows: 'org.apache.commons.collections.CollectionUtils',
      },
    ],
    reason:
      'Hive takes commons-collections 3 from Hadoop, and Hadoop 3.4 no longer brings it; map joins need it in tasks',
    source: 'HADOOP-15760',
    test: 'Hive without commons-collections 3',
  },
  {
    name: 'log-binding',
    component: 'hive',
    versions: ['>=2.0'],
    where: ['commands', 'daemons'],
    actions: [
      { kind: 'remove', jars: 'slf4j-log4j12-*.jar' },
      { kind: 'remove', jars: 'slf4j-reload4j-*.jar' },
    ],
    reason:
      "Hive's logging file is one of log4j 2; with another binding of SLF4J in its lib the order of the class path decides",
    source: 'HIVE-11304',
    test: 'Hive with a binding to log4j 1 in its lib',
  },
]

/** The drivers with which Hive's metastore connects to its database. */
const metastore: readonly Repair[] = [
  {
    name: 'metastore-driver',
    component: 'hive',
    versions: BEFORE_HIVE_2,
    where: ['daemons'],
    actions: [
      { kind: 'driver', database: 'mariadb', jar: 'mariadb-java-client-2.7.12.jar' },
      { kind: 'driver', database: 'mysql', jar: 'mariadb-java-client-2.7.12.jar' },
    ],
    reason:
      "version 3 of MariaDB's driver shows DataNucleus the tables of other databases as its own (PARTITIONS of information_schema at least), and it does not make them",
    source: 'tried: DataNucleus 2.0.3 and 3.2.10 on MariaDB 11.8',
    test: 'the old metastore with a newer driver',
  },
  {
    name: 'metastore-driver',
    component: 'hive',
    versions: ['>=2.0'],
    where: ['daemons'],
    actions: [
      { kind: 'driver', database: 'mariadb', jar: 'mariadb-java-client-3.4.1.jar' },
      { kind: 'driver', database: 'mysql', jar: 'mysql-connector-j-8.4.0.jar' },
    ],
    reason: "MySQL's driver asks MariaDB for a column that only MySQL has, so MariaDB gets its own",
    source: 'tried: MySQL Connector/J 8.4.0 on MariaDB 11.8',
    test: "the metastore in MariaDB with MySQL's driver",
  },
]

const sqoop: readonly Repair[] = [
  {
    name: 'drivers',
    component: 'sqoop',
    versions: EVERY,
    where: ['commands', 'tasks'],
    actions: [
      // With an older driver beside the new one, the order of the directory would decide which one is used.
      { kind: 'remove', jars: 'mysql-connector-*.jar' },
      { kind: 'remove', jars: 'mariadb-java-client-*.jar' },
      { kind: 'add', jar: 'drivers/mysql-connector-j-8.4.0.jar' },
      { kind: 'add', jar: 'drivers/mariadb-java-client-3.4.1.jar' },
    ],
    reason:
      "everything in Sqoop's lib goes with each job, and it asks for com.mysql.jdbc.Driver by name, for MariaDB as well",
    source: 'Sqoop, DirectImportUtils and MySQLManager',
    test: 'Sqoop without drivers',
  },
  {
    name: 'commons-lang',
    component: 'sqoop',
    versions: ['>=1.4.7'],
    hadoop: ['>=3.0'],
    where: ['commands', 'tasks'],
    actions: [{ kind: 'add', jar: 'repairs/commons-lang-2.6.jar', unless: 'commons-lang-2*.jar' }],
    reason: 'Sqoop takes commons-lang 2 from Hadoop, and Hadoop 3 need not bring it',
    source: 'HADOOP-14534, BIGTOP-3574',
    test: 'Sqoop without commons-lang 2',
  },
  {
    name: 'commons-cli',
    component: 'sqoop',
    versions: ['>=1.4.7'],
    hadoop: ['>=3.0'],
    where: ['commands'],
    actions: [{ kind: 'first', jar: 'repairs/commons-cli-1.5.0.jar' }],
    reason:
      'commons-cli of Hadoop 3.4 lacks Option.addValueForProcessing, which Sqoop calls, and that of Sqoop lacks what Hadoop calls; 1.5.0 has both',
    source: 'CLI-321',
    test: "Sqoop with Hadoop's commons-cli",
  },
]

const hadoop: readonly Repair[] = [
  {
    name: 'opened-packages',
    component: 'hadoop',
    versions: ['>=3.3'],
    jdk: [11, 17, 21],
    where: ['commands', 'daemons', 'tasks'],
    actions: [{ kind: 'opens' }],
    reason: 'Hadoop reflects into classes of the JDK that 9 and later keep closed',
    source: 'HADOOP-19310, MAPREDUCE-7449',
    test: 'Hadoop on a JDK that keeps its packages closed',
  },
]

/** All known repairs. */
export const REPAIRS: readonly Repair[] = [...hive, ...metastore, ...sqoop, ...hadoop]
