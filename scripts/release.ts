/**
 * `npm run release`: checks the tree, builds and packs it, writes the notes from CHANGELOG.md, and makes the tag. What
 * it makes is in `release/`. It publishes nothing and pushes nothing: the last lines say how.
 *
 * `npm run release -- --dry-run` says what it would do, and changes nothing.
 * `npm run release -- --prepare 0.2.0` sets the version and gives the changelog its section; commit that, then release.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { changelogFaults, notesOf, withRelease } from './changelog.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(ROOT, 'release')
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const readText = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const versionNow = (): string => JSON.parse(readText('package.json')).version

/** The checks that must pass, and the steps that make the release, in this order. */
const CHECKS = ['npm run check', 'npm run test:package']

async function prepare(version: string): Promise<void> {
  const changelog = withRelease(readText('CHANGELOG.md'), version, new Date().toISOString().slice(0, 10))
  await execa('npm', ['version', '--no-git-tag-version', '--allow-same-version', version], { cwd: ROOT })
  writeFileSync(join(ROOT, 'CHANGELOG.md'), changelog)
  say(`package.json and CHANGELOG.md are ready for ${version}: read them, commit them, then npm run release`)
}

/** Everything that prevents a release, at once. */
async function faultsOf(version: string, tag: string): Promise<readonly string[]> {
  const git = async (...args: string[]) => (await execa('git', args, { cwd: ROOT })).stdout
  const dirty = await git('status', '--porcelain')
  const tags = await git('tag', '--list', tag)
  return [
    ...(dirty === '' ? [] : [`the tree is not clean:\n${dirty}`]),
    ...(tags === '' ? [] : [`there is a tag ${tag} already`]),
    ...changelogFaults(readText('CHANGELOG.md'), version),
  ]
}

async function release(version: string, tag: string): Promise<void> {
  for (const check of CHECKS) {
    say(`── ${check}`)
    const [command = '', ...args] = check.split(' ')
    await execa(command, args, { cwd: ROOT, stdio: 'inherit' })
  }
  mkdirSync(OUT, { recursive: true })
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', OUT], { cwd: ROOT })
  const [{ filename }] = JSON.parse(stdout)
  const sum = createHash('sha256')
    .update(readFileSync(join(OUT, filename)))
    .digest('hex')
  writeFileSync(join(OUT, `${filename}.sha256`), `${sum}  ${filename}\n`)
  const notes = join(OUT, `howdah-${version}.md`)
  writeFileSync(notes, notesOf(readText('CHANGELOG.md'), version))
  await execa('git', ['tag', '--annotate', '--cleanup=verbatim', '--file', notes, tag], { cwd: ROOT })
  say(`release/${filename}, its .sha256 and release/howdah-${version}.md are ready, and the tag ${tag}.`)
  say(`To publish: git push origin ${tag}; npm publish release/${filename}`)
}

const { values } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, prepare: { type: 'string' } },
})
const version = versionNow()
const tag = `v${version}`
if (values.prepare !== undefined) await prepare(values.prepare)
else {
  const faults = await faultsOf(version, tag)
  for (const fault of faults) say(`not ready: ${fault}`)
  if (faults.length > 0) process.exitCode = 1
  if (values['dry-run']) {
    const steps = [...CHECKS, `npm pack into release/, as howdah-${version}.tgz with its SHA-256`]
    for (const step of [...steps, `release/howdah-${version}.md`, `git tag --annotate ${tag}`])
      say(`would do: ${step}`)
  } else if (faults.length === 0) await release(version, tag)
}
