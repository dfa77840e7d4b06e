/**
 * Shows that a move to cdktn, the successor of the archived CDKTF, is a change of stacks/tf.ts alone: in a scratch
 * folder the successor is behind that file, the stacks compile, and every example is synthesised with both.
 * Usage: tsx scripts/successor.ts
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { defaultCacheDir } from '../provisioners/artifacts/cache.ts'
import { differences, faults, resourceCount, successorDoor } from './successor-compare.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
const PINNED = join(ROOT, 'scripts/successor')

/** The packages of the scratch folder that come from the successor's installation. */
const REPLACED = new Set(['@cdktf', 'cdktf', 'constructs'])
const SUCCESSOR = ['@cdktn', 'cdktn', 'constructs']

/** Installs the pinned packages into the cache, once, by their integrity in the lock file; gives the directory. */
async function installed(): Promise<string> {
  const dir = join(defaultCacheDir(), 'successor')
  const lock = await readFile(join(PINNED, 'package-lock.json'), 'utf8')
  const done = join(dir, 'installed.json')
  if ((await readFile(done, 'utf8').catch(() => '')) === lock) return dir
  await rm(dir, { recursive: true, force: true })
  await cp(PINNED, dir, { recursive: true })
  await execa('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: dir,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await writeFile(done, lock)
  return dir
}

/** A copy of the stacks with the successor behind tf.ts; everything else is linked. */
async function scratchWith(successor: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'howdah-successor-'))
  await cp(join(ROOT, 'stacks'), join(dir, 'stacks'), { recursive: true })
  for (const name of ['provisioners', 'package.json']) await symlink(join(ROOT, name), join(dir, name))
  const door = join(dir, 'stacks/tf.ts')
  await writeFile(door, successorDoor(await readFile(door, 'utf8')))
  const modules = join(dir, 'node_modules')
  await mkdir(modules)
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (!REPLACED.has(name)) await symlink(join(ROOT, 'node_modules', name), join(modules, name))
  for (const name of SUCCESSOR) await symlink(join(successor, 'node_modules', name), join(modules, name))
  const config = JSON.parse(await readFile(join(ROOT, 'tsconfig.json'), 'utf8'))
  await writeFile(join(dir, 'tsconfig.json'), JSON.stringify({ ...config, include: ['stacks'] }))
  return dir
}

/** Synthesises an example with the stacks below `dir`; gives each stack's JSON by its id. */
async function synthesised(dir: string, example: string, outdir: string): Promise<Map<string, unknown>> {
  await execa(process.execPath, ['--import', 'tsx', 'stacks/main.ts'], {
    cwd: dir,
    env: { HOWDAH_CLUSTER: join(ROOT, 'examples', example), CDKTF_OUTDIR: outdir },
  })
  const ids = (await readdir(join(outdir, 'stacks'))).sort()
  const stacks = ids.map(async (id) => {
    const text = await readFile(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8')
    return [id, JSON.parse(text) as unknown] as const
  })
  return new Map(await Promise.all(stacks))
}

/** Compares an example; prints a line a stack; gives the number of faults. */
async function compare(scratch: string, example: string): Promise<number> {
  const name = example.replace(/\.yml$/, '')
  const ours = await synthesised(ROOT, example, join(scratch, 'ours', name))
  const theirs = await synthesised(scratch, example, join(scratch, 'theirs', name))
  let count = 0
  for (const id of new Set([...ours.keys(), ...theirs.keys()])) {
    const found = faults(differences(ours.get(id), theirs.get(id)))
    const resources = resourceCount(theirs.get(id))
    if (resources === 0) found.push('the successor synthesised no resource')
    process.stdout.write(`${example} ${id}: ${resources} resources, ${found.length} unexpected differences\n`)
    for (const fault of found) process.stdout.write(`  ${fault}\n`)
    count += found.length
  }
  return count
}

const scratch = await scratchWith(await installed())
try {
  await execa(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', scratch], { stdout: 'inherit' })
  const examples = (await readdir(join(ROOT, 'examples'))).filter((name) => /^aws-.*\.yml$/.test(name))
  let count = 0
  for (const example of examples) count += await compare(scratch, example)
  process.exitCode = count === 0 && examples.length > 0 ? 0 : 1
} finally {
  await rm(scratch, { recursive: true, force: true })
}
