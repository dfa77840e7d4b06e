import type { Symptom } from '../../engine/types.ts'

export const javaSymptoms: readonly Symptom[] = [
  {
    pattern: /JAVA_HOME is not set and could not be found/,
    cause: 'hadoop-env.sh of this host names a JDK that does not exist',
    next: 'howdah plan (shows the edit), then howdah bootstrap',
  },
  {
    pattern: /UnsupportedClassVersionError|class file version (\d+)\.0/,
    cause: 'the JDK is older than the one that the software was built for',
    next: 'raise java.hadoop, java.hive or java.sqoop in cluster.yml; howdah validate checks the pair',
  },
  {
    pattern: /InaccessibleObjectException|does not "opens [\w.]+" to unnamed module/,
    cause: 'the software uses reflection on classes that this JDK does not open',
    next: 'use JDK 8 for it in cluster.yml (java.hadoop, java.hive, java.sqoop)',
  },
  {
    pattern: /Unrecognized option: --add-opens/,
    cause: 'flags of JDK 9 and later were given to JDK 8',
    next: 'remove --add-opens from properties and HADOOP_OPTS; Howdah adds it where the JDK needs it',
  },
  {
    pattern: /getSubject is (not supported|supported only if a security manager is allowed)/,
    cause: 'the JDK is 23 or later, which Hadoop before 3.4.3 does not run on',
    next: 'set java.hadoop to 8, 11 or 17 in cluster.yml',
  },
  {
    pattern: /javax\/activation\/DataSource/,
    cause: 'Hadoop before 3.3 runs on JDK 11, which lacks a package that it needs',
    next: 'set java.hadoop to 8 in cluster.yml',
  },
  {
    pattern: /Conflicting collector combinations in option list/,
    cause: 'the options of one JVM name two garbage collectors',
    next: 'remove -XX:+Use…GC from the properties in cluster.yml',
  },
  {
    pattern: /GLIBC_[\d.]+' not found/,
    cause: "the JDK was built for a newer C library than this host's",
    next: 'name another JDK in java.jdks, or upgrade the host',
  },
]
