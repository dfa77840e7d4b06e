import type { KnownSymptom } from '../types.ts'

/** Known messages of JVMs, with their causes. */
export const javaSymptoms: readonly KnownSymptom[] = [
  {
    name: 'java-home-missing',
    pattern: /JAVA_HOME is not set(?: and could not be found)?\.|JAVA_HOME \S{1,200} does not exist/,
    cause: 'hadoop-env.sh of this host names a JDK that does not exist',
    next: 'howdah plan (it shows the edit); then howdah bootstrap',
  },
  {
    name: 'jdk-too-old',
    pattern: /UnsupportedClassVersionError|class file version \d{2}\.0/,
    cause: 'the JDK is older than the one that the software was built for',
    next: 'raise java.hadoop, java.hive or java.sqoop in cluster.yml; then howdah validate',
  },
  {
    name: 'jdk-modules-closed',
    pattern: /InaccessibleObjectException|does not "opens [\w.]{1,100}" to unnamed module/,
    cause: 'the software uses reflection on classes that this JDK does not open',
    next: 'write java.hadoop: 8, java.hive: 8 in cluster.yml; then howdah bootstrap',
  },
  {
    name: 'jdk-option-unknown',
    pattern: /Unrecognized option: --add-opens/,
    cause: 'flags of JDK 9 and later were given to JDK 8',
    next: 'howdah plan (Howdah adds the flag where the JDK needs it; remove yours from properties and HADOOP_OPTS)',
  },
  {
    name: 'jdk-too-new',
    pattern: /getSubject is (?:not supported|supported only if a security manager is allowed)/,
    cause: 'the JDK is 23 or later, which Hadoop before 3.4.3 does not run on',
    next: 'write java.hadoop: 8 in cluster.yml (or 11, or 17); then howdah bootstrap',
  },
  {
    name: 'jdk-activation-missing',
    pattern: /(?:NoClassDefFoundError|ClassNotFoundException): javax[/.]activation[/.]DataSource/,
    cause: 'Hadoop before 3.3 runs on JDK 11, which lacks a package that it needs',
    next: 'write java.hadoop: 8 in cluster.yml; then howdah bootstrap',
  },
  {
    name: 'jdk-two-collectors',
    pattern: /Conflicting collector combinations in option list/,
    cause: 'the options of one JVM name two garbage collectors',
    next: 'howdah plan (remove -XX:+Use…GC from the properties in cluster.yml first)',
  },
  {
    name: 'jdk-glibc',
    pattern: /GLIBC_[\d.]{1,8}' not found/,
    cause: "the JDK was built for a newer C library than this host's",
    next: 'correct java.jdks in cluster.yml (name another build, or upgrade the host); then howdah bootstrap',
  },
  {
    name: 'native-library-missing',
    pattern: /Unable to load native-hadoop library for your platform/,
    cause: "Hadoop's native library is not for this host's C library or processor; Hadoop works without it",
    next: 'on that host: hadoop checknative -a',
    note: true,
  },
]
