import type { KnownSymptom } from '../types.ts'
import { haSymptoms } from './symptoms-ha.ts'
import { kerberosSymptoms } from './symptoms-kerberos.ts'

/** Of a NameNode: its directory, its format, its safe mode. */
const nameNode: readonly KnownSymptom[] = [
  {
    name: 'namenode-not-formatted',
    pattern: /NameNode is not formatted/,
    cause: "the NameNode's directory is empty: its disk is not mounted, or it was never formatted",
    next: 'howdah plan (it formats a new NameNode, and refuses one that had data)',
  },
  {
    name: 'namenode-image-incomplete',
    pattern: /No valid image files found|Gap in transactions|There appears to be a gap in the edit log/,
    cause: "the NameNode's directory is incomplete: a format or a copy was interrupted",
    next: 'on the host of the SecondaryNameNode: ls -l /data/snn/current (copy it to an empty directory of the NameNode, then start: hdfs namenode -importCheckpoint)',
  },
  {
    name: 'format-refused',
    pattern: /data appears to exist in Storage Directory|Storage Directory .{1,200}; Not formatting/,
    cause: 'the directory for the format is not empty, and nothing was overwritten',
    next: 'howdah plan (it shows what the directory has)',
  },
  {
    name: 'storage-locked',
    pattern: /Cannot lock storage|has already locked the storage directory/,
    cause:
      'another process uses the same directory: a daemon that was started by hand, or a stale lock on NFS',
    next: 'on that host: ps -fu hdfs (stop the processes that systemd did not start); then howdah bootstrap',
  },
  {
    name: 'layout-version-differs',
    pattern:
      /File system image contains an old layout version|Unexpected version of storage directory|has newer image layout version|Unsupported upgrade/,
    cause: 'the data was written by another version of Hadoop',
    next: 'set versions.hadoop in cluster.yml (to the version that wrote it); then howdah bootstrap',
  },
  {
    name: 'safe-mode-waits',
    pattern: /The reported blocks \d{1,15} needs additional \d{1,15} blocks|Name node is in safe mode/,
    cause: 'the NameNode waits until DataNodes have reported their blocks',
    next: 'howdah status (it names the DataNodes that are missing; do not force the NameNode out of safe mode before they are back)',
    passed: /Safe mode is OFF|Leaving safe mode/,
  },
  {
    name: 'hdfs-superuser-start',
    pattern: /Attempting to operate on (?:hdfs|yarn) \w{1,30} as root/,
    cause: "Hadoop's own start scripts were run as root; Howdah's units run each daemon as its account",
    next: 'howdah bootstrap (it starts the units; do not run start-dfs.sh or start-yarn.sh)',
    generations: ['hadoop3'],
  },
]

/** Of DataNodes: identity, disks, registration. */
const dataNode: readonly KnownSymptom[] = [
  {
    name: 'cluster-ids-differ',
    pattern: /Incompatible (?:clusterIDs|namespaceIDs) in/,
    cause: 'the DataNode holds blocks of another NameNode, or the NameNode was formatted again by hand',
    next: 'howdah plan (it names both IDs and the directory; nothing is deleted for you)',
  },
  {
    name: 'datanode-denied',
    pattern: /Datanode denied communication with namenode because/,
    cause:
      "the NameNode cannot resolve the DataNode's address to a name, or the host is not in its include list",
    next: 'write manageHostsFile: true in cluster.yml (or add the address to reverse DNS); then howdah bootstrap',
  },
  {
    name: 'datanode-cloned',
    pattern: /is attempting to report storage ID|UnregisteredNodeException/,
    cause: 'two DataNodes have the same identity: a host was cloned with its data directory',
    next: 'on that host: cat /data/*/hdfs/current/VERSION (compare datanodeUuid or storageID with the other host; move the directory of the clone away); then howdah bootstrap',
  },
  {
    name: 'datanode-volumes-failed',
    pattern:
      /Too many failed volumes|Invalid value configured for dfs\.datanode\.failed\.volumes\.tolerated|Invalid volume failure {2}config value/,
    cause:
      'a data disk has failed or cannot be written, or as many failures are tolerated as there are directories',
    next: 'on that host: dmesg | tail -n 30; df -h (then remove the disk from dataDirs until it is replaced); then howdah bootstrap',
  },
  {
    name: 'datanode-directory-mode',
    pattern:
      /Incorrect permission for .{1,200} expected: rwx|[Aa]ll directories in dfs\.data(?:node\.data)?\.dir are invalid/,
    cause: 'a data directory has the wrong owner or mode',
    next: 'howdah bootstrap (it repairs both)',
  },
  {
    name: 'datanode-disk-full',
    pattern: /DiskOutOfSpaceException|Out of space: The volume with the most available space/,
    cause:
      'the volumes of the DataNode are full; a data disk that is not mounted makes it write to the root disk',
    next: 'on that host: df -h; findmnt -D (mount the disk, or free some space); then howdah bootstrap',
  },
  {
    name: 'no-datanode-for-block',
    pattern: /could only be (?:written|replicated) to \d{1,9} (?:of the \d{1,9} \w{1,30} )?nodes/,
    cause:
      'no DataNode can store the block: none is live, all are full, or the client cannot reach their port',
    next: 'howdah status; then on the master: sudo -u hdfs hdfs dfsadmin -report',
  },
  {
    name: 'block-missing',
    pattern: /Could not obtain block:? (?:BP-|blk_)|There are \d{1,9} missing blocks/,
    cause: 'every DataNode with a copy of a block is down, for example when several were restarted at once',
    next: 'howdah status; then on the master: sudo -u hdfs hdfs fsck / -list-corruptfileblocks',
  },
  {
    name: 'decommission-waits',
    pattern: /still has \d{1,12} blocks to replicate before it is a candidate to finish/,
    cause:
      'a decommission goes on until every block has its copies elsewhere; it never ends when files want more copies than DataNodes remain, or are open',
    next: 'on the master: sudo -u hdfs hdfs dfsadmin -report -decommissioning (lower the replication of such files by hdfs dfs -setrep)',
    note: true,
  },
]

/** Of connections to the NameNode, and of its users. */
const clients: readonly KnownSymptom[] = [
  {
    name: 'master-on-loopback',
    pattern:
      /Retrying connect to server: [\w.-]{1,250}\/127\.0\.[01]\.1:|NodeManager from node localhost\(|Call From [\w.-]{1,250}\/127\.0\.1\.1 to /,
    cause: "a host's own name resolves to a loopback address there, so others cannot reach what it announces",
    next: 'on that host: getent hosts "$(hostname)" (remove its name from the line 127.0.1.1 of /etc/hosts); then howdah bootstrap',
    passed: /successfully registered with NN|Registered with ResourceManager as/,
  },
  {
    name: 'namenode-unreachable',
    pattern:
      /Retrying connect to server: [\w.-]{1,250}\/(?!127\.0)[\d.]{7,15}:8020|to [\w.-]{1,250}:8020 failed on|Problem connecting to server: [\w.-]{1,250}(?:\/[\d.]{7,15})?:8020/,
    cause:
      'the NameNode is down, a firewall closes its port 8020, or its name resolves to another address here',
    next: 'howdah status; then on that host: getent hosts NAMENODE',
    passed: /successfully registered with NN|Successfully connected to NameNode/,
  },
  {
    name: 'hdfs-permission-denied',
    pattern: /Permission denied: user=\S{1,64}, access=\w{1,20}, inode="/,
    cause: 'the user has no home in HDFS, or may not write there',
    next: 'write hdfs.users in cluster.yml (with the name of the user); then howdah bootstrap',
  },
  {
    name: 'nameservice-underscore',
    pattern: /Incomplete HDFS URI, no host/,
    cause: 'the name in fs.defaultFS is not a valid host name: it has an underscore, or is empty',
    next: 'correct properties.core-site.fs.defaultFS in cluster.yml; then howdah bootstrap',
  },
]

/** Known messages of HDFS, with their causes. */
export const hdfsSymptoms: readonly KnownSymptom[] = [
  ...kerberosSymptoms,
  ...haSymptoms,
  ...nameNode,
  ...dataNode,
  ...clients,
]
