/**
 * A context in which only the names of resources are right. Which resources there are, and in which order, does not
 * depend on contents, so it is known before any software is resolved, any key fetched and any host asked.
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

/** Software that nobody resolved: its places on the hosts are right, its contents are not. */
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

/** Everything stands in. With `sized` false hosts have no sizes, and what is too small for its daemons is no error. */
export const standInContext = (cluster: Cluster, sized: boolean): ComponentContext => ({
  ...{ cluster, facts: {}, sizing: sized ? sizeCluster(cluster, {}) : {} },
  ...softwareStandIns(cluster),
  ...appPlaces(cluster),
  users: { users: {}, warnings: [], unchanged: [] },
  authorities: authorities(cluster) ?? {},
  secret: () => 'stand-in',
})
