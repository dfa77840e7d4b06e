/**
 * CDKTF and the AWS bindings are optional: the package does not depend on them, since they take ten times the space
 * of everything else. Code that needs them is loaded here, so that a missing package gives an error with a command.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HowdahError } from '../provisioners/errors.ts'
import { BUNDLED, packageRoot } from '../provisioners/files.ts'

/** Name and version of each optional package. package.json is the only place that has them. */
function awsPackages(root: string): readonly (readonly [name: string, version: string])[] {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.entries<string>(peerDependencies)
}

/** An argument of a command line, quoted where the shell needs it. */
const shellQuoted = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/**
 * The command that installs the AWS packages where Howdah finds them: beside Howdah itself, which is in `root`. A
 * global installation is `<prefix>/lib/node_modules/howdah`; the command passes that prefix, since npm's default may
 * differ.
 */
export function awsInstallCommand(
  root: string,
  packages: readonly (readonly [string, string])[],
  bundled: boolean,
): string {
  if (!bundled) return `npm ci --prefix ${shellQuoted(root)}`
  const modules = dirname(root)
  const home = dirname(modules)
  const global = basename(home) === 'lib' && !existsSync(join(home, 'package.json'))
  const where = global
    ? ['--global', '--prefix', shellQuoted(dirname(home))]
    : ['--prefix', shellQuoted(home)]
  return ['npm install', ...where, ...packages.map(([name, version]) => `${name}@${version}`)].join(' ')
}

/** The package that Node.js reports as missing; undefined for any other error, such as a missing file of Howdah. */
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
