import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { HowdahError } from '../../errors.ts'
import type { Incoming } from '../cache.ts'
import { cached, workDir } from '../cache.ts'
import { shownUrl } from '../fetch/http.ts'
import { progress } from '../fetch/progress.ts'
import { packTree } from '../tar.ts'
import type { ArtifactProvider, ArtifactRequest, ProviderContext } from '../types.ts'
import type { Recipe } from './recipe.ts'
import { checkJars, findRecipe, parseSums } from './recipe.ts'

export interface MavenOptions {
  /** A settings.xml for `mvn --settings`, with mirrors and credentials. */
  readonly settingsFile?: string
  /** The program; default: 'mvn' from PATH. */
  readonly command?: string
}

/** Tarballs in Apache's layout, assembled by Maven from a Maven repository. */
export function mavenProvider(options: MavenOptions = {}): ArtifactProvider {
  return {
    kind: 'maven',
    fetch: async (request, context) => {
      const recipe = await findRecipe(request)
      return cached(recipe.key, context, () => build(request, recipe, options, context))
    },
  }
}

async function build(
  request: ArtifactRequest,
  recipe: Recipe,
  options: MavenOptions,
  context: ProviderContext,
): Promise<Incoming> {
  const { layout } = recipe
  const work = join(workDir(context.cacheDir, recipe.key), randomUUID())
  const [out, trees] = [join(work, 'out'), join(work, 'tree')]
  const tree = join(trees, layout.root)
  const id = `assemble:${layout.fileName}`
  const advance = progress(context.report, id, `Jars of ${layout.fileName} by Maven`, 0, 'items')
  const stage = (title: string, done: number) =>
    context.report({ type: 'progress', id, title, done, total: 3, unit: 'items' })
  try {
    await mkdir(tree, { recursive: true })
    await runMaven(recipe.pom, out, options, context, advance)
    stage(`Checking the jars of ${layout.fileName}`, 1)
    await checkJars(out, parseSums(await readFile(recipe.sums, 'utf8')), context.signal)
    await recipe.assemble({ out, tree, launchers: recipe.launchers, layout, version: request.version })
    stage(`Packing ${layout.fileName}`, 2)
    const file = join(workDir(context.cacheDir, recipe.key), layout.fileName)
    await packTree(trees, layout.root, file, context.signal)
    stage(`Packed ${layout.fileName}`, 3)
    const { name, version } = request
    const { fileName, layoutPath } = layout
    return { file, artifact: { name, version, fileName, layoutPath, origin: 'maven' } }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function runMaven(
  pom: string,
  out: string,
  options: MavenOptions,
  context: ProviderContext,
  advance: (done: number) => void,
): Promise<void> {
  const settings = options.settingsFile ? ['--settings', options.settingsFile] : []
  // Strict checksums: a damaged transfer fails in Maven already.
  const fixed = [
    '--batch-mode',
    '--strict-checksums',
    '--file',
    pom,
    `-Dhowdah.out=${out}`,
    'process-resources',
  ]
  const command = options.command ?? 'mvn'
  const run = execa(command, [...settings, ...fixed], {
    stdin: 'ignore',
    all: true,
    reject: false,
    buffer: true,
    env: { MAVEN_OPTS: process.env.MAVEN_OPTS ?? '-Xmx512m', NO_COLOR: '1' },
    ...(context.signal ? { cancelSignal: context.signal } : {}),
  })
  let items = 0
  advance(items)
  for await (const line of run.iterable({ from: 'all' })) {
    if (/Downloaded from|Copying |Unpacking /.test(line)) advance(++items)
  }
  const result = await run
  context.signal?.throwIfAborted()
  if (result.code === 'ENOENT') throw noMaven(command)
  if (result.exitCode !== 0) throw mavenError(pom, result.all)
}

function noMaven(command: string): HowdahError {
  return new HowdahError({
    code: 'ARTIFACT_NO_MAVEN',
    exit: 'preflight',
    message: `Maven is not installed on this machine (no ${command})`,
    expected: 'Maven 3.6.3 or later',
    next: 'apt-get install maven, or choose `provider: mirror` in artifacts.',
  })
}

/** Maven's first few [ERROR] lines have the reason. Exported for its test. */
export function mavenError(pom: string, output: string): HowdahError {
  const reasons = output.split('\n').filter((line) => line.includes('[ERROR]'))
  const unreachable = /Could not transfer artifact|Connection refused|Unknown host|timed out/i.test(output)
  return new HowdahError({
    code: 'ARTIFACT_MAVEN',
    exit: unreachable ? 'connection' : 'preflight',
    message: unreachable
      ? 'Maven cannot reach its repository'
      : 'Maven could not download the jars of this release',
    where: pom,
    detail: shownUrl((reasons.length > 0 ? reasons : output.split('\n')).slice(0, 8).join('\n')),
    next: 'Check the repository in ~/.m2/settings.xml, or name another file with artifacts.settings.',
  })
}
