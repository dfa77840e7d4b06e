import type { KnownSymptom } from '../types.ts'

/** YARN runs in Hadoop 2 and 3. */
const YARN = ['hadoop2', 'hadoop3'] as const

/** Of containers and jobs. */
const jobs: readonly KnownSymptom[] = [
  {
    name: 'mrappmaster-not-found',
    pattern: /Could not find or load main class org\.apache\.hadoop\.mapreduce\.v2\.app\.MRAppMaster/,
    cause: "containers do not find MapReduce's classes",
    next: 'remove properties.mapred-site.mapreduce.application.classpath and properties.mapred-site.yarn.app.mapreduce.am.env from cluster.yml; then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'shuffle-service-missing',
    pattern: /The auxService: ?mapreduce[_.]shuffle does not exist/,
    cause: 'a NodeManager runs without the shuffle service',
    next: 'remove properties.yarn-site.yarn.nodemanager.aux-services from cluster.yml; then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'container-virtual-memory',
    pattern: /running (?:beyond|\d{1,15}B beyond) (?:the )?'?(?:virtual|VIRTUAL)'? memory limit/,
    cause: 'the check of virtual memory is on, and JVMs reserve more than it allows',
    next: 'remove properties.yarn-site.yarn.nodemanager.vmem-check-enabled from cluster.yml; then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'container-physical-memory',
    pattern: /running (?:beyond|\d{1,15}B beyond) (?:the )?'?(?:PHYSICAL|physical)'? memory limit/,
    cause: 'a task used more memory than its container has',
    next: 'raise properties.mapred-site.mapreduce.map.memory.mb and properties.mapred-site.mapreduce.reduce.memory.mb in cluster.yml (java.opts at 0.8 of it); then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'container-too-large',
    pattern: /InvalidResourceRequestException|Invalid resource request! Cannot allocate/,
    cause: 'a job asks for a container larger than any NodeManager gives',
    next: 'howdah explain yarn-site.yarn.scheduler.maximum-allocation-mb (lower the request of the job, or give a worker more memory)',
    generations: YARN,
  },
  {
    name: 'am-share-used-up',
    pattern: /maximum AM resource limit exceeded|Queue's AM resource limit exceeded/,
    cause:
      'the job waits in ACCEPTED: the share of the queue that ApplicationMasters may use is taken by other jobs',
    next: 'raise properties.capacity-scheduler.yarn.scheduler.capacity.maximum-am-resource-percent in cluster.yml; then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'containers-lost',
    pattern: /Container released on a \*lost\* node|Applications still running : \[/,
    cause: 'a NodeManager stopped while jobs ran on it; without its recovery its containers end with it',
    next: 'remove properties.yarn-site.yarn.nodemanager.recovery.enabled from cluster.yml; then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'container-java-missing',
    pattern: /\/bin\/java: No such file or directory|Exit code(?: is|:) 127\b|exitCode=127/,
    cause: "a container's JAVA_HOME is not on this host",
    next: 'howdah plan (it shows which JDK is missing where)',
    generations: YARN,
  },
  {
    name: 'application-failed',
    pattern: /Application application_\d{1,15}_\d{1,9} failed \d{1,4} times/,
    cause: 'the ApplicationMaster of the job failed',
    next: 'on the master: yarn logs -applicationId APPLICATION (with the name above)',
    vague: true,
    generations: YARN,
  },
]

/** Of NodeManagers and the ResourceManager. */
const daemons: readonly KnownSymptom[] = [
  {
    name: 'nodemanager-disk-full',
    pattern: /(?:local|log)-dirs (?:are bad|have errors|usable space is below)|used space above threshold of/,
    cause: 'a disk of the NodeManager is nearly full, so it takes no more containers',
    next: 'on that host: df -h (free some space; it recovers automatically)',
    generations: YARN,
    passed: /Disk\(s\) turned good/,
  },
  {
    name: 'resourcemanager-address-missing',
    pattern: /Retrying connect to server: 0\.0\.0\.0\/0\.0\.0\.0:80(?:30|31|32)/,
    cause:
      'this host does not have the address of the ResourceManager: its yarn-site.xml is not the one of the cluster',
    next: 'howdah plan; then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'resourcemanager-unreachable',
    pattern:
      /Retrying connect to server: [A-Za-z][\w.-]{0,250}\/[\d.]{7,15}:803[0-3]|to [\w.-]{1,250}:803[0-3] failed on/,
    cause: 'the ResourceManager is down, or a firewall closes its ports 8030 to 8033',
    next: 'howdah status',
    generations: YARN,
    passed: /Registered with ResourceManager as/,
  },
  {
    name: 'no-local-directory',
    pattern:
      /Could not find any valid local directory for|DiskErrorException: (?:Directory is not|Cannot create directory)/,
    cause: 'the scratch directories of containers are full or cannot be written',
    next: 'on that host: df -h; ls -ld /data/*/yarn/local; then howdah bootstrap',
  },
  {
    name: 'queues-missing',
    pattern: /Queue configuration missing child queue names for root/,
    cause: 'the ResourceManager found no capacity-scheduler.xml',
    next: 'howdah plan; then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'nodemanager-denied',
    pattern: /Disallowed NodeManager from/,
    cause:
      'the ResourceManager does not admit this host: it is in its exclude list, or not in its include list',
    next: 'howdah plan; then howdah bootstrap',
    generations: YARN,
  },
  {
    name: 'container-executor-mode',
    pattern:
      /container-executor.{0,200}(?:exitCode=2[0-9]|invalid permissions|Permission denied)|ExitCodeException exitCode=24\b|Linux container executor not configured properly/,
    cause:
      'container-executor or its configuration has the wrong owner or mode: root, 6050, and no directory above that others can write',
    next: 'remove properties.yarn-site.yarn.nodemanager.container-executor.class from cluster.yml (Howdah runs containers without it); then howdah bootstrap',
    generations: YARN,
  },
]

/** Known messages of YARN and its jobs, with their causes. */
export const yarnSymptoms: readonly KnownSymptom[] = [...jobs, ...daemons]
