import type { KnownSymptom } from '../types.ts'

const MAPREDUCE1 = ['hadoop1'] as const

/** Known messages of the JobTracker and the TaskTrackers, with their causes. */
export const mapreduce1Symptoms: readonly KnownSymptom[] = [
  {
    name: 'tasktracker-denied',
    pattern: /Disallowed Tasktracker|DisallowedTaskTrackerException/,
    cause:
      'the JobTracker does not admit this host: it is not in mapred.hosts, or it is in mapred.hosts.exclude',
    next: 'on the master: grep -A1 mapred.hosts /etc/hadoop/conf/mapred-site.xml; sudo -u mapred hadoop mradmin -refreshNodes',
    generations: MAPREDUCE1,
  },
  {
    name: 'jobtracker-directory',
    pattern:
      /The path \S{1,200}\/mapred\/system\S{0,50} is not owned by|Incorrect permissions on \S{0,100}mapred\S{0,50}system/,
    cause: "the JobTracker's directory in HDFS belongs to another account",
    next: 'howdah plan (it repairs the owner and mode of /mapred/system); then howdah bootstrap',
    generations: MAPREDUCE1,
  },
  {
    name: 'jobtracker-safe-mode',
    pattern: /JobTracker is in safe ?mode|org\.apache\.hadoop\.mapred\.SafeModeException/,
    cause: 'the JobTracker takes no jobs: it recovers, or it was put into safe mode by hand',
    next: 'on the master: sudo -u mapred hadoop mradmin -safemode get; sudo -u mapred hadoop mradmin -safemode leave',
    generations: MAPREDUCE1,
  },
  {
    name: 'tasktracker-blacklisted',
    pattern: /Blacklisting tracker|Adding tracker_\S{1,250} to the blacklist|to the blacklist of job/,
    cause: 'tasks failed on a TaskTracker so often that the JobTracker gives it no more',
    next: 'on that host: ls -t /var/log/hadoop/mapred/userlogs; systemctl restart mapred-tasktracker (after you have read the log of the last task, and repaired its cause)',
    generations: MAPREDUCE1,
  },
  {
    name: 'jobtracker-unreachable',
    pattern:
      /Call to [\w.-]{1,250}(?:\/[\d.]{7,15})?:(?:9001|8021) failed on (?:connection|local) exception|Retrying connect to server: [\w.-]{1,250}\/[\d.]{7,15}:(?:9001|8021)/,
    cause: 'the JobTracker is down, or mapred.job.tracker names an address on which it does not listen',
    next: 'howdah status; then howdah plan',
    generations: MAPREDUCE1,
  },
  {
    name: 'fetch-failures',
    pattern: /Too many fetch-failures/,
    cause: 'reduces cannot fetch from a worker: its name resolves to another host, or a port is closed',
    next: 'on every worker: getent hosts WORKER; curl -sI http://WORKER:50060/',
  },
  {
    name: 'task-heap-space',
    pattern: /Error: Java heap space|GC overhead limit exceeded/,
    cause: "a task's heap is too small for its records",
    next: 'raise properties.mapred-site.mapred.map.child.java.opts and properties.mapred-site.mapred.reduce.child.java.opts in cluster.yml; then howdah bootstrap',
    generations: MAPREDUCE1,
  },
  {
    name: 'log4j-missing',
    pattern: /NoClassDefFoundError: org\/apache\/log4j\//,
    cause: 'log4j is missing from lib of Hadoop 1, and every task fails without it',
    next: 'howdah artifacts verify; then howdah plan',
    generations: MAPREDUCE1,
  },
]
