/** The door of the room: what other rooms use of it. */
export { clusterYmlDoc } from './docs.ts'
export { type Explanation, explainPath, knownPaths, type SizingByHost } from './explain.ts'
export { type InitOptions, initTemplate } from './init.ts'
export { type JsonSchema, jsonSchema } from './json-schema.ts'
export { checkVersions, type MatrixFinding, type VersionChoice } from './matrix.ts'
export { loadCluster, parseCluster } from './parse.ts'
export { documentOf } from './places.ts'
export { type FactsByHost, type SizingFacts, sizeCluster, sizeHost } from './sizing.ts'
