import type { Host } from '../../config/types.ts'
import type { Pipeline, PipelinePython } from '../../config/types-pipeline.ts'
import type { Fact, Package, Resource } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import type { ComponentContext } from '../types.ts'
import { PIPELINE } from './paths.ts'
import { installedPython } from './python-install.ts'

/** Modules that a task loads before its own code runs. */
export const modulesOf = ({ version }: PipelinePython): readonly string[] =>
  version === '2.7' ? ['json', 'pkg_resources'] : ['json']

/** Prints the version and exits. An import that fails names the module. */
const program = (python: PipelinePython): string =>
  [
    'import sys',
    ...modulesOf(python).map((name) => `import ${name}`),
    "sys.stdout.write('%d.%d' % sys.version_info[:2])",
  ].join('\n')

/** Prints `python=`: `ok`, `absent`, or an error. */
export function probePython(python: PipelinePython): string {
  const wanted = python.version === '3' ? '3.*' : python.version
  return [
    sh`if ! [ -x ${python.command} ]; then echo python=absent; exit 0; fi`,
    // Warnings are on stderr, and are not the version.
    sh`run() { ${python.command} -c ${program(python)}; }`,
    'if said=$(run 2>/dev/null); then',
    `  case $said in *[!0-9.]* | '') echo "python=its version could not be read: $(printf '%s' "$said" | head -n 1)" ;; ${wanted}) echo python=ok ;; *) echo "python=is version $said" ;; esac`,
    'else',
    '  said=$(run 2>&1) || :',
    `  printf 'python=%s\\n' "$(printf '%s\\n' "$said" | tail -n 1)"`,
    'fi',
  ].join('\n')
}

const advice = ({ version, command }: PipelinePython, host: Host): string =>
  version === '2.7'
    ? `write install: true beside version in pipeline.python, and Howdah installs it; or install a Python 2.7 with setuptools (pkg_resources) as ${command} on ${host.name}, or write pipeline.python.command`
    : `install Python 3 as ${command} on ${host.name}, or write pipeline.python.packages`

/**
 * The Python of streaming tasks. A fact reads it before anything changes, so that the first job does not fail without
 * it.
 */
export function pythonResources(host: Host, { python }: Pipeline, context: ComponentContext): Resource[] {
  // A broken installation is not a reason to refuse: the installation repairs it.
  if (python.install !== undefined) return installedPython(host, python.install, context)
  const fact: Fact = {
    type: 'fact',
    id: 'fact:pipeline-python',
    component: PIPELINE,
    title: `Python ${python.version} at ${python.command}`,
    script: probePython(python),
    must: [
      {
        key: 'python',
        // A package may not be installed yet, but a Python that exists must be right.
        oneOf: python.packages.length > 0 ? ['ok', 'absent'] : ['ok'],
        message: `${host.name} has no Python ${python.version} at ${python.command} that tasks can run on: {value}`,
        next: advice(python, host),
      },
    ],
  }
  const packages: Package[] =
    python.packages.length === 0
      ? []
      : [{ type: 'package', id: 'package:pipeline-python', component: PIPELINE, names: python.packages }]
  return [fact, ...packages]
}
