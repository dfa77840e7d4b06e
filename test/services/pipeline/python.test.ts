import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Action, Archive, File, Resource } from '../../../provisioners/engine/types.ts'
import { pipeline } from '../../../provisioners/services/pipeline/index.ts'
import { probePlatform } from '../../../provisioners/services/pipeline/python-install.ts'
import { scratch } from '../../support/scratch.ts'
import { contextOf, FIVE } from '../a-context.ts'
import { runSh } from '../run-sh.ts'

const INSTALL = `${FIVE}pipeline: {python: {version: 2.7, install: true}}\n`
const OURS = [
  'fact:pipeline-python-platform',
  'archive:pipeline-python',
  'file:/etc/ld.so.conf.d/zz-howdah-python2.7.conf',
  'action:pipeline-python',
  'symlink:/usr/local/bin/python2.7',
]

const on = (name: string, text = INSTALL): readonly Resource[] => {
  const context = contextOf(text)
  const host = context.cluster.hosts.find((each) => each.name === name)
  if (!host) throw new Error(`no host ${name}`)
  return pipeline.resources(host, context)
}
const ids = (resources: readonly Resource[]): string[] => resources.map(({ id }) => id)
const only = <Kind extends Resource>(id: string, text = INSTALL): Kind =>
  on('w1', text).find((each) => each.id === id) as Kind

describe('Python 2.7, installed', () => {
  it('is the same on the master and on each worker, and not on hosts of databases', () => {
    for (const host of ['m1', 'w1', 'w2']) {
      expect(ids(on(host)).filter((id) => OURS.includes(id))).toEqual(OURS)
    }
    expect(on('lms')).toEqual([])
    expect(only<Archive>('archive:pipeline-python')).toMatchObject({
      path: '/opt/python/2.7',
      fileName: 'python-2.7.18-1.tar.gz',
    })
  })

  it('needs no package of the host, and tasks run on it', () => {
    expect(ids(on('w1')).filter((id) => id.startsWith('package:'))).toEqual(['package:mysqldump'])
    expect(only<File>('file:/etc/luigi/client.cfg').content).toContain(
      'python-executable = /opt/python/2.7/bin/python2.7\n',
    )
  })

  it('lets libraries of the host come before its own', () => {
    const { path, content } = only<File>('file:/etc/ld.so.conf.d/zz-howdah-python2.7.conf')
    expect(content.split('\n').filter((line) => !line.startsWith('#'))).toEqual(['/opt/python/2.7/lib', ''])
    const debian = '/etc/ld.so.conf.d/x86_64-linux-gnu.conf'
    expect([path, debian].sort()[0]).toBe(debian)
  })

  it('refuses a host that it cannot run on, with the reason', () => {
    expect(only('fact:pipeline-python-platform')).toMatchObject({
      must: [{ oneOf: ['ok'], message: expect.stringContaining('does not run on w1: {value}') }],
    })
    const asked = (arch: string, libc: string) => {
      const bin = scratch('howdah-platform-')
      for (const [name, said] of [
        ['uname', arch],
        ['getconf', libc],
      ] as const) {
        writeFileSync(join(bin, name), `#!/bin/sh\n${said === '' ? 'exit 1' : `echo ${said}`}\n`)
        chmodSync(join(bin, name), 0o755)
      }
      return runSh(probePlatform(), { PATH: `${bin}:${process.env.PATH}` }).values.platform
    }
    expect(asked('x86_64', 'glibc 2.31')).toBe('ok')
    expect(asked('x86_64', 'glibc 2.41')).toBe('ok')
    expect(asked('x86_64', 'glibc 2.4')).toBe('its glibc is 2.4')
    expect(asked('x86_64', 'glibc 2.28')).toBe('its glibc is 2.28')
    expect(asked('aarch64', 'glibc 2.41')).toBe('its processor is aarch64')
    expect(asked('x86_64', '')).toBe('its C library is not glibc')
  })
})

describe('what makes it ready', () => {
  /** The directory of an installation with `body` as its program, and the action for it. */
  function installation(body: string) {
    const root = scratch('howdah-python-')
    const text = `${INSTALL}directories: {install: ${root}}\n`
    const action = only<Action>('action:pipeline-python', text)
    const { path, sha256 } = only<Archive>('archive:pipeline-python', text)
    const write = (name: string, content: string) => {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), content)
      chmodSync(join(path, name), 0o755)
    }
    write('bin/python2.7', `#!/bin/sh\n${body}\n`)
    write('.howdah-archive', `${sha256}\n`)
    write('.howdah-manifest', '')
    const done = () => runSh(action.probe).values.done
    return { path, write, done, action }
  }
  const GOOD = 'exit 0'

  it('is done if the modules load and are compiled, and the tree is the desired one', () => {
    const { write, done } = installation(GOOD)
    expect(done()).toBe('no')
    write('lib/python2.7/os.pyc', '')
    expect(done()).toBe('yes')
    // The tree will be replaced, so the same run prepares it again.
    write('.howdah-archive', `${'0'.repeat(64)}\n`)
    expect(done()).toBe('no')
  })

  it('is not done if a module does not load, and reports which one', () => {
    const { write, done, action } = installation(
      'echo "ImportError: libssl.so.1.1: cannot open shared object file" >&2; exit 1',
    )
    write('lib/python2.7/os.pyc', '')
    expect(done()).toBe('no')
    const { exit, stderr } = runSh(`set -eu\n${action.run.replace('/sbin/ldconfig', ':')}`)
    expect(exit).toBe(1)
    expect(stderr).toContain('libssl.so.1.1')
  })

  it('runs ldconfig first, then compiles, then loads every module that links to a library', () => {
    const { path, action } = installation(GOOD)
    const log = join(path, 'log')
    writeFileSync(join(path, 'bin/python2.7'), `#!/bin/sh\necho "$*" >>${log}\n`)
    runSh(`set -eu\n${action.run.replace('/sbin/ldconfig', `echo loader >>${log}`)}`)
    expect(existsSync(log)).toBe(true)
    expect(readFileSync(log, 'utf8').split('\n')).toEqual([
      'loader',
      `-m compileall -q ${path}/lib/python2.7`,
      expect.stringMatching(/^-c import ssl, .*sqlite3.*pkg_resources$/),
      '',
    ])
    expect(action.after).toEqual([
      'archive:pipeline-python',
      'file:/etc/ld.so.conf.d/zz-howdah-python2.7.conf',
    ])
  })
})
