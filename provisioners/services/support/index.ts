/** Functions that services share. */
export { type DaemonUnit, daemonUnit, unitContent } from './daemon-unit.ts'
export { accountOf, hadoopFilesOf, journalOf, logOf, unitId, unitRefs } from './daemons.ts'
export { generationOf, isMapReduce1 } from './generation.ts'
export {
  clusterAddress,
  has,
  hostsWith,
  isClusterHost,
  isHadoopHost,
  primaryHost,
  primaryOf,
  runsTasks,
} from './hosts.ts'
export { answers, ask, jmxUrl } from './http.ts'
export {
  addOpens,
  daemonFlags,
  heapOf,
  javaAfter,
  javaEffective,
  javaHome,
  javaUsersOn,
  jdkId,
  jdkOf,
  jdksOn,
  jobJvmProperties,
  majorOf,
  SHORT_LIVED,
} from './java.ts'
export { dataPaths, fileUri, HADOOP_STATE, hadoopPaths } from './paths.ts'
export { type BoundPort, portFor, portsOn } from './ports.ts'
export { layered, type Properties, portOf } from './properties.ts'
export { archive, artifactOf, command, directory, file, markerOf, symlink } from './resources.ts'
export { streamingJar } from './streaming.ts'
export { hasSqoop, TASK_PROGRAMS, taskPath } from './task-path.ts'
