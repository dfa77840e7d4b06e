import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test, vi } from 'vitest'
import {
  type SourceSpec,
  sourceProvider,
  sourceVersion,
} from '../../provisioners/artifacts/python/pipeline-source.ts'
import { TOOLS, type Tool } from '../../provisioners/artifacts/python/wheelhouse.ts'
import { resolveArtifacts } from '../../provisioners/artifacts/resolve.ts'
import { blob, digest, newContext, refusal, scratch } from './support.ts'

const REQUEST = { name: 'pipeline', version: 'v1' } as const

const tool = (name: string, version: string): Tool => ({
  ...{ name, version, reason: 'a reason' },
  sha256: digest(`${name} ${version}`, 'sha256'),
})
/** Tools of these tests, whose wheels are a line of text each. */
const OWN = [tool('pip', '20.3.4'), tool('wheel', '0.30.0'), tool('virtualenv', '16.7.10')]

async function wheelhouse(): Promise<string> {
  const dir = await scratch()
  for (const { name, version } of OWN) {
    await writeFile(join(dir, `${name}-${version}-py2.py3-none-any.whl`), `${name} ${version}`)
  }
  await writeFile(join(dir, 'ciso8601-1.0.3.tar.gz'), blob(100))
  await writeFile(join(dir, 'README'), 'no package')
  return dir
}

/** A repository with the tags v1 and v2, and a function that commits. */
async function repository() {
  const root = await scratch()
  const git = async (...args: string[]) =>
    (await execa('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args])).stdout
  await git('init', '--quiet', '--initial-branch=main')
  const commit = async (text: string, tag: string) => {
    await writeFile(join(root, 'setup.py'), text)
    await git('add', '--all')
    await git('commit', '--quiet', '-m', tag)
    await git('tag', tag)
    return git('rev-parse', 'HEAD')
  }
  return { root, commits: [await commit('one', 'v1'), await commit('two', 'v2')], commit }
}

async function unpacked(file: string): Promise<string> {
  const out = await scratch()
  await execa('tar', ['-xzf', file, '-C', out, '--strip-components=1'])
  return out
}

const setupOf = async (source: SourceSpec, context: Awaited<ReturnType<typeof newContext>>) => {
  const { file } = await sourceProvider(source, OWN).fetch(REQUEST, context)
  return readFile(join(await unpacked(file), 'repo/setup.py'), 'utf8')
}

test('packs a ref with its wheels, so that a host needs nothing else', async () => {
  const [{ root }, wheels] = [await repository(), await wheelhouse()]
  const source: SourceSpec = { from: { kind: 'git', url: root, ref: 'v1' }, wheels }
  const made = await sourceProvider(source, OWN).fetch(REQUEST, await newContext())
  expect(made.origin).toMatch(new RegExp(`^${root} [0-9a-f]{12}$`))
  const out = await unpacked(made.file)
  expect((await readdir(out)).sort()).toEqual(['repo', 'tools.txt', 'virtualenv.whl', 'wheels'])
  expect((await readdir(join(out, 'wheels'))).sort()).toEqual([
    'ciso8601-1.0.3.tar.gz',
    'pip-20.3.4-py2.py3-none-any.whl',
    'wheel-0.30.0-py2.py3-none-any.whl',
  ])
  expect(await readFile(join(out, 'virtualenv.whl'), 'utf8')).toBe('virtualenv 16.7.10')
  const tools = (await readFile(join(out, 'tools.txt'), 'utf8')).split('\n')
  expect(tools.filter((line) => !line.startsWith('#'))).toEqual(['pip==20.3.4', 'wheel==0.30.0', ''])
  expect(await readdir(join(out, 'repo'))).toEqual(['setup.py'])
  const again = await sourceProvider(source, OWN).fetch(REQUEST, await newContext())
  expect(again.sha256).toBe(made.sha256)
})

test('resolves a branch by git each time, and a full commit only once', async () => {
  const [{ root, commits, commit }, wheels, context] = [
    await repository(),
    await wheelhouse(),
    await newContext(),
  ]
  const at = (ref: string): SourceSpec => ({ from: { kind: 'git', url: root, ref }, wheels })
  expect(await setupOf(at('main'), context)).toBe('two')
  await commit('three', 'v3')
  expect(await setupOf(at('main'), context)).toBe('three')
  expect(await setupOf(at('v1'), context)).toBe('one')
  await rm(root, { recursive: true })
  expect(await setupOf(at(String(commits[0])), context)).toBe('one')
  const gone = await refusal(sourceProvider(at('main'), OWN).fetch(REQUEST, context))
  expect(gone.details).toMatchObject({ code: 'ARTIFACT_SOURCE', where: root, next: `git ls-remote ${root}` })
})

test('another wheel is another artifact, of the same ref', async () => {
  const [{ root }, wheels] = [await repository(), await wheelhouse()]
  const source: SourceSpec = { from: { kind: 'git', url: root, ref: 'v1' }, wheels }
  const context = await newContext()
  const first = await sourceProvider(source, OWN).fetch(REQUEST, context)
  await writeFile(join(wheels, 'new-1.0.tar.gz'), 'new')
  expect((await sourceProvider(source, OWN).fetch(REQUEST, context)).sha256).not.toBe(first.sha256)
})

test('accepts a tarball with or without one directory at its top', async () => {
  const wheels = await wheelhouse()
  const dir = await scratch()
  await mkdir(join(dir, 'pipeline-1.0'))
  await writeFile(join(dir, 'pipeline-1.0/setup.py'), 'of a tarball')
  for (const [name, place] of [
    ['one.tar.gz', ['-C', dir, 'pipeline-1.0']],
    ['none.tar.gz', ['-C', join(dir, 'pipeline-1.0'), '.']],
  ] as const) {
    const file = join(await scratch(), name)
    await execa('tar', ['-czf', file, ...place])
    const source: SourceSpec = { from: { kind: 'tarball', file }, wheels }
    expect(sourceVersion(source)).toBe(name)
    expect(await setupOf(source, await newContext())).toBe('of a tarball')
  }
})

test('refuses a missing ref, a file that is not a tarball, and a source that is not a package', async () => {
  const [{ root }, wheels] = [await repository(), await wheelhouse()]
  const of = async (from: SourceSpec['from']) =>
    (await refusal(sourceProvider({ from, wheels }, OWN).fetch(REQUEST, await newContext()))).details
  expect(await of({ kind: 'git', url: root, ref: 'v9' })).toMatchObject({
    code: 'ARTIFACT_SOURCE',
    found: 'no v9 in it',
  })
  const file = join(await scratch(), 'p.tar.gz')
  expect(await of({ kind: 'tarball', file })).toMatchObject({
    code: 'ARTIFACT_SOURCE',
    found: 'no such file',
  })
  await writeFile(file, 'text')
  expect(await of({ kind: 'tarball', file })).toMatchObject({ code: 'ARTIFACT_SOURCE', where: file })
  await execa('tar', ['-czf', file, '-C', wheels, 'README'])
  expect(await of({ kind: 'tarball', file })).toMatchObject({
    code: 'ARTIFACT_SOURCE',
    found: 'no setup.py in it',
  })
})

test('reports that git is missing on this machine', async () => {
  const source: SourceSpec = { from: { kind: 'git', url: '/srv/p', ref: 'v1' }, wheels: await wheelhouse() }
  vi.stubEnv('PATH', await scratch())
  try {
    const { details } = await refusal(sourceProvider(source, OWN).fetch(REQUEST, await newContext()))
    expect(details).toMatchObject({ found: 'no git on this machine', next: 'apt-get install git' })
  } finally {
    vi.unstubAllEnvs()
  }
})

test('shows no password of an address', async () => {
  const source: SourceSpec = {
    from: { kind: 'git', url: 'https://ana:hunter2@127.0.0.1:1/p.git', ref: 'v1' },
    wheels: await wheelhouse(),
  }
  const error = await refusal(sourceProvider(source, OWN).fetch(REQUEST, await newContext()))
  expect(error.code).toBe('ARTIFACT_SOURCE')
  expect(JSON.stringify(error.details)).not.toContain('hunter2')
})

test('names the missing wheels, with the command that downloads them', async () => {
  const wheels = await wheelhouse()
  const file = join(await scratch(), 'p.tar.gz')
  await writeFile(file, 'text')
  const fetch = async (dir: string, tools: readonly Tool[]) =>
    (
      await refusal(
        sourceProvider({ from: { kind: 'tarball', file }, wheels: dir }, tools).fetch(
          REQUEST,
          await newContext(),
        ),
      )
    ).details
  expect(await fetch('/no/wheels', OWN)).toMatchObject({
    code: 'ARTIFACT_WHEELS',
    found: 'no such directory',
  })
  expect(await fetch(wheels, TOOLS)).toMatchObject({
    code: 'ARTIFACT_WHEELS',
    next: `python3 -m pip download --no-deps --dest ${wheels} pip==20.3.4 setuptools==44.1.1 wheel==0.30.0 virtualenv==16.7.10`,
  })
  await writeFile(join(wheels, 'wheel-0.30.0-py2.py3-none-any.whl'), 'another')
  expect((await fetch(wheels, OWN)).found).toContain('wheel-0.30.0-py2.py3-none-any.whl with sha256')
})

test('is a part of what a cluster installs, and of its bundle', async () => {
  const data = blob(500)
  const file = join(await scratch(), 'some.tar.gz')
  await writeFile(file, data)
  const any = { url: file, sha256: digest(data, 'sha256') }
  const source: SourceSpec = { from: { kind: 'tarball', file: '/no/p.tar.gz' }, wheels: '/no/wheels' }
  const error = await refusal(
    resolveArtifacts(
      {
        artifacts: {
          provider: 'file',
          files: { hadoop: any, hive: any, sqoop: any, extras: any },
          delivery: { kind: 'push' },
        },
        versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
        java: { jdks: {} },
        pipeline: { python: {}, source },
      },
      await newContext(),
    ),
  )
  expect(error.code).toBe('ARTIFACT_WHEELS')
})
