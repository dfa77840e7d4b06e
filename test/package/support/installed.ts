import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs npm with a cache of its own, and with a registry that nobody answers for; gives stdout. */
export function npm(cwd: string, args: readonly string[]): string {
  const cache = mkdtempSync(join(tmpdir(), 'howdah-npm-'))
  const apart = [
    '--cache',
    cache,
    '--registry',
    'http://127.0.0.1:9/',
    '--fetch-retries',
    '0',
    '--userconfig',
    devNull,
  ]
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel', 'error']
  const { status, stdout, stderr } = spawnSync('npm', [...args, ...apart, ...quiet], {
    cwd,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${stderr}`)
  return stdout
}

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the installed `howdah`, without blocking this process: a server of the test may have to answer it. */
export function howdah(prefix: string, cwd: string, args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(cwd, 'cache'), SSH_AUTH_SOCK: '' }
  const child = spawn(join(prefix, 'bin/howdah'), args, { cwd, env, timeout: 60_000 })
  const texts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => (texts.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (texts.stderr += text))
  child.stdin.end()
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...texts }))
  })
}

/** A directory of its own for a test. */
export const freshDir = (): string => mkdtempSync(join(tmpdir(), 'howdah-package-test-'))
