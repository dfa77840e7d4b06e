/** What daemons and clients of HDFS write, one example for each rule, in the format of their logs. */
export const HDFS: Readonly<Record<string, string>> = {
  'kerberos-clock': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.ipc.Client: Exception encountered while connecting to the server m1/10.0.0.1:8020
javax.security.sasl.SaslException: GSS initiate failed [Caused by GSSException: No valid credentials provided (Mechanism level: Clock skew too great (37) - PROCESS_TGS)]`,
  'kerberos-principal': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: Exception in secureMain
java.lang.IllegalArgumentException: Server has invalid Kerberos principal: nn/m1.internal@EXAMPLE.ORG, expecting: nn/m1@EXAMPLE.ORG`,
  'kerberos-renewal': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.namenode.NameNode: Failed to start namenode.
org.apache.hadoop.security.KerberosAuthException: failure to login: for principal: nn/m1@EXAMPLE.ORG from keytab /etc/nn.keytab javax.security.auth.login.LoginException: Message stream modified (41)`,
  'kerberos-no-ticket': `ls: DestHost:destPort m1:8020 , LocalHost:localPort w1/10.0.0.11:0. Failed on local exception: java.io.IOException: org.apache.hadoop.security.AccessControlException: Client cannot authenticate via:[TOKEN, KERBEROS]
Caused by: GSSException: No valid credentials provided (Mechanism level: Failed to find any Kerberos tgt)`,
  'datanode-not-secure': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: Exception in secureMain
java.lang.RuntimeException: Cannot start secure DataNode without configuring either privileged resources or SASL RPC data transfer protection and SSL for HTTP.  Using privileged resources in combination with SASL RPC data transfer protection is not supported.`,
  'simple-authentication-refused': `ls: SIMPLE authentication is not enabled.  Available:[TOKEN, KERBEROS]`,

  'journal-not-formatted': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.ipc.Server: IPC Server handler 2 on 8485
org.apache.hadoop.hdfs.qjournal.protocol.JournalNotFormattedException: Journal Storage Directory root= /data/jn/ns; location= null not formatted ; journal id: ns`,
  'standby-not-bootstrapped': `26/12/01 13:00:05 FATAL ha.BootstrapStandby: Unable to fetch namespace information from active NN
java.net.ConnectException: Connection refused`,
  'ha-not-configured': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.namenode.NameNode: Failed to start namenode.
org.apache.hadoop.HadoopIllegalArgumentException: HA is not enabled for this namenode.`,
  'fencing-failed': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.ha.NodeFencer: Unable to fence service by any configured method.
2026-12-01 13:00:05,102 WARN org.apache.hadoop.ha.ActiveStandbyElector: Exception handling the winning of election
java.lang.RuntimeException: Unable to fence NameNode at m1/10.0.0.1:8020`,

  'namenode-not-formatted': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.hdfs.server.namenode.FSNamesystem: Encountered exception loading fsimage
java.io.IOException: NameNode is not formatted.
	at org.apache.hadoop.hdfs.server.namenode.FSImage.recoverTransitionRead(FSImage.java:252)`,
  'namenode-image-incomplete': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.namenode.NameNode: Failed to start namenode.
java.io.IOException: There appears to be a gap in the edit log.  We expected txid 1, but got txid 88.`,
  'format-refused': `Running in non-interactive mode, and data appears to exist in Storage Directory root= /data/nn; location= null. Not formatting.
26/12/01 13:00:05 INFO util.ExitUtil: Exiting with status 1`,
  'storage-locked': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.common.Storage: It appears that another node 4711@m1 has already locked the storage directory: /data/nn
java.nio.channels.OverlappingFileLockException
2026-12-01 13:00:05,104 ERROR org.apache.hadoop.hdfs.server.namenode.NameNode: Failed to start namenode.
java.io.IOException: Cannot lock storage /data/nn. The directory is already locked`,
  'layout-version-differs': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.namenode.NameNode: Failed to start namenode.
java.io.IOException:
File system image contains an old layout version -41.
An upgrade to version -66 is required.
Please restart NameNode with the "-rollingUpgrade started" option if a rolling upgrade is already started; or restart NameNode with the "-upgrade" option to start a new upgrade.`,
  'safe-mode-waits': `2026-12-01 13:00:05,101 INFO org.apache.hadoop.hdfs.StateChange: STATE* Safe mode ON.
The reported blocks 0 needs additional 31 blocks to reach the threshold 0.9990 of total blocks 31.
The minimum number of live datanodes is not required. Safe mode will be turned off automatically once the thresholds have been reached.`,
  'hdfs-superuser-start': `Starting namenodes on [m1]
ERROR: Attempting to operate on hdfs namenode as root
ERROR: but there is no HDFS_NAMENODE_USER defined. Aborting operation.`,

  'cluster-ids-differ': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.hdfs.server.common.Storage: Failed to add storage directory [DISK]file:/data/1/hdfs
java.io.IOException: Incompatible clusterIDs in /data/1/hdfs: namenode clusterID = CID-1b2c; datanode clusterID = CID-9f00
2026-12-01 13:00:05,102 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: Initialization failed for Block pool <registering> (Datanode Uuid 24d30f68) service to m1/10.0.0.1:8020. Exiting.
java.io.IOException: All specified directories have failed to load.`,
  'datanode-denied': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: Initialization failed for Block pool BP-1
org.apache.hadoop.hdfs.server.protocol.DisallowedDatanodeException: Datanode denied communication with namenode because hostname cannot be resolved (ip=10.0.0.11, hostname=10.0.0.11): DatanodeRegistration(0.0.0.0:9866)`,
  'datanode-cloned': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: Block pool BP-1 is shutting down: UnregisteredNodeException
org.apache.hadoop.hdfs.protocol.UnregisteredNodeException: Data node DatanodeRegistration(10.0.0.12:9866, datanodeUuid=24d30f68) is attempting to report storage ID 24d30f68. Node 10.0.0.11:9866 is expected to serve this storage.`,
  'datanode-volumes-failed': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: Initialization failed for Block pool BP-1
org.apache.hadoop.util.DiskChecker$DiskErrorException: Too many failed volumes - current valid volumes: 1, volumes configured: 2, volumes failed: 1, volume failures tolerated: 0`,
  'datanode-directory-mode': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.hdfs.server.datanode.DataNode: Invalid dfs.datanode.data.dir /data/1/hdfs :
java.io.IOException: Incorrect permission for /data/1/hdfs, expected: rwx------, while actual: rwxr-xr-x
2026-12-01 13:00:05,104 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: All directories in dfs.data.dir are invalid.`,
  'datanode-disk-full': `2026-12-01 13:00:05,101 INFO org.apache.hadoop.hdfs.server.datanode.DataNode: opWriteBlock BP-1:blk_1073741830_1006 received exception
org.apache.hadoop.util.DiskChecker$DiskOutOfSpaceException: Out of space: The volume with the most available space (=65536 B) is less than the block size (=134217728 B).`,
  'no-datanode-for-block': `put: File /user/ana/x._COPYING_ could only be written to 0 of the 1 minReplication nodes. There are 0 datanode(s) running and 0 node(s) are excluded in this operation.`,
  'block-missing': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.hdfs.DFSClient: DFS Read
org.apache.hadoop.hdfs.BlockMissingException: Could not obtain block: BP-1943640699-10.0.0.1-1796129439777:blk_1073741825_1001 file=/logs/tracking.log`,
  'decommission-waits': `2026-12-01 13:00:05,101 INFO BlockStateChange: Block: blk_1073741826_1002, Expected Replicas: 3, live replicas: 2
2026-12-01 13:00:05,101 INFO org.apache.hadoop.hdfs.server.blockmanagement.DatanodeAdminDefaultMonitor: Node 10.0.0.12:9866 still has 12 blocks to replicate before it is a candidate to finish Decommission In Progress.`,

  'master-on-loopback': `2026-12-01 13:00:05,101 INFO org.apache.hadoop.ipc.Client: Retrying connect to server: m1/127.0.1.1:8020. Already tried 9 time(s); retry policy is RetryUpToMaximumCountWithFixedSleep(maxRetries=10, sleepTime=1000 MILLISECONDS)`,
  'namenode-unreachable': `2026-12-01 13:00:05,101 INFO org.apache.hadoop.ipc.Client: Retrying connect to server: m1/10.0.0.1:8020. Already tried 9 time(s); retry policy is RetryUpToMaximumCountWithFixedSleep(maxRetries=10, sleepTime=1000 MILLISECONDS)
2026-12-01 13:00:06,101 WARN org.apache.hadoop.hdfs.server.datanode.DataNode: Problem connecting to server: m1/10.0.0.1:8020`,
  'hdfs-permission-denied': `mkdir: Permission denied: user=root, access=WRITE, inode="/user":hdfs:supergroup:drwxr-xr-x`,
  'nameservice-underscore': `-ls: Incomplete HDFS URI, no host: hdfs://my_cluster`,
}

/** The same messages in other releases. */
export const HDFS_OTHERS: readonly (readonly [name: string, text: string])[] = [
  [
    'cluster-ids-differ',
    '2013-11-28 12:00:00,101 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: java.io.IOException: Incompatible namespaceIDs in /data/1/hdfs: namenode namespaceID = 1; datanode namespaceID = 2',
  ],
  [
    'no-datanode-for-block',
    'java.io.IOException: File /x could only be replicated to 0 nodes instead of minReplication (=1).  There are 0 datanode(s) running and no node(s) are excluded in this operation.',
  ],
  ['no-datanode-for-block', 'java.io.IOException: File /x could only be replicated to 0 nodes, instead of 1'],
  [
    'namenode-unreachable',
    'ls: Call From w1/10.0.0.11 to m1:8020 failed on connection exception: java.net.ConnectException: Connection refused',
  ],
  [
    'safe-mode-waits',
    'mkdir: Cannot create directory /x. Name node is in safe mode.\nThe reported blocks 0 needs additional 5 blocks to reach the threshold',
  ],
  ['namenode-image-incomplete', 'java.io.FileNotFoundException: No valid image files found'],
  [
    'datanode-directory-mode',
    'java.io.IOException: All directories in dfs.datanode.data.dir are invalid: "/data/1/hdfs/"',
  ],
  [
    'datanode-volumes-failed',
    'org.apache.hadoop.HadoopIllegalArgumentException: Invalid value configured for dfs.datanode.failed.volumes.tolerated - 2. Value configured is either less than -1 or >= to the number of configured volumes (2).',
  ],
  [
    'master-on-loopback',
    '2026-12-01 13:00:05,101 INFO org.apache.hadoop.yarn.server.resourcemanager.ResourceTrackerService: NodeManager from node localhost(cmPort: 8041 httpPort: 8042) registered with capability: <memory:2048, vCores:2>, assigned nodeId localhost:8041',
  ],
]
