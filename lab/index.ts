/** The door of the room: throw-away real hosts on this machine. */
export {
  DEMO_HOSTS,
  hostsFor,
  labDemoCluster,
  writeDemoCluster,
} from './demo-cluster.ts'
export { type JdkTarball, labJdk8 } from './jdk8.ts'
export { labBoot, labCut, labDown, labKill, labSshArgs, labStatus, labUp } from './lab.ts'
export { ensureLabPackages } from './prepare.ts'
export { checkRequirements } from './requirements.ts'
export type * from './types.ts'
