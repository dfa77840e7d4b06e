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

/** The part of a cluster that says where software comes from. A `Cluster` of the spec fits as it is. */
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
  /** Where the packages of Python 2.7 and the pipeline itself come from, where they are to be installed. */
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
  /** A bundle (`howdah artifacts bundle`): everything comes out of it, nothing from anywhere else. */
  readonly bundle?: string
}

/**
 * Brings everything that the cluster installs into the cache: its software, the extras, the pipeline's Python,
 * and JDKs that come as a tarball. One at a time, since two Mavens in one local repository disturb each other.
 * @throws HowdahError ARTIFACT_*: exit preflight, connection (network) or configuration (no such version).
 */
export async function resolveArtifacts(
  spec: ArtifactsResolution,
  context: ProviderContext,
  options: ResolveOptions = {},
): Promise<ResolvedArtifacts> {
  const source =
    options.bundle === undefined ? asSpecSays(spec, context) : await outOfBundle(options.bundle, context)
  const artifacts: Partial<Record<ArtifactName, Artifact>> = {}
  for (const request of requests(spec)) artifacts[request.name] = await source.software(request)
  const jdkArtifacts: Record<number, Artifact> = {}
  for (const [major, jdk] of Object.entries(spec.java.jdks)) {
    if (jdk?.kind === 'tarball') jdkArtifacts[Number(major)] = await source.jdk(major, jdk)
  }
  return { artifacts, jdkArtifacts }
}

/** Where all of a cluster's software comes from. */
interface Source {
  software(request: ArtifactRequest): Promise<Artifact>
  jdk(major: string, jdk: FileSource & { readonly sha256: string }): Promise<Artifact>
}

const asSpecSays = (spec: ArtifactsResolution, context: ProviderContext): Source => ({
  software: async (request) => withUrl(spec, await providerOf(spec, request).fetch(request, context)),
  jdk: async (major, jdk) => withUrl(spec, await fetchFile({ name: 'jdk', version: major }, jdk, context)),
})

/** Hosts that would fetch for themselves get the files pushed: the bundle is here, and nowhere else. */
async function outOfBundle(file: string, context: ProviderContext): Promise<Source> {
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
    message: `The bundle's JDK ${major} is another one than cluster.yml names`,
    found: `sha256 ${found}`,
    expected: `sha256 ${expected}`,
    where: file,
    next: 'Write a bundle for this cluster.yml: howdah artifacts bundle.',
  })

function requests(spec: ArtifactsResolution): readonly ArtifactRequest[] {
  const { versions } = spec
  const software = SOFTWARE_NAMES.flatMap((name): ArtifactRequest[] => {
    const version = versions[name]
    if (version === undefined) return []
    return [{ name, version, ...(name === 'sqoop' && versions.hadoop && { hadoop: versions.hadoop }) }]
  })
  return [
    ...software,
    { name: 'extras', version: EXTRAS_VERSION },
    ...(spec.pipeline?.python.install ? [{ name: 'python', version: PYTHON_VERSION } as const] : []),
    ...(spec.pipeline?.source
      ? [{ name: 'pipeline', version: sourceVersion(spec.pipeline.source) } as const]
      : []),
  ]
}

/** Nobody publishes the extras: they come by Maven, unless the operator names a file. */
function providerOf(spec: ArtifactsResolution, request: ArtifactRequest): ArtifactProvider {
  const { artifacts } = spec
  if (request.name === 'python') return pythonProvider(spec.pipeline?.python.install?.mirrors ?? [])
  if (request.name === 'pipeline' && spec.pipeline?.source) return sourceProvider(spec.pipeline.source)
  if (artifacts.provider === 'file' && (request.name !== 'extras' || artifacts.files.extras))
    return fileProvider(artifacts.files)
  if (artifacts.provider === 'mirror' && request.name !== 'extras')
    return mirrorProvider(artifacts.mirrors, artifacts)
  const settingsFile = artifacts.provider === 'maven' ? artifacts.settingsFile : undefined
  return mavenProvider(settingsFile === undefined ? {} : { settingsFile })
}

function withUrl(spec: ArtifactsResolution, artifact: Artifact): Artifact {
  const { delivery } = spec.artifacts
  if (delivery.kind === 'push') return artifact
  return { ...artifact, url: `${delivery.baseUrl.replace(/\/+$/, '')}/${artifact.layoutPath}` }
}
