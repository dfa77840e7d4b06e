/** The door of the room: what other rooms use of it. */
export { loadCluster, parseCluster } from './parse.ts'
export { type FactsByHost, type SizingFacts, sizeCluster, sizeHost } from './sizing.ts'
