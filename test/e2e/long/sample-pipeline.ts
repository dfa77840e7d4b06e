import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { TOOLS } from '../../../provisioners/artifacts/python/wheelhouse.ts'

/**
 * A small pipeline like edX's: with pins of which some no longer exist, a requirement from git, a compiled module,
 * launchers, entry points of its own and of a dependency, and two tasks that run on a cluster. Its programs are in
 * test/stand-ins/pipeline.
 */

type Files = Readonly<Record<string, string>>

async function writeAll(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

const setup = (name: string, version: string, rest: string): string =>
  `from setuptools import setup, Extension\nsetup(name='${name}', version='${version}', ${rest})\n`

const NATIVE = `#include <Python.h>
static PyObject *twice(PyObject *self, PyObject *args) {
  int n;
  if (!PyArg_ParseTuple(args, "i", &n)) return NULL;
  return PyInt_FromLong(2 * n);
}
static PyMethodDef methods[] = {{"twice", twice, METH_VARARGS, ""}, {NULL, NULL, 0, NULL}};
PyMODINIT_FUNC initsample_native(void) { Py_InitModule("sample_native", methods); }
`

/** Source packages, like those of the Python Package Index. */
const PACKAGES: Readonly<Record<string, Files>> = {
  'sample-keys-1.0': {
    'setup.py': setup(
      'sample-keys',
      '1.0',
      "py_modules=['sample_keys'], entry_points={'sample.tasks': ['key = sample_keys:key']}",
    ),
    'sample_keys.py': 'def key():\n    return "key"\n',
  },
  'sample-native-1.0': {
    'setup.py': setup('sample-native', '1.0', "ext_modules=[Extension('sample_native', ['native.c'])]"),
    'native.c': NATIVE,
  },
  'sample-luigi-0.1': {
    'setup.py': setup('sample-luigi', '0.1', "py_modules=['sample_luigi']"),
    'sample_luigi.py': '',
  },
}

/** Wheels that the tasks need: the connector and its dependencies, for Python 2.7. */
const WHEELS = ['mysql-connector-python==8.0.23', 'protobuf==3.17.3', 'six==1.16.0']

const PROGRAMS = fileURLToPath(new URL('../../stand-ins/pipeline/sample', import.meta.url))

/** The package: its launcher, two tasks with the names and options of edX's, and the programs for the workers. */
const programs = (): Files =>
  Object.fromEntries(
    readdirSync(PROGRAMS)
      .filter((name) => name.endsWith('.py'))
      .map((name) => [`sample/${name}`, readFileSync(join(PROGRAMS, name), 'utf8')]),
  )

/** The source at one version; \`more\` is another requirement. */
export const sampleSource = (version: string, more = ''): Files => ({
  'setup.py': setup(
    'sample-pipeline',
    version,
    "packages=['sample'], entry_points={'console_scripts': ['launch-task = sample:main', 'remote-task = sample:main'], 'sample.tasks': ['task = sample:task']}",
  ),
  ...programs(),
  'sample/version.py': `VERSION = '${version}'\n`,
  // An old pin that is not in the wheelhouse.
  'requirements/pip.txt': 'pip==9.0.1\nsetuptools==44.1.1\nwheel==0.30.0',
  'requirements/extra.txt': `# What is at an address of its own.
http://cdn.example.org/Downloads/mysql-connector-python-1.2.2.zip  \t# a comment
`,
  'requirements/default.txt': `# Pins of their day.
--no-binary ansible

ansible==1.4.5
sample-keys==1.0   # a comment
sample-native==1.0
wheel==0.30.0
protobuf==3.17.3
six==1.16.0
snowflake-connector-python==1.7.2
psycopg2==2.6.2
-e git+https://git.example.org/luigi.git@eb45bcc5#egg=sample-luigi
${more}
`,
})

/** A repository with a tag for each version. */
export async function sampleRepository(root: string, versions: readonly string[]): Promise<void> {
  await mkdir(root, { recursive: true })
  const git = (...args: string[]) =>
    execa('git', ['-C', root, '-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args])
  await git('init', '--quiet')
  for (const version of versions) {
    await writeAll(root, sampleSource(version))
    await git('add', '--all')
    await git('commit', '--quiet', '-m', version)
    await git('tag', version)
  }
}

/** A tarball of the source with a requirement that does not exist. */
export async function sampleTarball(dir: string, version: string, more: string): Promise<string> {
  await writeAll(join(dir, 'tarball/sample'), sampleSource(version, more))
  const file = join(dir, `sample-${version}.tar.gz`)
  await execa('tar', ['-czf', file, '-C', join(dir, 'tarball'), 'sample'])
  return file
}

/** The wheelhouse: the tools, downloaded with pip, and the source packages. */
export async function sampleWheels(dir: string): Promise<string> {
  const wheels = join(dir, 'wheels')
  await mkdir(wheels, { recursive: true })
  const tools = TOOLS.map(({ name, version }) => `${name}==${version}`)
  await execa('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '--dest', wheels, ...tools])
  const old = ['--only-binary=:all:', '--python-version', '2.7', '--implementation', 'py']
  await execa('python3', ['-m', 'pip', 'download', '-q', '--no-deps', ...old, '--dest', wheels, ...WHEELS])
  for (const [name, files] of Object.entries(PACKAGES)) {
    await writeAll(join(dir, 'packages', name), files)
    await execa('tar', ['-czf', join(wheels, `${name}.tar.gz`), '-C', join(dir, 'packages'), name])
  }
  return wheels
}
