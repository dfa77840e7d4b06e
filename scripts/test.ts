/**
 * Runs the tests by tier and prints one report of all stages.
 * Usage: tsx scripts/test.ts core|all|faults|e2e [PART …]
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { faultsTable } from './faults-table.ts'
import { type StageResult, summarise, summaryText } from './test-report.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
const BUILD = join(ROOT, 'build')

interface Stage {
  readonly title: string
  readonly command: readonly string[]
  /** True for a vitest run, which writes a report. */
  readonly report: boolean
  /** True when its tests run the built command, which starts several times as fast as the sources. */
  readonly built?: boolean
}

const npm = (title: string): Stage => ({
  title,
  command: ['npm', 'run', '--silent', title],
  report: false,
})

const slug = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

function vitest(title: string, project: string, ...filters: readonly string[]): Stage {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile(title)}`]
  return {
    title,
    command: ['npx', 'vitest', 'run', '--project', project, ...reporters, ...filters],
    report: true,
    // Unit tests run the sources, as you do while you work.
    built: project !== 'unit',
  }
}

const reportFile = (title: string): string => join(BUILD, `report-${slug(title)}.json`)

/** Groups run one after the other; the stages of a group run at once. */
type Groups = readonly (readonly Stage[])[]

const CORE: Groups = [
  // The tests of the package build it, for all later stages.
  [npm('format'), npm('lint'), npm('types'), vitest('package', 'package')],
  [vitest('unit tests', 'unit')],
  [vitest('stacks by Terraform', 'terraform')],
  // A cluster waits for downloads and daemons, so the small labs can run beside it.
  [vitest('clusters', 'clusters'), vitest('single hosts', 'hosts')],
]

const ALL: Groups = [
  ...CORE,
  [{ title: 'successor of CDKTF', command: ['npx', 'tsx', 'scripts/successor.ts'], report: false }],
  [vitest('long tests', 'long')],
  [{ title: 'versions', command: ['bin/howdah', 'lab', 'matrix'], report: false }],
]

/** Files below test/e2e/ by the name of their part: `users` is test/e2e/hosts/users.test.ts. */
async function parts(): Promise<ReadonlyMap<string, { project: string; file: string }>> {
  const found = new Map<string, { project: string; file: string }>()
  for (const project of ['clusters', 'hosts', 'long']) {
    for (const name of await readdir(join(ROOT, 'test/e2e', project))) {
      if (!name.endsWith('.test.ts')) continue
      found.set(name.replace(/\.test\.ts$/, ''), { project, file: `test/e2e/${project}/${name}` })
    }
  }
  return found
}

const known = await parts()

const BUILD_STAGE: Stage = {
  title: 'build',
  command: ['npm', 'run', '--silent', 'build', '--', '--no-types'],
  report: false,
}

/** One group for each of these parts; for all parts when none is named. */
const chosen = (names: readonly string[]): Groups => [
  [BUILD_STAGE],
  ...[...known]
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([name, { project, file }]) => [vitest(name, project, file)]),
]

/** Runs a stage. With others at once, its output is shown at its end, so that lines do not mix. */
async function run(stage: Stage, alone: boolean): Promise<StageResult> {
  const started = Date.now()
  const [program = '', ...args] = stage.command
  if (alone) process.stdout.write(`\n── ${stage.title}\n`)
  const result = await execa(program, args, {
    ...{ cwd: ROOT, reject: false, env: stage.built ? { HOWDAH_BIN: join(ROOT, 'dist/howdah.js') } : {} },
    ...(alone ? { stdio: 'inherit' as const } : { all: true as const, stdin: 'ignore' as const }),
  })
  const seconds = Math.round((Date.now() - started) / 100) / 10
  if (!alone) process.stdout.write(`\n── ${stage.title} (${seconds} s)\n${result.all ?? ''}\n`)
  const report = stage.report ? await readFile(reportFile(stage.title), 'utf8').catch(() => null) : undefined
  return {
    ...{ title: stage.title, seconds, ok: result.exitCode === 0 },
    ...(report !== undefined && { report }),
  }
}

function groupsOf(tier: string, names: readonly string[]): Groups {
  if (tier === 'core') return CORE
  if (tier === 'all') return ALL
  return chosen(tier === 'faults' ? ['faults', 'faults-bare'] : names)
}

async function main(tier: string, names: readonly string[]): Promise<number> {
  const groups = groupsOf(tier, names)
  await rm(BUILD, { recursive: true, force: true })
  await mkdir(BUILD, { recursive: true })
  const results: StageResult[] = []
  for (const group of groups) {
    if (group.length > 1)
      process.stdout.write(`\n── at once: ${group.map(({ title }) => title).join(', ')}\n`)
    results.push(...(await Promise.all(group.map((stage) => run(stage, group.length === 1)))))
  }
  const summary = summarise(results, ROOT)
  await writeFile(join(BUILD, 'test-times.json'), `${JSON.stringify(summary, undefined, 2)}\n`)
  const faults = await faultsTable(join(BUILD, 'faults.ndjson'))
  if (faults) process.stdout.write(`\n${faults}\n`)
  process.stdout.write(`${summaryText(summary)}\n`)
  return summary.failed > 0 ? 1 : 0
}

const [tier = 'core', ...names] = process.argv.slice(2)
const unknown = names.filter((name) => !known.has(name))
if (unknown.length > 0) {
  process.stderr.write(
    `There is no part "${unknown.join('", "')}". ONLY takes: ${[...known.keys()].sort().join(' ')}\n`,
  )
  process.exitCode = 2
} else process.exitCode = await main(tier, names)
