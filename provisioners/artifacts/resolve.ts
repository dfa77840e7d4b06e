import { SOFTWARE_NAMES, type SoftwareName } from '../catalog/index.ts'
import type { HowdahError } from '../errors.ts'
import { bundleProvider } from './bundle.ts'
import { preflight } from './errors.ts'
import { mirrorProvider } from './fetch/mirror.ts'
import type { FileSource } from './file.ts'
import { fetchFile, fileProvider } from './file.ts'
import { EXTRAS_VERSION, PYTHON_VERSION } from './layout.ts'
import { pythonProvider } from './python/index.ts'
import { type SourceSpec, sourceProvider, sourceVersion } from './python/pipeline-source.ts'
import { mavenProvider } from './recipes/maven.ts'
import type { Artifact, ArtifactName, ArtifactProvider, ArtifactRequest, ProviderContext } from './types.ts'

/** The part of a cluster with the sources of its software. A `Cluster` has this type. */
export interface ArtifactsResolution {
  readonly artifacts: {
    readonly delivery: { readonly kind: 'push' } | { readonly kind: 'pull'; readonly baseUrl: string }
  } & (
    | { readonly provider: 'mirror'; readonly mirrors: readonly string[]; readonly keys?: string }
    | { readonly provider: 'maven'; readonly settingsFile?: string }
    | {
        readonly provider: 'file'
        readonly files: Readonly<Partial<Record<SoftwareName | 'extras', FileSource>>>
      }
  )
  /** Of the software that the cluster has. */
  readonly versions: Readonly<Partial<Record<SoftwareName, string>>>
  readonly java: {
    readonly jdks: Readonly<
      Partial<
        Record<
          number,
          | { readonly kind: 'tarball'; readonly url: string; readonly sha256: string }
          | { readonly kind: 'package' }
          | { readonly kind: 'path' }
        >
      >
    >
  }
  /** Sources of the packages of Python 2.7 and of the pipeline, where they are installed. */
  readonly pipeline?: {
    readonly python: { readonly install?: { readonly mirrors: readonly string[] } }
    readonly source?: SourceSpec
  }
}

export interface ResolvedArtifacts {
  readonly artifacts: Partial<Record<ArtifactName, Artifact>>
  /** Tarball JDKs by major version. */
  readonly jdkArtifacts: Record<number, Artifact>
}

export interface ResolveOptions {
  /** A bundle (`howdah artifacts bundle`): all software comes from it. */
  readonly bundle?: string
}

/**
 * Gets all software of the cluster into the cache, with the extras, the pipeline's Python, and JDKs in tarballs. One at a
 * time, since two runs of Maven conflict in a local repository.
 * @throws HowdahError ARTIFACT_*: exit preflight, connection (network) or configuration (no such version).
 */
export async function resolveArtifacts(
  cluster: ArtifactsResolution,
  context: ProviderContext,
  options: ResolveOptions = {},
): Promise<ResolvedArtifacts> {
  const source =
    options.bundle === undefined
      ? configuredSource(cluster, context)
      : await bundleSource(options.bundle, context)
  const artifacts: Partial<Record<ArtifactName, Artifact>> = {}
  for (const request of requests(cluster)) artifacts[request.name] = await source.software(request)
  const jdkArtifacts: Record<number, Artifact> = {}
  for (const [major, jdk] of Object.entries(cluster.java.jdks)) {
    if (jdk?.kind === 'tarball') jdkArtifacts[Number(major)] = await source.jdk(major, jdk)
  }
  return { artifacts, jdkArtifacts }
}

/** The source of all software of a cluster. */
interface Source {
  software(request: ArtifactRequest): Promise<Artifact>
  jdk(major: string, jdk: FileSource & { readonly sha256: string }): Promise<Artifact>
}

const configuredSource = (cluster: ArtifactsResolution, context: ProviderContext): Source => ({
  software: async (request) => withUrl(cluster, await providerOf(cluster, request).fetch(request, context)),
  jdk: async (major, jdk) => withUrl(cluster, await fetchFile({ name: 'jdk', version: major }, jdk, context)),
})

/** With a bundle, files are pushed to all hosts, also with delivery `pull`, since only this machine has the bundle. */
async function bundleSource(file: string, context: ProviderContext): Promise<Source> {
  const provider = await bundleProvider(file, context.signal)
  return {
    software: (request) => provider.fetch(request, context),
    jdk: async (major, { sha256 }) => {
      const artifact = await provider.fetch({ name: 'jdk', version: major }, context)
      if (artifact.sha256 !== sha256) throw otherJdk(file, major, artifact.sha256, sha256)
      return artifact
    },
  }
}

const otherJdk = (file: string, major: string, found: string, expected: string): HowdahError =>
  preflight('ARTIFACT_NOT_IN_BUNDLE', {
    message: `The bundle's JDK ${major} is not the one in cluster.yml`,
    found: `sha256 ${found}`,
    expected: `sha256 ${expected}`,
    where: file,
    next: 'Write a bundle for this cluster.yml: howdah artifacts bundle.',
  })

function requests(cluster: ArtifactsResolution): readonly ArtifactRequest[] {
  const { versions } = cluster
  const software = SOFTWARE_NAMES.flatMap((name): ArtifactRequest[] => {
    const version = versions[name]
    if (version === undefined) return []
    return [{ name, version, ...(name === 'sqoop' && versions.hadoop && { hadoop: versions.hadoop }) }]
  })
  return [
    ...software,
    { name: 'extras', version: EXTRAS_VERSION },
    ...(cluster.pipeline?.python.install ? [{ name: 'python', version: PYTHON_VERSION } as const] : []),
    ...(cluster.pipeline?.source
      ? [{ name: 'pipeline', version: sourceVersion(cluster.pipeline.source) } as const]
      : []),
  ]
}

/** No mirror has the extras: they come from Maven, unless cluster.yml names a file. */
function providerOf(cluster: ArtifactsResolution, request: ArtifactRequest): ArtifactProvider {
  const { artifacts } = cluster
  if (request.name === 'python') return pythonProvider(cluster.pipeline?.python.install?.mirrors ?? [])
  if (request.name === 'pipeline' && cluster.pipeline?.source) return sourceProvider(cluster.pipeline.source)
  if (artifacts.provider === 'file' && (request.name !== 'extras' || artifacts.files.extras))
    return fileProvider(artifacts.files)
  if (artifacts.provider === 'mirror' && request.name !== 'extras')
    return mirrorProvider(artifacts.mirrors, artifacts)
  const settingsFile = artifacts.provider === 'maven' ? artifacts.settingsFile : undefined
  return mavenProvider(settingsFile === undefined ? {} : { settingsFile })
}

function withUrl(cluster: ArtifactsResolution, artifact: Artifact): Artifact {
  const { delivery } = cluster.artifacts
  if (delivery.kind === 'push') return artifact
  return { ...artifact, url: `${delivery.baseUrl.replace(/\/+$/, '')}/${artifact.layoutPath}` }
}
