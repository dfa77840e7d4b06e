import { SOFTWARE_NAMES, type SoftwareName } from '../catalog/index.ts'
import type { Reporter } from '../events.ts'
import type { Bounds } from './fetch/http.ts'

/**
 * `extras`: JDBC drivers and repair jars, one tarball made by Howdah (drivers/, repairs/). `python`: Python 2.7 for the
 * pipeline's tasks, also made by Howdah. `pipeline`: the source of the pipeline with its wheels.
 */
export type ArtifactName = SoftwareName | 'jdk' | 'extras' | 'python' | 'pipeline'

export const ARTIFACT_NAMES: readonly ArtifactName[] = [
  ...SOFTWARE_NAMES,
  'jdk',
  'extras',
  'python',
  'pipeline',
]

/** A verified file in this machine's cache. */
export interface Artifact {
  readonly name: ArtifactName
  readonly version: string
  /** Apache's name: hadoop-3.4.2.tar.gz, apache-hive-3.1.3-bin.tar.gz, sqoop-1.4.7.bin__hadoop-2.6.0.tar.gz. */
  readonly fileName: string
  /** Path in Apache's own layout: hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz. */
  readonly layoutPath: string
  readonly sha256: string
  readonly bytes: number
  /** Path in this machine's cache. */
  readonly file: string
  /** The URL from which a host fetches it; absent: this machine pushes it. */
  readonly url?: string
  /** Its source: 'maven', 'https://…', '/path'. For the plan and for messages. */
  readonly origin: string
}

export interface ArtifactRequest {
  readonly name: ArtifactName
  readonly version: string
  /** Version of the installed Hadoop, which decides the build of Sqoop. */
  readonly hadoop?: string
}

export interface ProviderContext {
  readonly cacheDir: string
  readonly report: Reporter
  readonly signal?: AbortSignal
  /** Hash every cached file again instead of comparing its size and time. */
  readonly verify?: boolean
  /** Other bounds of downloads than the usual ones. */
  readonly bounds?: Partial<Bounds>
}

/** A source of software. Throws ARTIFACT_* errors that name the file and what was found instead. */
export interface ArtifactProvider {
  readonly kind: 'mirror' | 'file' | 'maven' | 'debian' | 'git' | 'bundle'
  fetch(request: ArtifactRequest, context: ProviderContext): Promise<Artifact>
}
