/** What other folders import from here. */
export { clusterYmlDoc } from './describe/docs.ts'
export { type Explanation, explainPath, knownPaths, type SizingByHost } from './describe/explain.ts'
export { type InitOptions, initTemplate } from './describe/init.ts'
export { type JsonSchema, jsonSchema } from './describe/json-schema.ts'
export { type Path, readDocument, type SpecDocument } from './document/document.ts'
export { Problems, showPath } from './document/problems.ts'
export { expandRange, RangeProblem } from './document/ranges.ts'
export { documentOf } from './document/remembered.ts'
export { valueAt } from './document/shape.ts'
export { didYouMean } from './document/suggest.ts'
export { FEATURES, familyGate, type Gate, lacks } from './infrastructure/emr-gates.ts'
export {
  DEFAULT_RELEASE,
  EMR_RELEASES,
  type EmrRelease,
  LAST_WITH_SQOOP,
} from './infrastructure/emr-releases.ts'
export { RETIRED_FAMILIES, retiredTypes, successorOf } from './infrastructure/instance-types.ts'
export {
  type InfrastructureOptions,
  loadInfrastructure,
  parseInfrastructure,
  sectionsOf,
} from './infrastructure/parse.ts'
export type * from './infrastructure/types.ts'
export { DEPLOYMENTS } from './infrastructure/types.ts'
export { loadCluster, parseCluster, readSpec } from './parse.ts'
export { secretProperties } from './resolve/plain-secrets.ts'
export { type FactsByHost, type SizingFacts, sizeCluster, sizeHost } from './sizing/index.ts'
export { DEFAULT_TRACKING_DIRECTORY, TRACKING_USER, trackingDirectory } from './types-tracking-logs.ts'
export { checkVersions, compareVersions, type MatrixFinding, type VersionChoice } from './versions/matrix.ts'
export { PROFILE_NAMES, PROFILES, type Profile, type ProfileName } from './versions/profiles.ts'
export { homeOf, nameIn, OF_MAPREDUCE1_DAEMONS, RENAMED, rightName } from './versions/property-names.ts'
export { RULES, type Rule } from './versions/rules.ts'
