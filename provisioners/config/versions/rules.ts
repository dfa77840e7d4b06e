import type { JavaUser, JdkMajor } from '../types.ts'

/** The version matrix as data. A generation is added by adding rows. */

export type Component = JavaUser

/** Every comparison must hold: ['>=3.0', '<3.3']. */
export type VersionRange = readonly string[]

/** `refuse`: known not to work. `warn`: not tried. */
export type Verdict = 'refuse' | 'warn'

export interface Rule {
  readonly left: Component
  readonly versions: VersionRange
  /** The other half of the pair: JDKs of `left`, or versions of another component; absent: the rule is about one version. */
  readonly jdk?: readonly JdkMajor[]
  readonly right?: { readonly component: Component; readonly versions: VersionRange }
  readonly verdict: Verdict
  readonly reason: string
  readonly source: string
  readonly next: string
}

const OTHER_THAN_8: readonly JdkMajor[] = [11, 17, 21]

/** Versions that were released, for "did you mean". */
export const RELEASED: Readonly<Record<Component, readonly string[]>> = {
  hadoop: [
    '1.0.3',
    '1.2.1',
    '2.7.7',
    '2.10.1',
    '2.10.2',
    '3.2.4',
    '3.3.5',
    '3.3.6',
    '3.4.0',
    '3.4.1',
    '3.4.2',
    '3.4.3',
    '3.5.0',
  ],
  hive: ['0.11.0', '1.2.2', '2.3.9', '2.3.10', '3.1.2', '3.1.3', '4.0.0', '4.0.1', '4.1.0', '4.2.0'],
  sqoop: ['1.4.5', '1.4.6', '1.4.7'],
}

const hadoopJava: readonly Rule[] = [
  {
    left: 'hadoop',
    versions: ['<1.0.3'],
    verdict: 'refuse',
    reason: 'the analytics stack needs Hadoop 1.0.3 or later',
    source: "edX's installation guide",
    next: 'write `hadoop: 1.2.1`',
  },
  {
    left: 'hadoop',
    versions: ['>=2.0', '<2.2'],
    verdict: 'refuse',
    reason: 'the alphas and betas of Hadoop 2 have other names of properties and another shuffle service',
    source: 'Hadoop 2.2.0 release notes',
    next: 'write `hadoop: 2.10.2`',
  },
  {
    left: 'hadoop',
    versions: ['<3.0'],
    jdk: OTHER_THAN_8,
    verdict: 'refuse',
    reason: 'Hadoop 1 and 2 run on Java 7 and 8 only',
    source: 'Hadoop wiki, Hadoop Java Versions',
    next: 'write `java: {hadoop: 8}`, or `hadoop: 3.4.2`',
  },
  {
    left: 'hadoop',
    versions: ['>=3.0', '<3.3'],
    jdk: OTHER_THAN_8,
    verdict: 'refuse',
    reason: 'Hadoop 3.0 to 3.2 runs on Java 8 only',
    source: 'Hadoop wiki, Hadoop Java Versions',
    next: 'write `java: {hadoop: 8}`, or `hadoop: 3.4.2`',
  },
  {
    left: 'hadoop',
    versions: ['>=3.3', '<3.4.2'],
    jdk: [17, 21],
    verdict: 'refuse',
    reason: 'before 3.4.2 its scripts lack the module flags that Java 17 wants',
    source: 'HADOOP-19310, MAPREDUCE-7449',
    next: 'write `hadoop: 3.4.2`, or `java: {hadoop: 8}`',
  },
  {
    left: 'hadoop',
    versions: ['>=3.4.2', '<3.5'],
    jdk: [21],
    verdict: 'warn',
    reason: 'Hadoop 3.4 was not tried on Java 21',
    source: 'HADOOP-19212',
    next: 'write `java: {hadoop: 17}` or 8',
  },
  {
    left: 'hadoop',
    versions: ['>=3.5'],
    jdk: [8, 11],
    verdict: 'refuse',
    reason: 'the servers of Hadoop 3.5 need Java 17',
    source: 'Hadoop wiki, Hadoop Java Versions',
    next: 'write `hadoop: 3.4.2`, or `java: {hadoop: 17}`',
  },
]

const hive: readonly Rule[] = [
  {
    left: 'hive',
    versions: ['<4.0'],
    jdk: OTHER_THAN_8,
    verdict: 'refuse',
    reason: 'Hive before 4 runs on Java 8 only: it casts the class loader to one that Java 9 removed',
    source: 'HIVE-21584',
    next: 'write `java: {hive: 8}`; Hadoop may keep its own JDK',
  },
  {
    left: 'hive',
    versions: ['>=4.0', '<4.1'],
    jdk: OTHER_THAN_8,
    verdict: 'refuse',
    reason: 'Hive 4.0 runs on Java 8; 17 came with 4.1',
    source: 'Hive downloads page',
    next: 'write `java: {hive: 8}`',
  },
  {
    left: 'hive',
    versions: ['>=4.2'],
    jdk: [8, 11, 17],
    verdict: 'refuse',
    reason: 'Hive 4.2 needs Java 21',
    source: 'Hive downloads page',
    next: 'write `hive: 3.1.3` and `java: {hive: 8}`',
  },
  {
    left: 'hive',
    versions: ['>=2.0', '<3.0'],
    right: { component: 'hadoop', versions: ['<2.0'] },
    verdict: 'refuse',
    reason: 'Hive 2 needs YARN and the classes of Hadoop 2',
    source: 'Hive downloads page',
    next: 'write `hive: 1.2.2`',
  },
  {
    left: 'hive',
    versions: ['>=3.0'],
    right: { component: 'hadoop', versions: ['<3.0'] },
    verdict: 'refuse',
    reason: 'Hive from 3 on is made for Hadoop 3',
    source: 'Hive downloads page',
    next: 'write `hive: 2.3.9` with Hadoop 2, `hive: 1.2.2` with Hadoop 1',
  },
  {
    left: 'hive',
    versions: ['<0.11'],
    verdict: 'refuse',
    reason: 'the analytics stack needs Hive 0.11 or later',
    source: "edX's installation guide",
    next: 'write `hive: 0.11.0` or later',
  },
  {
    left: 'hive',
    versions: ['<3.0'],
    right: { component: 'hadoop', versions: ['>=3.0'] },
    verdict: 'refuse',
    reason: 'Hive before 3 is made for Hadoop 1 and 2',
    source: 'Hive downloads page',
    next: 'write `hive: 3.1.3`',
  },
  {
    left: 'hive',
    versions: ['<4.0'],
    right: { component: 'hadoop', versions: ['>=3.5'] },
    verdict: 'refuse',
    reason:
      "Hive runs with Hadoop's jars on its own JDK, and those of Hadoop 3.5 are for Java 17 and lack protobuf 2.5",
    source: 'Hadoop 3.5.0 release notes',
    next: 'write `hadoop: 3.4.2`',
  },
  {
    left: 'hive',
    versions: ['>=4.0'],
    right: { component: 'sqoop', versions: ['>=0'] },
    verdict: 'warn',
    reason: "the `hive` command of Hive 4 is Beeline, and Sqoop's --hive-import calls the old one",
    source: 'Sqoop 1.4.7, Hive 4.0 release notes',
    next: 'write `hive: 3.1.3`',
  },
]

const sqoop: readonly Rule[] = [
  {
    left: 'sqoop',
    versions: ['>=0'],
    jdk: [17, 21],
    verdict: 'refuse',
    reason: 'Sqoop 1.4 looks into classes that Java 17 closes to it',
    source: 'kite and avro of Sqoop 1.4.7',
    next: 'write `java: {sqoop: 8}`; Hadoop may keep its own JDK',
  },
  {
    left: 'sqoop',
    versions: ['>=0'],
    jdk: [11],
    verdict: 'warn',
    reason: 'Sqoop 1.4 was not tried on Java 11',
    source: 'Howdah',
    next: 'write `java: {sqoop: 8}`',
  },
  {
    left: 'sqoop',
    versions: ['>=1.99'],
    verdict: 'refuse',
    reason: 'Sqoop 1.99 (Sqoop 2) is another program, and was given up',
    source: 'Apache Attic',
    next: 'write `sqoop: 1.4.7`',
  },
  {
    left: 'sqoop',
    versions: ['<1.4.5'],
    verdict: 'refuse',
    reason: 'the analytics stack needs Sqoop 1.4.5 or later',
    source: "edX's installation guide",
    next: 'write `sqoop: 1.4.5` or later',
  },
  {
    left: 'sqoop',
    versions: ['>=1.4.7', '<1.99'],
    right: { component: 'hadoop', versions: ['<2.0'] },
    verdict: 'refuse',
    reason: 'Sqoop 1.4.7 was built for Hadoop 2.6 alone, and Hadoop 1 lacks classes that it calls',
    source: 'ivy.xml of Sqoop 1.4.7',
    next: 'write `sqoop: 1.4.6`',
  },
  {
    left: 'sqoop',
    versions: ['<1.4.7'],
    right: { component: 'hadoop', versions: ['>=3.0'] },
    verdict: 'refuse',
    reason: 'Sqoop before 1.4.7 is built against Hadoop 1 and early Hadoop 2',
    source: 'build.xml of Sqoop 1.4.5 and 1.4.6',
    next: 'write `sqoop: 1.4.7`',
  },
  {
    left: 'sqoop',
    versions: ['>=0'],
    right: { component: 'hadoop', versions: ['>=3.5'] },
    verdict: 'refuse',
    reason: "Sqoop runs with Hadoop's jars on its own JDK, and those of Hadoop 3.5 are for Java 17",
    source: 'Hadoop 3.5.0 release notes',
    next: 'write `hadoop: 3.4.2`',
  },
]

export const RULES: readonly Rule[] = [...hadoopJava, ...hive, ...sqoop]
