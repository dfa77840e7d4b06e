import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { HowdahError } from '../../errors.ts'
import { preflight } from '../errors.ts'
import { hashFile } from '../hash.ts'

/** A tool to make a virtualenv of Python 2.7, and the reason for its version. */
export interface Tool {
  readonly name: string
  readonly version: string
  readonly sha256: string
  readonly reason: string
}

/** The hashes are those of the wheels in the Python Package Index. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'pip',
    version: '20.3.4',
    sha256: '217ae5161a0e08c0fb873858806e3478c9775caffce5168b50ec885e358c199d',
    reason: 'the last version for Python 2.7',
  },
  {
    name: 'setuptools',
    version: '44.1.1',
    sha256: '27a714c09253134e60a6fa68130f78c7037e5562c4f21f8f318f2ae900d152d5',
    reason: 'the last version for Python 2.7',
  },
  {
    name: 'wheel',
    version: '0.30.0',
    sha256: 'e721e53864f084f956f40f96124a74da0631ac13fbbd1ba99e8e2b5e9cafdf64',
    reason: 'later versions write no metadata.json, and without it distlib 0.2.2 does not find a package',
  },
  {
    name: 'virtualenv',
    version: '16.7.10',
    sha256: '105893c8dc66b7817691c7371439ec18e3b6c5e323a304b5ed96cdd2e75cc1ec',
    reason: 'the last version that copies Python and has no dependencies',
  },
]

const wheelOf = ({ name, version }: Tool): string => `${name}-${version}-py2.py3-none-any.whl`

/** The wheel of virtualenv, which runs directly from it. */
export const virtualenvWheel = (tools: readonly Tool[]): string =>
  tools.filter(({ name }) => name === 'virtualenv').map(wheelOf)[0] ?? ''

/** pip's requirements for the packages that a virtualenv gets first. */
export const toolsText = (tools: readonly Tool[]): string =>
  tools
    .filter(({ name }) => name !== 'virtualenv')
    .map(({ name, version, reason }) => `# ${reason}\n${name}==${version}\n`)
    .join('')

/** A file of a wheelhouse, with its hash. */
export type Wheel = readonly [name: string, sha256: string]

/**
 * The wheels and source packages of a directory, sorted. The tools must be among them, each with its known hash.
 * @throws HowdahError ARTIFACT_WHEELS.
 */
export async function wheelsIn(
  directory: string,
  tools: readonly Tool[],
  signal?: AbortSignal,
): Promise<readonly Wheel[]> {
  const names = await readdir(directory).catch(() => {
    throw wheelsError(directory, 'no such directory', 'a directory of wheels')
  })
  const packages = names.filter((name) => /\.(whl|zip|tar\.(gz|bz2))$/.test(name)).sort()
  const wheels: Wheel[] = []
  for (const name of packages) {
    wheels.push([name, await hashFile(join(directory, name), 'sha256', signal)])
  }
  const found = new Map(wheels)
  for (const tool of tools) {
    const hash = found.get(wheelOf(tool))
    if (hash === tool.sha256) continue
    const what = hash === undefined ? `no ${wheelOf(tool)}` : `${wheelOf(tool)} with sha256 ${hash}`
    throw wheelsError(directory, what, `${wheelOf(tool)} with sha256 ${tool.sha256}`)
  }
  return wheels
}

const wheelsError = (directory: string, found: string, expected: string): HowdahError =>
  preflight('ARTIFACT_WHEELS', {
    message: `${directory} is not a complete wheelhouse for Python 2.7`,
    found,
    expected,
    where: 'pipeline.source.wheels',
    next: `python3 -m pip download --no-deps --dest ${directory} ${TOOLS.map(({ name, version }) => `${name}==${version}`).join(' ')}`,
  })
