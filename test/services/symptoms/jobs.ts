/** What YARN, MapReduce and ZooKeeper write, one example for each rule, in the format of their logs. */
export const JOBS: Readonly<Record<string, string>> = {
  'mrappmaster-not-found': `Error: Could not find or load main class org.apache.hadoop.mapreduce.v2.app.MRAppMaster
Please check whether your <HADOOP_HOME>/etc/hadoop/mapred-site.xml contains the below configuration:`,
  'shuffle-service-missing': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.mapreduce.v2.app.launcher.ContainerLauncherImpl: Container launch failed for container_1_0001_01_000002
org.apache.hadoop.yarn.exceptions.InvalidAuxServiceException: The auxService:mapreduce_shuffle does not exist`,
  'container-virtual-memory': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.yarn.server.nodemanager.containermanager.monitor.ContainersMonitorImpl: Container [pid=4711,containerID=container_1_0001_01_000002] is running beyond virtual memory limits. Current usage: 264.1 MB of 1 GB physical memory used; 2.8 GB of 2.1 GB virtual memory used. Killing container.`,
  'container-physical-memory': `Diagnostics: [2026-12-01 13:00:05.101]Container [pid=4711,containerID=container_1_0001_01_000002] is running 45056B beyond the 'PHYSICAL' memory limit. Current usage: 1.0 GB of 1 GB physical memory used; 2.1 GB of 2.1 GB virtual memory used. Killing container.`,
  'container-too-large': `org.apache.hadoop.yarn.exceptions.InvalidResourceRequestException: Invalid resource request! Cannot allocate containers as requested resource is greater than maximum allowed allocation. Requested resource type=[memory-mb], Requested resource=<memory:8192, vCores:1>, maximum allowed allocation=<memory:2048, vCores:2>`,
  'am-share-used-up': `Application is added to the scheduler and is not yet activated. Queue's AM resource limit exceeded.  Details : AM Partition = <DEFAULT_PARTITION>; AM Resource Request = <memory:1024, vCores:1>; Queue Resource Limit for AM = <memory:512, vCores:1>`,
  'containers-lost': `2026-12-01 13:00:05,101 INFO org.apache.hadoop.mapreduce.v2.app.job.impl.TaskAttemptImpl: Diagnostics report from attempt_1_0001_m_000000_0: Container released on a *lost* node`,
  'container-java-missing': `Container exited with a non-zero exit code 127. Error file: prelaunch.err.
/bin/bash: line 1: /opt/jdk/17/bin/java: No such file or directory`,
  'application-failed': `26/12/01 13:00:05 INFO mapreduce.Job: Job job_1_0001 failed with state FAILED due to: Application application_1796129420165_0010 failed 2 times due to AM Container for appattempt_1796129420165_0010_000002 exited with  exitCode: 1`,
  'nodemanager-disk-full': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.yarn.server.nodemanager.LocalDirsHandlerService: Most of the disks failed. 1/1 local-dirs usable space is below configured utilization percentage/no more usable space [ /data/1/yarn/local : used space above threshold of 90.0% ] ; 1/1 log-dirs usable space is below configured utilization percentage/no more usable space`,
  'resourcemanager-address-missing': `2026-12-01 13:00:05,101 INFO org.apache.hadoop.ipc.Client: Retrying connect to server: 0.0.0.0/0.0.0.0:8031. Already tried 0 time(s); retry policy is RetryUpToMaximumCountWithFixedSleep(maxRetries=10, sleepTime=1000 MILLISECONDS)`,
  'resourcemanager-unreachable': `2026-12-01 13:00:05,101 INFO org.apache.hadoop.ipc.Client: Retrying connect to server: m1/10.0.0.1:8031. Already tried 4 time(s); retry policy is RetryUpToMaximumCountWithFixedSleep(maxRetries=10, sleepTime=1000 MILLISECONDS)`,
  'no-local-directory': `Error: org.apache.hadoop.util.DiskChecker$DiskErrorException: Could not find any valid local directory for output/attempt_1_0001_m_000000_0/file.out`,
  'queues-missing': `2026-12-01 13:00:05,101 FATAL org.apache.hadoop.yarn.server.resourcemanager.ResourceManager: Error starting ResourceManager
java.lang.IllegalStateException: Queue configuration missing child queue names for root`,
  'nodemanager-denied': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.yarn.server.nodemanager.NodeStatusUpdaterImpl: Unexpected error starting NodeStatusUpdater
org.apache.hadoop.yarn.exceptions.YarnRuntimeException: Recieved SHUTDOWN signal from Resourcemanager, Registration of NodeManager failed, Message from ResourceManager: Disallowed NodeManager from  w1, Sending SHUTDOWN signal to the NodeManager.`,
  'container-executor-mode': `2026-12-01 13:00:05,101 FATAL org.apache.hadoop.yarn.server.nodemanager.NodeManager: Error starting NodeManager
java.io.IOException: Linux container executor not configured properly (error=24)
Caused by: ExitCodeException exitCode=24: File /etc/hadoop must be owned by root, but is owned by 1001`,

  'tasktracker-denied': `2013-11-28 12:00:00,101 ERROR org.apache.hadoop.mapred.TaskTracker: Shutting down. Message from jobtracker: Disallowed Tasktracker: tracker_w1:localhost/127.0.0.1:40001`,
  'jobtracker-directory': `2013-11-28 12:00:00,101 WARN org.apache.hadoop.mapred.JobTracker: Failed to operate on mapred.system.dir (hdfs://m1:8020/mapred/system) because of permissions.
2013-11-28 12:00:00,101 FATAL org.apache.hadoop.mapred.JobTracker: java.io.IOException: The path hdfs://m1:8020/mapred/system is not owned by mapred`,
  'jobtracker-safe-mode': `org.apache.hadoop.ipc.RemoteException: org.apache.hadoop.mapred.SafeModeException: JobTracker is in safe mode
	at org.apache.hadoop.mapred.JobTracker.checkSafeMode(JobTracker.java:5178)`,
  'tasktracker-blacklisted': `2013-11-28 12:00:00,101 INFO org.apache.hadoop.mapred.JobTracker: Adding tracker_w1:localhost/127.0.0.1:40001 to the blacklist of job job_201311281200_0001`,
  'jobtracker-unreachable': `2013-11-28 12:00:00,101 ERROR org.apache.hadoop.mapred.TaskTracker: Caught exception: java.net.ConnectException: Call to m1/10.0.0.1:9001 failed on connection exception: java.net.ConnectException: Connection refused`,
  'fetch-failures': `2013-11-28 12:00:00,101 INFO org.apache.hadoop.mapred.JobInProgress: Too many fetch-failures for output of task: attempt_201311281200_0001_m_000000_0 ... killing it`,
  'task-heap-space': `13/11/28 12:00:00 INFO mapred.JobClient: Task Id : attempt_201311281200_0001_m_000000_0, Status : FAILED
Error: Java heap space`,
  'log4j-missing': `java.lang.NoClassDefFoundError: org/apache/log4j/FileAppender`,

  'zookeeper-peer-unreachable': `2026-12-01 13:00:05,101 WARN org.apache.zookeeper.server.quorum.QuorumCnxManager: Cannot open channel to 2 at election address w1/10.0.0.11:3888
java.net.ConnectException: Connection refused`,
  'zookeeper-id-unknown': `2026-12-01 13:00:05,101 ERROR org.apache.zookeeper.server.quorum.QuorumPeerMain: Unexpected exception, exiting abnormally
java.lang.RuntimeException: My id 7 not in the peer list`,
  'zookeeper-data-unreadable': `2026-12-01 13:00:05,101 ERROR org.apache.zookeeper.server.quorum.QuorumPeer: Unable to load database on disk
java.io.EOFException`,
}

/** The same messages in other releases. */
export const JOBS_OTHERS: readonly (readonly [name: string, text: string])[] = [
  [
    'shuffle-service-missing',
    'java.lang.IllegalStateException: The auxService:mapreduce.shuffle does not exist',
  ],
  [
    'container-physical-memory',
    'Container [pid=1,containerID=c] is running beyond physical memory limits. Current usage: 1.1 GB of 1 GB physical memory used',
  ],
  [
    'containers-lost',
    '2026-12-01 13:00:05,101 INFO org.apache.hadoop.yarn.server.nodemanager.containermanager.ContainerManagerImpl: Applications still running : [application_1796129420165_0010]',
  ],
  [
    'nodemanager-disk-full',
    '1/1 local-dirs are bad: /data/1/yarn/local; 1/1 log-dirs are bad: /var/log/hadoop/yarn/containers',
  ],
  [
    'nodemanager-disk-full',
    '1/1 local-dirs have errors:  [ /data/1/yarn/local : Cannot create directory: /data/1/yarn/local ]',
  ],
]
