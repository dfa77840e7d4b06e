import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { SOFTWARE } from '../../catalog/index.ts'
import { HowdahError } from '../../errors.ts'
import { ownFile } from '../../files.ts'
import { checksumError } from '../errors.ts'
import { hashFile } from '../hash.ts'
import type { Layout } from '../layout.ts'
import { hadoopGeneration, layoutOf } from '../layout.ts'
import type { ArtifactRequest } from '../types.ts'
import type { Assembler } from './assemble.ts'
import { assembleExtras, assembleHive, assembleJars, assembleSqoop } from './assemble.ts'
import { assembleHadoop, assembleHadoop1 } from './assemble-hadoop.ts'

/** Increase it when the code changes the content of a tarball, so that caches do not keep the old one. */
const FORMAT = '1'

export const LAUNCHERS = ownFile('provisioners/artifacts/launchers')
export const POMS = ownFile('provisioners/artifacts/maven')

/** How a tarball is made: a pom, the pinned hashes of its jars, and a function that assembles them. */
export interface Recipe {
  readonly pom: string
  /** `sha256  file` of every jar, one a line. */
  readonly sums: string
  readonly assemble: Assembler
  /** Folders of Howdah's own files, copied into the tree in this order. */
  readonly launchers: readonly string[]
  readonly layout: Layout
  /** Hash of all inputs of this checkout. */
  readonly key: string
}

/** The assembler and the launchers of a release, by the major version of Hadoop. */
const MAKERS: Readonly<
  Record<string, { readonly assemble: Assembler; readonly launchers: readonly string[] }>
> = {
  'hadoop 1': { assemble: assembleHadoop1, launchers: ['hadoop-shared', 'hadoop1'] },
  'hadoop 2': { assemble: assembleHadoop, launchers: ['hadoop-shared', 'hadoop2'] },
  'hadoop 3': { assemble: assembleHadoop, launchers: ['hadoop-shared', 'hadoop3'] },
  hive: { assemble: assembleHive, launchers: ['hive'] },
  sqoop: { assemble: assembleSqoop, launchers: ['sqoop'] },
  extras: { assemble: assembleExtras, launchers: [] },
}

/** Software of the catalogue that needs nothing else is its jars. */
function makerOf({ name, version }: ArtifactRequest): (typeof MAKERS)[string] | undefined {
  const maker = MAKERS[name === 'hadoop' ? `hadoop ${hadoopGeneration(version)}` : name]
  return maker ?? (name in SOFTWARE ? { assemble: assembleJars, launchers: [] } : undefined)
}

/** Sqoop before 1.4.7 is assembled for Hadoop 1 only, since no supported cluster uses its builds for Hadoop 2. */
const isUnsupportedBuild = ({ name, version, hadoop }: ArtifactRequest): boolean =>
  name === 'sqoop' && version !== '1.4.7' && hadoopGeneration(hadoop) !== '1'

/** @throws HowdahError ARTIFACT_NO_RECIPE when there is no pom for this version. */
export async function findRecipe(request: ArtifactRequest): Promise<Recipe> {
  const folder = request.name === 'extras' ? 'extras' : `${request.name}-${request.version}`
  const directory = join(POMS, folder)
  const maker = makerOf(request)
  if (
    request.name === 'jdk' ||
    request.name === 'pipeline' ||
    !maker ||
    !existsSync(join(directory, 'pom.xml')) ||
    isUnsupportedBuild(request)
  )
    throw await noRecipe(request)
  const layout = layoutOf(request.name, request.version, request.hadoop)
  const hash = createHash('sha256').update(
    `maven ${FORMAT} ${request.name} ${request.version} ${layout.fileName}`,
  )
  const launchers = maker.launchers.map((folder) => join(LAUNCHERS, folder))
  for (const root of [directory, ...launchers]) await hashTree(hash, root)
  const pom = join(directory, 'pom.xml')
  return {
    pom,
    sums: join(directory, 'SHA256SUMS'),
    assemble: maker.assemble,
    launchers,
    layout,
    key: hash.digest('hex'),
  }
}

async function noRecipe(request: ArtifactRequest): Promise<HowdahError> {
  const known = (await readdir(POMS)).filter((name) => name.startsWith(`${request.name}-`))
  return new HowdahError({
    code: 'ARTIFACT_NO_RECIPE',
    exit: 'configuration',
    message: `${request.name} ${request.version} cannot be assembled from a Maven repository`,
    found: request.version,
    expected: known.map((name) => name.slice(request.name.length + 1)).join(', ') || 'no version',
    where: `versions.${request.name}`,
    next: 'Use one of these versions, or `provider: mirror` or `provider: file`.',
  })
}

async function hashTree(hash: ReturnType<typeof createHash>, root: string): Promise<void> {
  for (const file of await filesBelow(root))
    hash.update(`\0${relative(root, file)}\0`).update(await readFile(file))
}

/** Every file below a directory, sorted; none when it does not exist. */
export async function filesBelow(root: string): Promise<readonly string[]> {
  if (!existsSync(root)) return []
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** `sha256  name` lines as a map from name to hash, without blank lines and comments. */
export function parseSums(text: string): ReadonlyMap<string, string> {
  const pairs = text
    .split('\n')
    .map((line) => /^([0-9a-f]{64}) {2}(\S+)$/.exec(line))
    .flatMap((match) => (match?.[1] && match[2] ? [[match[2], match[1]] as const] : []))
  return new Map(pairs)
}

/**
 * Compares every jar of Maven with the pinned hashes, both ways: a missing or unexpected jar is an error, like one that
 * differs.
 * @throws HowdahError ARTIFACT_CHECKSUM that names the jar.
 */
export async function checkJars(
  out: string,
  sums: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const seen = new Set<string>()
  for (const file of await filesBelow(out)) {
    if (!file.endsWith('.jar')) continue
    const name = basename(file)
    seen.add(name)
    const found = await hashFile(file, 'sha256', signal)
    const expected = sums.get(name) ?? 'no such jar in this release'
    if (found !== expected) throw checksumError(name, 'the Maven repository', found, expected)
  }
  const missing = [...sums.keys()].find((name) => !seen.has(name))
  if (missing) throw checksumError(missing, 'the Maven repository', 'no such file', sums.get(missing) ?? '')
}
