/**
 * CDKTF and the AWS bindings are an optional part: the package does not bring them, since they take ten times the room
 * of all the rest. What needs them is loaded through this door, so that their absence is a message with a command.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HowdahError } from '../provisioners/errors.ts'
import { BUNDLED, packageRoot } from '../provisioners/files.ts'

/** Name and version of each package of the part. package.json is the only place that has them. */
function awsPackages(root: string): readonly (readonly [name: string, version: string])[] {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.entries<string>(peerDependencies)
}

/** A word of a command line, quoted where the shell needs it. */
const word = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/**
 * The command that installs the AWS part where Howdah finds it: beside Howdah itself, which is in `root`. A global
 * installation is `<prefix>/lib/node_modules/howdah`; npm is told the prefix, since it may not be its own.
 */
export function awsInstallCommand(
  root: string,
  packages: readonly (readonly [string, string])[],
  bundled: boolean,
): string {
  if (!bundled) return `npm ci --prefix ${word(root)}`
  const modules = dirname(root)
  const home = dirname(modules)
  const global = basename(home) === 'lib' && !existsSync(join(home, 'package.json'))
  const where = global ? ['--global', '--prefix', word(dirname(home))] : ['--prefix', word(home)]
  return ['npm install', ...where, ...packages.map(([name, version]) => `${name}@${version}`)].join(' ')
}

/** What Node.js says when a package is not there; a file of our own that is missing is another matter. */
const missingPackage = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') return undefined
  return /Cannot find (?:package|module) '((?:@[^/']+\/)?[^/'.]+)/.exec(error.message)?.[1]
}

/**
 * Loads sources that need CDKTF.
 * @throws HowdahError AWS_PART_MISSING where CDKTF or the AWS bindings are not installed.
 */
export async function awsPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    const root = packageRoot().replace(/\/$/, '')
    const packages = awsPackages(root)
    const missing = missingPackage(cause)
    if (missing === undefined || !packages.some(([name]) => name === missing)) throw cause
    throw new HowdahError({
      code: 'AWS_PART_MISSING',
      exit: 'preflight',
      message: 'this command needs the AWS part of Howdah, which is not installed',
      found: `no package ${missing} beside ${root}`,
      expected: packages.map(([name, version]) => `${name} ${version}`).join(', '),
      next: awsInstallCommand(root, packages, BUNDLED),
      cause,
    })
  }
}
