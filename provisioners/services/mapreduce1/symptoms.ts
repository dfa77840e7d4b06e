import type { Symptom } from '../../engine/types.ts'

/** Known messages of the JobTracker and the TaskTrackers, with their causes. */
export const mapreduce1Symptoms: readonly Symptom[] = [
  {
    pattern: /Disallowed Tasktracker|DisallowedTaskTrackerException/,
    cause:
      'the JobTracker does not admit this host: it is not in mapred.hosts, or it is in mapred.hosts.exclude',
    next: 'check both files in /etc/hadoop/conf of the master, then: hadoop mradmin -refreshNodes',
  },
  {
    pattern: /The path .*\/mapred\/system.* is not owned by|Incorrect permissions on .*mapred.*system/,
    cause: "the JobTracker's directory in HDFS belongs to another account",
    next: 'howdah plan, then howdah bootstrap: it repairs the owner and mode of /mapred/system',
  },
  {
    pattern: /Too many fetch-failures/,
    cause:
      'reduces cannot fetch from a TaskTracker: its name resolves to another host, or port 50060 is closed',
    next: 'on each host: getent hosts, and curl http://HOST:50060/',
  },
  {
    pattern: /Error: Java heap space|GC overhead limit exceeded/,
    cause: "a task's heap is too small for its records",
    next: 'raise mapred.map.child.java.opts or mapred.reduce.child.java.opts in properties',
  },
  {
    pattern: /NoClassDefFoundError: org\/apache\/log4j\//,
    cause: 'log4j is missing from lib of Hadoop 1, and every task fails without it',
    next: 'howdah artifacts verify, then howdah plan',
  },
]
