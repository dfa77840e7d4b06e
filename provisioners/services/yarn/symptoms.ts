import type { Symptom } from '../../engine/types.ts'

export const yarnSymptoms: readonly Symptom[] = [
  {
    pattern: /Could not find or load main class org\.apache\.hadoop\.mapreduce\.v2\.app\.MRAppMaster/,
    cause: "containers do not find MapReduce's classes",
    next: 'remove mapreduce.application.classpath, *.env and *.framework.path from properties in cluster.yml',
  },
  {
    pattern: /The auxService:\s?mapreduce[_.]shuffle does not exist/,
    cause: 'a NodeManager runs without the shuffle service',
    next: 'remove yarn.nodemanager.aux-services from properties, and run howdah bootstrap',
  },
  {
    pattern: /running beyond virtual memory limits/,
    cause: 'the check of virtual memory is on, and JVMs reserve more than it allows',
    next: 'remove yarn.nodemanager.vmem-check-enabled from properties',
  },
  {
    pattern: /running (beyond|\d+B beyond) (the )?'?(PHYSICAL|physical)'? memory limit/,
    cause: 'a task used more memory than its container has',
    next: 'raise mapreduce.map.memory.mb or mapreduce.reduce.memory.mb, with java.opts at 0.8 of it',
  },
  {
    pattern: /InvalidResourceRequestException|Requested resource type=\[memory-mb\] .*(greater|larger) than/,
    cause: 'a job asks for a container larger than any NodeManager gives',
    next: 'howdah explain shows the sizes; lower the request, or give a worker more memory',
  },
  {
    pattern: /local-dirs (are bad|usable space is below)|log-dirs (are bad|usable space is below)/,
    cause: 'a disk of the NodeManager is nearly full, so it takes no more containers',
    next: 'df -h on that host; free some space until less than 95 % is used, then it recovers automatically',
  },
  {
    pattern: /Retrying connect to server: 0\.0\.0\.0\/0\.0\.0\.0:80(30|31|32)/,
    cause:
      'this host does not have the address of the ResourceManager: its yarn-site.xml is not the one of the cluster',
    next: 'howdah plan, then howdah bootstrap',
  },
  {
    pattern: /Could not find any valid local directory for|DiskErrorException/,
    cause: 'the scratch directories of containers are full or cannot be written',
    next: 'df -h and ls -ld on the data disks of that host',
  },
  {
    pattern: /Queue configuration missing child queue names for root/,
    cause: 'the ResourceManager found no capacity-scheduler.xml',
    next: 'howdah plan, then howdah bootstrap',
  },
  {
    pattern: /\/bin\/java: No such file or directory|exitCode=127/,
    cause: "a container's JAVA_HOME is not on this host",
    next: 'howdah plan shows which JDK is missing where',
  },
  {
    pattern: /Error launching job|Application application_\d+_\d+ failed \d+ times/,
    cause: 'the ApplicationMaster of the job failed',
    next: 'yarn logs -applicationId with the number above',
  },
]
