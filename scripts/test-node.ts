/**
 * `npm run test:node`: `npm test` under every Node.js that Howdah supports. The binaries come from npm, as the packages
 * `node-<system>-<processor>`, and are kept in `.cache/node/`.
 *
 * `npm run test:node -- 22 24` takes these only; what follows a second `--` goes to vitest instead of `npm test`:
 * `npm run test:node -- 22 -- --project package`.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** One release of each major version, pinned. */
const VERSIONS: Readonly<Record<string, string>> = { 20: '20.20.2', 22: '22.23.5', 24: '24.22.3' }

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The directory with the `node` of a version; installed when it is not there. */
async function binariesOf(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`
  const home = join(ROOT, '.cache/node', version)
  const bin = join(home, 'node_modules', name, 'bin')
  if (!existsSync(join(bin, 'node'))) {
    mkdirSync(home, { recursive: true })
    // A project of its own, so that npm does not install into the checkout.
    writeFileSync(join(home, 'package.json'), '{ "private": true }\n')
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
    await execa('npm', ['install', ...quiet, `${name}@${version}`], { cwd: home, stdio: 'inherit' })
  }
  return bin
}

/** Runs the tests under one Node.js, and returns their exit code. */
async function testUnder(version: string, vitest: readonly string[]): Promise<number> {
  const bin = await binariesOf(version)
  const env = { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` }
  const options = { cwd: ROOT, env, preferLocal: false, reject: false } as const
  const { stdout } = await execa('node', ['--version'], options)
  if (stdout !== `v${version}`) throw new Error(`${bin}/node is ${stdout}, not v${version}`)
  process.stdout.write(`\n── Node.js ${version}\n`)
  const [command, args] =
    vitest.length === 0 ? ['npm', ['test']] : ['node', ['node_modules/vitest/vitest.mjs', 'run', ...vitest]]
  const { exitCode } = await execa(command as string, args as string[], { ...options, stdio: 'inherit' })
  return exitCode ?? 1
}

const words = process.argv.slice(2)
const cut = words.indexOf('--')
const majors = cut === -1 ? words : words.slice(0, cut)
const vitest = cut === -1 ? [] : words.slice(cut + 1)
const results: string[] = []
for (const major of majors.length > 0 ? majors : Object.keys(VERSIONS)) {
  const version = VERSIONS[major]
  if (version === undefined) throw new Error(`${major} is not one of ${Object.keys(VERSIONS).join(', ')}`)
  const exit = await testUnder(version, vitest)
  results.push(`Node.js ${version}: ${exit === 0 ? 'passed' : `FAILED (exit ${exit})`}`)
  if (exit !== 0) process.exitCode = 1
}
process.stdout.write(`\n${results.join('\n')}\n`)
