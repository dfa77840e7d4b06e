import { unitOf } from '../../catalog/index.ts'
import type { Symptom } from '../../engine/types.ts'

export const hdfsSymptoms: readonly Symptom[] = [
  {
    pattern: /Incompatible (clusterIDs|namespaceIDs) in/,
    cause: 'the DataNode holds blocks of another NameNode, or the NameNode was formatted again by hand',
    next: 'howdah plan names both clusterIDs and the directory; nothing is deleted for you',
  },
  {
    pattern:
      /Datanode denied communication with namenode because (the )?host(name)? (cannot be resolved|is not in)/,
    cause:
      "the NameNode cannot resolve the DataNode's address to a name, or the host is not in its include list",
    next: 'set manageHostsFile: true, or add the address to reverse DNS; check dfs.hosts on the NameNode',
  },
  {
    pattern: /NameNode is not formatted/,
    cause: "the NameNode's directory is empty: its disk is not mounted, or it was never formatted",
    next: 'howdah plan: it formats a new NameNode, and refuses one that had data',
  },
  {
    pattern: /No valid image files found|Gap in transactions|There appears to be a gap in the edit log/,
    cause: "the NameNode's directory is incomplete: a format or a copy was interrupted",
    next: 'restore it from the SecondaryNameNode (hdfs namenode -importCheckpoint) or from a backup',
  },
  {
    pattern: /data appears to exist in Storage Directory|Not formatting\./,
    cause: 'the directory for the format is not empty',
    next: 'howdah plan shows its contents',
  },
  {
    pattern: /Cannot lock storage|The directory is already locked/,
    cause: 'another process uses the same directory: a daemon that was started by hand',
    next: 'ps -fu hdfs on that host; stop the processes that systemd did not start',
  },
  {
    pattern: /attempting to report storage ID|UnregisteredNodeException/,
    cause: 'two DataNodes have the same identity: a host was cloned with its data directory',
    next: 'empty the data directory of the clone by hand, and start it again',
  },
  {
    pattern: /could only be (written|replicated) to 0 (of the \d+ minReplication )?nodes/,
    cause:
      'no DataNode can store the block: none is live, all are full, or the client cannot reach port 9866',
    next: 'hdfs dfsadmin -report; then df -h on the workers',
  },
  {
    pattern:
      /[Nn]ame node is in safe mode|SafeModeException|The reported blocks \d+ needs additional \d+ blocks/,
    cause: 'the NameNode waits for DataNodes to report their blocks',
    next: 'howdah status names the DataNodes that are missing; do not force it out of safe mode before that',
  },
  {
    pattern: /Too many failed volumes|Invalid value configured for dfs\.datanode\.failed\.volumes\.tolerated/,
    cause: 'a data disk has failed or cannot be written',
    next: 'dmesg and df -h on that host; remove the disk from dataDirs until it is replaced',
  },
  {
    pattern:
      /Incorrect permission for .* expected: rwx|[Aa]ll directories in dfs\.datanode\.data\.dir are invalid/,
    cause: 'the data directory has the wrong owner or mode',
    next: 'howdah bootstrap (it repairs both)',
  },
  {
    pattern: /Attempting to operate on hdfs (namenode|datanode|secondarynamenode) as root/,
    cause: "Hadoop's own start scripts were run as root",
    next: `systemctl start ${unitOf('namenode')} (or the other units); never start-dfs.sh`,
  },
  {
    pattern: /Unsupported upgrade|contain an old layout version|Unexpected version of storage directory/,
    cause: 'the data was written by another version of Hadoop',
    next: 'put versions.hadoop back to the version that wrote it',
  },
  {
    pattern: /Retrying connect to server: .*:8020|Call From .* to .*:8020 failed on connection exception/,
    cause: 'the NameNode is down, or its name resolves to another address here',
    next: 'howdah status; then getent hosts with the name of the NameNode on this host',
  },
  {
    pattern: /Permission denied: user=(\S+), access=\w+, inode="[^"]*"/,
    cause: 'the user has no home in HDFS, or may not write there',
    next: 'add the name to hdfs.users in cluster.yml, and run howdah bootstrap',
  },
]
