/** The public interface of the lab: throw-away real hosts on this machine. */
export {
  DEMO_HOSTS,
  hostsFor,
  labDemoCluster,
  writeDemoCluster,
} from './demo-cluster.ts'
export { labBoot, labCut, labDown, labKill, labSnapshot, labSshArgs, labStatus, labUp } from './lab.ts'
export { ensureLabPackages } from './prepare.ts'
export { checkRequirements } from './requirements.ts'
export { sourcesKey } from './snapshots/sources.ts'
export { findSnapshot, listSnapshots, removeSnapshots } from './snapshots/store.ts'
export { type JdkTarball, labJdk8 } from './software/jdk8.ts'
export type * from './types.ts'
