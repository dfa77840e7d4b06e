import type { Artifact, BundleLock, ProviderContext, ResolvedArtifacts } from '../../artifacts/index.ts'
import { defaultCacheDir, resolveArtifacts, writeBundle } from '../../artifacts/index.ts'
import { loadCluster } from '../../config/index.ts'
import type { OperationOptions } from '../../runtime/types.ts'

const contextOf = (options: OperationOptions): ProviderContext => ({
  cacheDir: options.cacheDir ?? defaultCacheDir(),
  report: options.report,
  ...(options.signal && { signal: options.signal }),
})

/** Software and JDKs, in one list. */
export const allArtifacts = ({ artifacts, jdkArtifacts }: ResolvedArtifacts): Artifact[] => [
  ...Object.values(artifacts),
  ...Object.values(jdkArtifacts),
]

/**
 * Puts all software that a cluster.yml installs into the cache. Connects to no host.
 * @throws HowdahError CONFIG_*, ARTIFACT_*.
 */
export async function clusterArtifacts(options: OperationOptions): Promise<Artifact[]> {
  return allArtifacts(await resolveArtifacts(await loadCluster(options.file), contextOf(options)))
}

/** Writes the bundle of a cluster.yml to `file`. @throws what `clusterArtifacts` and tar throw. */
export async function bundleCluster(options: OperationOptions, file: string): Promise<BundleLock> {
  const artifacts = await clusterArtifacts(options)
  options.report({ type: 'phase', title: `Writing ${artifacts.length} files into ${file}` })
  return writeBundle(artifacts, file, options.signal)
}
