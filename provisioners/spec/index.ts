/** The door of the room: what other rooms use of it. */
export { documentOf, loadCluster, parseCluster, stateDirOf } from './parse.ts'
