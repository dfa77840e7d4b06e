import type { PipelineInput } from '../schema/pipeline.ts'
import type { PipelinePython, PythonInstall } from '../types-pipeline.ts'
import type { ResolveContext } from './context.ts'

type PythonInput = NonNullable<PipelineInput['python']>

/** The support of Debian 11 has ended. The first mirror may remove it; the second keeps what the first removed. */
const MIRRORS: readonly string[] = ['https://deb.debian.org', 'https://archive.debian.org']

/** The Python of streaming tasks with its defaults. @param directory where software is installed: /opt. */
export function pythonOf(
  input: PythonInput | undefined,
  directory: string,
  context: ResolveContext,
): PipelinePython {
  if (input?.version === undefined) {
    context.problems.warn(
      ['pipeline'],
      "streaming tasks get Python 3, and edX's own pipeline runs on 2.7 alone: write python: {version: 2.7, install: true}, or {version: 2.7} with its command where hosts have one, or python: {version: 3} where 3 is meant",
    )
  }
  const version = input?.version === 2.7 ? '2.7' : '3'
  checkBelongs(input ?? {}, version, context)
  const install = input?.install === true && version === '2.7' ? installOf(input, directory) : undefined
  if (install !== undefined) {
    return { version, command: `${install.directory}/bin/python2.7`, packages: [], install }
  }
  const own = version === '3' && input?.command === undefined ? ['python3'] : []
  return { version, command: input?.command ?? `/usr/bin/python${version}`, packages: input?.packages ?? own }
}

const installOf = ({ mirrors }: PythonInput, directory: string): PythonInstall => ({
  directory: `${directory}/python/2.7`,
  mirrors: mirrors ?? MIRRORS,
})

/** A key that another key excludes would have no effect, so it is an error. */
function checkBelongs(input: PythonInput, version: string, { problems }: ResolveContext): void {
  const unused = (key: keyof PythonInput, message: string, expected: string, next: string) =>
    problems.add({
      code: 'SPEC_KEY_NOT_USED',
      path: ['pipeline', 'python', key],
      at: 'key',
      message,
      found: String(input[key]),
      expected,
      next,
    })
  if (input.install === true && version === '3') {
    unused(
      'install',
      'pipeline.python.install brings Python 2.7, and the version is 3, which the packages of each host bring',
      'version: 2.7',
      'write version: 2.7, or remove install',
    )
  }
  if (input.mirrors !== undefined && input.install !== true) {
    unused(
      'mirrors',
      'pipeline.python.mirrors says where the packages of `install` come from, and `install` names none',
      'install: true',
      'write install: true, or remove mirrors',
    )
  }
  for (const key of ['command', 'packages'] as const) {
    if (input[key] === undefined || input.install !== true) continue
    unused(
      key,
      `pipeline.python.${key} names a Python that is there or that packages bring, and \`install\` brings one of its own`,
      `install, or ${key}`,
      `remove ${key}, or remove install`,
    )
  }
}
