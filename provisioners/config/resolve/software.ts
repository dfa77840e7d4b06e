import {
  ADDED_SOFTWARE,
  type AddedSoftware,
  CATALOG,
  CORE_SOFTWARE,
  type CoreSoftware,
  DAEMONS,
  standardOf,
  titleOf,
} from '../../catalog/index.ts'
import type { Path } from '../document/document.ts'
import { softwareOn } from '../placed.ts'
import type { ClusterInput, JdkInput } from '../schema/cluster.ts'
import { JDK_MAJORS } from '../schema/fields.ts'
import type {
  ArtifactsSpec,
  Cluster,
  Directories,
  Host,
  JdkMajor,
  JdkSource,
  OfSoftware,
  SshSpec,
} from '../types.ts'
import { DEFAULT_PROFILE, PROFILES, type Profile, profileFor } from '../versions/profiles.ts'
import { defined, localPath, localPathOrUrl, type ResolveContext, secretRef } from './context.ts'

/** Sections of the file that do not depend on the hosts. */

/** The profile whose versions fill in what the file leaves open. */
export function profileOf(input: ClusterInput['versions']): Profile {
  const name = input?.profile ?? (input?.hadoop === undefined ? DEFAULT_PROFILE : profileFor(input.hadoop))
  return PROFILES[name]
}

/** Versions of the software of every cluster. */
export function resolveVersions(input: ClusterInput['versions']): Readonly<Record<CoreSoftware, string>> {
  const { hadoop, hive, sqoop } = profileOf(input).versions
  return { hadoop: input?.hadoop ?? hadoop, hive: input?.hive ?? hive, sqoop: input?.sqoop ?? sqoop }
}

/** Software that hosts of this cluster have in addition to that of every cluster. */
export const addedSoftware = (hosts: readonly Host[]): readonly AddedSoftware[] =>
  ADDED_SOFTWARE.filter((name) => hosts.some((host) => softwareOn(host).includes(name)))

/** Versions of the added software: cluster.yml's, or the catalogue's. Warns of software that no host has. */
export function addedVersions(
  input: ClusterInput['versions'],
  added: readonly AddedSoftware[],
  { problems }: ResolveContext,
): Readonly<Partial<Record<AddedSoftware, string>>> {
  for (const name of ADDED_SOFTWARE) {
    if (input?.[name] === undefined || added.includes(name)) continue
    problems.warn(['versions', name], `no host has a role of ${titleOf(name)}, so this is not used`)
  }
  return Object.fromEntries(added.map((name) => [name, input?.[name] ?? standardOf(name).version]))
}

export const DEFAULT_MIRRORS = ['https://dlcdn.apache.org', 'https://archive.apache.org/dist'] as const

export function resolveSsh(input: ClusterInput['ssh'], context: ResolveContext): SshSpec {
  const { config = true } = input ?? {}
  const jump = input?.jump
  return defined({
    kind: input?.transport ?? 'ssh2',
    identityFiles: (input?.identityFiles ?? []).map((file) => localPath(file, context)),
    agent: input?.agent ?? true,
    password: secretRef(input?.password, ['ssh', 'password'], undefined, context),
    sudoPassword: secretRef(input?.sudoPassword, ['ssh', 'sudoPassword'], undefined, context),
    hostKeys: input?.hostKeys ?? 'strict',
    knownHosts: (input?.knownHosts ?? ['~/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts']).map((file) =>
      localPath(file, context),
    ),
    useSshConfig: config !== false,
    sshConfigFile: typeof config === 'string' ? localPath(config, context) : undefined,
    jump: jump && {
      address: jump.address,
      port: jump.port ?? 22,
      user: jump.user ?? input?.user ?? context.around.user,
    },
    connectTimeoutSeconds: input?.connectTimeout ?? 20,
  })
}

export function resolveDirectories(input: ClusterInput['directories']): Directories {
  const written: Readonly<Record<string, unknown>> = input ?? {}
  return {
    install: input?.install ?? '/opt',
    config: input?.config ?? '/etc',
    logs: input?.logs ?? '/var/log',
    nameDirs: input?.name ?? ['/data/nn'],
    checkpointDir: input?.checkpoint ?? '/data/snn',
    ofDaemon: Object.fromEntries(
      DIRECTORIES.map(({ daemon, field, path }) => [daemon, String(written[field] ?? path)]),
    ),
  }
}

/** Directories of cluster.yml that come from the catalogue. */
const DIRECTORIES = DAEMONS.flatMap((daemon) => {
  const { directory } = CATALOG[daemon]
  return directory ? [{ daemon, ...directory }] : []
})

export function resolveJava(
  input: ClusterInput['java'],
  fallback: Profile['java'],
  added: readonly AddedSoftware[],
  directories: Directories,
  context: ResolveContext,
): Cluster['java'] {
  const use = {
    hadoop: input?.hadoop ?? fallback.hadoop,
    hive: input?.hive ?? fallback.hive,
    sqoop: input?.sqoop ?? fallback.sqoop,
    ...Object.fromEntries(added.map((name) => [name, input?.[name] ?? standardOf(name).java])),
  } as OfSoftware<JdkMajor>
  const jdks: Partial<Record<JdkMajor, JdkSource>> = {}
  for (const major of JDK_MAJORS) {
    const given = input?.jdks?.[major]
    const used = (Object.values(use) as readonly JdkMajor[]).includes(major)
    if (given === undefined && !used) continue
    const source = jdkSource(given ?? {}, major, directories, context)
    if (source !== undefined) jdks[major] = source
  }
  return { use, jdks }
}

function jdkSource(
  input: JdkInput,
  major: JdkMajor,
  directories: Directories,
  context: ResolveContext,
): JdkSource | undefined {
  const path: Path = ['java', 'jdks', String(major)]
  const ways = (['tarball', 'package', 'path'] as const).filter((kind) => input[kind] !== undefined)
  if (ways.length > 1) {
    context.problems.add({
      code: 'SPEC_JDK_WAYS',
      path,
      message: `the JDK ${major} comes from ${ways.join(' and ')}`,
      expected: 'one of tarball, package, path',
      next: 'keep one of them',
    })
    return undefined
  }
  if (input.path !== undefined) return { kind: 'path', home: input.path }
  if (input.tarball !== undefined)
    return tarball(input, input.tarball, path, `${directories.install}/jdk/${major}`, context)
  const name = input.package ?? `openjdk-${major}-jdk-headless`
  const home = input.home ?? packageHome(name)
  if (home === undefined) {
    context.problems.add({
      code: 'SPEC_JDK_HOME',
      path: [...path, 'package'],
      message: `where the package ${name} puts its JDK is not known`,
      found: name,
      expected: 'home: /usr/lib/jvm/… beside package',
      next: `add home (dpkg -L ${name} shows it)`,
    })
    return undefined
  }
  return { kind: 'package', name, home }
}

function tarball(
  input: JdkInput,
  url: string,
  path: Path,
  home: string,
  context: ResolveContext,
): JdkSource | undefined {
  if (input.sha256 === undefined) {
    context.problems.add({
      code: 'SPEC_JDK_CHECKSUM',
      path: [...path, 'tarball'],
      message: `the tarball ${url} has no checksum beside it, so nothing would notice a broken or a changed one`,
      expected: 'sha256: 64 hexadecimal digits',
      next: `add sha256 (sha256sum ${url.split('/').at(-1)} prints it)`,
    })
    return undefined
  }
  return { kind: 'tarball', url: localPathOrUrl(url, context), sha256: input.sha256, home }
}

/** Where Debian, Ubuntu and Adoptium packages put a JDK on amd64. */
function packageHome(name: string): string | undefined {
  const openjdk = /^openjdk-(\d+)-j(?:dk|re)(?:-headless)?$/.exec(name)
  if (openjdk !== null) return `/usr/lib/jvm/java-${openjdk[1]}-openjdk-amd64`
  return /^temurin-\d+-jdk$/.test(name) ? `/usr/lib/jvm/${name}-amd64` : undefined
}

export function resolveArtifacts(
  input: ClusterInput['artifacts'],
  added: readonly AddedSoftware[],
  context: ResolveContext,
): ArtifactsSpec {
  const provider = input?.provider ?? 'mirror'
  const given = input?.delivery ?? 'push'
  const delivery =
    given === 'push' ? ({ kind: 'push' } as const) : ({ kind: 'pull', baseUrl: given.baseUrl } as const)
  checkBelongs(input, provider, context)
  if (provider === 'mirror') {
    const mirrors = input?.mirrors ?? DEFAULT_MIRRORS
    return defined({ provider, delivery, mirrors, keys: input?.keys && localPath(input.keys, context) })
  }
  if (provider === 'maven') {
    return defined({
      provider,
      delivery,
      settingsFile: input?.settings && localPath(input.settings, context),
    })
  }
  const files = Object.entries(input?.files ?? {}).flatMap(([name, file]) =>
    file === undefined
      ? []
      : [[name, { url: localPathOrUrl(file.url, context), sha256: file.sha256 }] as const],
  )
  for (const name of [...CORE_SOFTWARE, ...added]) {
    if (input?.files?.[name] !== undefined) continue
    context.problems.add({
      code: 'SPEC_MISSING_KEY',
      path: ['artifacts', 'files'],
      message: `artifacts.files.${name} is missing: with \`provider: file\` every tarball is named`,
      expected: `${name}: {url: path or address, sha256: …}`,
      next: `add ${name}`,
    })
  }
  return { provider, delivery, files: Object.fromEntries(files) }
}

/** A key of another provider would have no effect, so it is an error. */
function checkBelongs(input: ClusterInput['artifacts'], provider: string, context: ResolveContext): void {
  const owners = { mirrors: 'mirror', keys: 'mirror', settings: 'maven', files: 'file' } as const
  for (const key of ['mirrors', 'keys', 'settings', 'files'] as const) {
    if (input?.[key] === undefined || owners[key] === provider) continue
    context.problems.add({
      code: 'SPEC_KEY_NOT_USED',
      path: ['artifacts', key],
      at: 'key',
      message: `artifacts.${key} is of \`provider: ${owners[key]}\`, and the provider is ${provider}`,
      found: `provider: ${provider}`,
      expected: `provider: ${owners[key]}`,
      next: `write \`provider: ${owners[key]}\`, or remove ${key}`,
    })
  }
}
