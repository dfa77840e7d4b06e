import type { Symptom } from '../../engine/types.ts'

/** What the JobTracker and the TaskTrackers say when something is wrong, and what it means. */
export const mapreduce1Symptoms: readonly Symptom[] = [
  {
    pattern: /Disallowed Tasktracker|DisallowedTaskTrackerException/,
    cause:
      'the JobTracker does not admit this host: mapred.hosts leaves it out, or mapred.hosts.exclude names it',
    next: 'look at both files in /etc/hadoop/conf of the master, then: hadoop mradmin -refreshNodes',
  },
  {
    pattern: /The path .*\/mapred\/system.* is not owned by|Incorrect permissions on .*mapred.*system/,
    cause: "the JobTracker's directory in HDFS belongs to another account",
    next: 'howdah plan, then howdah bootstrap: owner and mode of /mapred/system are kept',
  },
  {
    pattern: /Too many fetch-failures/,
    cause: 'reduces cannot fetch from a TaskTracker: its name leads elsewhere, or port 50060 is closed',
    next: 'on each host: getent hosts, and curl http://HOST:50060/',
  },
  {
    pattern: /Error: Java heap space|GC overhead limit exceeded/,
    cause: "a task's heap is too small for its records",
    next: 'raise mapred.map.child.java.opts or mapred.reduce.child.java.opts in properties',
  },
  {
    pattern: /NoClassDefFoundError: org\/apache\/log4j\//,
    cause: 'log4j is missing from lib of Hadoop 1, and every task dies of it',
    next: 'howdah artifacts verify, then howdah plan',
  },
]
