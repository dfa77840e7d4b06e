/**
 * A context in which only the names of resources are right. The resources and their order do not depend on contents, so
 * they are known before software is resolved, keys are fetched and hosts are observed.
 */

import { ARTIFACT_NAMES, type Artifact, type ArtifactName } from '../artifacts/types.ts'
import { sizeCluster } from '../config/index.ts'
import type { Cluster } from '../config/types.ts'
import { certificateOf, sqlServers } from '../services/result-store/index.ts'
import type { ComponentContext } from '../services/types.ts'
import { appPlaces } from './app-files.ts'

const artifact = (name: ArtifactName): Artifact => ({
  ...{ name, version: '', fileName: name, layoutPath: name, sha256: '', bytes: 0, file: '', origin: '' },
})

/** Software that was not resolved: its paths on the hosts are right, its contents are not. */
export const softwareStandIns = (cluster: Cluster): Pick<ComponentContext, 'artifacts' | 'jdkArtifacts'> => ({
  artifacts: Object.fromEntries(ARTIFACT_NAMES.map((name) => [name, artifact(name)])),
  jdkArtifacts: Object.fromEntries(
    Object.keys(cluster.java.jdks).map((major) => [major, artifact('jdk')] as const),
  ),
})

const authorities = (cluster: Cluster): ComponentContext['authorities'] =>
  Object.fromEntries(
    sqlServers(cluster).flatMap(({ target, server }) => {
      if (server.kind === 'external') return server.ca ? [[target, { trusted: 'stand-in' }]] : []
      return certificateOf(cluster, server) ? [[target, { trusted: 'stand-in', own: 'stand-in' }]] : []
    }),
  )

/** Stand-ins for everything. With `sized` false hosts have no sizes, and a host that is too small causes no error. */
export const standInContext = (cluster: Cluster, sized: boolean): ComponentContext => ({
  ...{ cluster, facts: {}, sizing: sized ? sizeCluster(cluster, {}) : {} },
  ...softwareStandIns(cluster),
  ...appPlaces(cluster),
  users: { users: {}, warnings: [], unchanged: [] },
  authorities: authorities(cluster) ?? {},
  secret: () => 'stand-in',
})
