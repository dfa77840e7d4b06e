import type { Host } from '../../config/types.ts'
import type { PythonInstall } from '../../config/types-pipeline.ts'
import { isUnchanged } from '../../engine/resources/manifest.ts'
import type { Action, Fact, Resource } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'
import { archive, artifactOf, file, markerOf, symlink } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { COMMANDS, PIPELINE } from './paths.ts'

/**
 * Python 2.7 on a release that has none. Its packages of Debian 11 are not installed with apt, because dpkg would then
 * have packages that no source of the host offers, such as libssl1.1 and libffi7. A release upgrade may remove those
 * (newer packages conflict with them), `autoremove` lists them, every host would need a correct pin, and the index that
 * apt would check has expired. So their files are unpacked into Howdah's own directory, without dpkg: `apt-get
 * upgrade`, `dist-upgrade` and `autoremove` do not change them, and do not fail because of them.
 */

/** The C library of Debian 11. Its programs need this version or a newer one. */
const GLIBC = '2.31'

/** Modules that link to a library, and modules that tasks load. */
const MODULES = 'ssl, hashlib, sqlite3, ctypes, json, bz2, pyexpat, readline, bsddb, pkg_resources'

/** Prints `platform=`: `ok`, or the reason why it is not. */
export const probePlatform = (): string => `
arch=$(uname -m)
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc //p')
if [ "$arch" != x86_64 ]; then echo "platform=its processor is $arch"
elif [ -z "$libc" ]; then echo 'platform=its C library is not glibc'
elif [ "$(printf '%s\\n' ${GLIBC} "$libc" | sort -V | head -n 1)" != ${GLIBC} ]; then echo "platform=its glibc is $libc"
else echo platform=ok; fi
`

const platform = (host: Host): Fact => ({
  type: 'fact',
  id: 'fact:pipeline-python-platform',
  component: PIPELINE,
  title: 'a system that Python 2.7 of Debian 11 runs on',
  script: probePlatform(),
  must: [
    {
      key: 'platform',
      oneOf: ['ok'],
      message: `the Python 2.7 that Howdah installs does not run on ${host.name}: {value}`,
      next: `use a host with amd64 and Debian 11, Ubuntu 20.04 or a later one; or install a Python 2.7 with setuptools on ${host.name} yourself, and name it by pipeline.python.command instead of install`,
    },
  ],
})

/**
 * The file that lists the libraries for the loader, for Python and for copies of its program in virtualenvs. The loader
 * reads these files in the order of their names and uses the first library of a name. The host's libraries come first,
 * so no program of the host uses an older library than its own.
 */
const loaderFile = '/etc/ld.so.conf.d/zz-howdah-python2.7.conf'

const loaderText = (libraries: string): string => `# Howdah: libraries of Python 2.7. Last on purpose.
${libraries}
`

/** Compiles the modules to bytecode once. Tasks cannot write there, and each would compile them again. */
function ready({ directory }: PythonInstall, sha256: string): Action {
  const program = `${directory}/bin/python2.7`
  const loads = sh`${program} -c ${`import ${MODULES}`}`
  return {
    type: 'action',
    id: 'action:pipeline-python',
    component: PIPELINE,
    title: 'Python 2.7 loads all of its modules',
    probe: [
      '# The error is not shown here: the action repairs a module that does not load, and reports it.',
      sh`if grep -qsx ${sha256} ${markerOf(directory)} && [ -f ${`${directory}/lib/python2.7/os.pyc`} ] && ${raw(loads)} >/dev/null 2>&1 && ${raw(isUnchanged(directory))}`,
      'then echo done=yes; else echo done=no; fi',
    ].join('\n'),
    run: ['/sbin/ldconfig', sh`${program} -m compileall -q ${`${directory}/lib/python2.7`}`, loads].join(
      '\n',
    ),
    timeoutSeconds: 300,
    after: ['archive:pipeline-python', `file:${loaderFile}`],
  }
}

/** Python 2.7 with its libraries and pkg_resources. It does not replace the host's own Python. */
export function installedPython(host: Host, install: PythonInstall, context: ComponentContext): Resource[] {
  const artifact = artifactOf(context, 'python')
  const { directory } = install
  return [
    platform(host),
    archive(PIPELINE, 'pipeline-python', directory, artifact),
    file(PIPELINE, loaderFile, loaderText(`${directory}/lib`)),
    ready(install, artifact.sha256),
    symlink(PIPELINE, `${COMMANDS}/python2.7`, `${directory}/bin/python2.7`, ['action:pipeline-python']),
  ]
}
