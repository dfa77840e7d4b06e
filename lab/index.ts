/** The door of the room: throw-away real hosts on this machine. */
export {
  DEMO_HOSTS,
  hostsFor,
  labDemoCluster,
  writeDemoCluster,
} from './demo-cluster.ts'
export { type JdkTarball, labJdk8 } from './jdk8.ts'
export { labBoot, labCut, labDown, labKill, labSnapshot, labSshArgs, labStatus, labUp } from './lab.ts'
export { ensureLabPackages } from './prepare.ts'
export { checkRequirements } from './requirements.ts'
export { findSnapshot, listSnapshots, removeSnapshots } from './snapshot-store.ts'
export { sourcesKey } from './sources.ts'
export type * from './types.ts'
