import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test, vi } from 'vitest'
import { bundleProvider, writeBundle } from '../../provisioners/artifacts/bundle.ts'
import { PYTHON_VERSION } from '../../provisioners/artifacts/layout.ts'
import { unpackDeb } from '../../provisioners/artifacts/python/deb.ts'
import { type PythonPackages, pythonProvider } from '../../provisioners/artifacts/python/index.ts'
import { LIBRARY_PACKAGES, PYTHON_PACKAGES } from '../../provisioners/artifacts/python/packages.ts'
import type { ArtifactsResolution } from '../../provisioners/artifacts/resolve.ts'
import { resolveArtifacts } from '../../provisioners/artifacts/resolve.ts'
import { aDeb } from './deb-support.ts'
import { blob, digest, newContext, refusal, scratch, serve } from './support.ts'

const REQUEST = { name: 'python', version: PYTHON_VERSION } as const
const [PYTHON, SSL] = ['debian/pool/python.deb', 'debian-security/pool/libssl.deb']

/** Two packages in the shape of Debian's. */
async function debian() {
  const lib = 'usr/lib/x86_64-linux-gnu'
  const python = await aDeb({
    'usr/bin/python2.7': 'the program',
    'usr/lib/python2.7/os.py': 'os',
    'usr/lib/python2.7/sitecustomize.py': '-> /etc/python2.7/sitecustomize.py',
    'usr/lib/python2.7/config-x86_64-linux-gnu/libpython2.7.a': 'static',
    'usr/lib/python2.7/lib-dynload/nis.x86_64-linux-gnu.so': 'nis',
    'usr/lib/python2.7/lib-dynload/_ssl.x86_64-linux-gnu.so': 'ssl',
    'usr/include/python2.7/pyconfig.h': '#include <x86_64-linux-gnu/python2.7/pyconfig.h>',
    'usr/include/x86_64-linux-gnu/python2.7/pyconfig.h': 'real',
    'usr/share/doc/python2.7/copyright': 'words',
  })
  const ssl = await aDeb({
    [`${lib}/libssl.so.1.1.1`]: 'library',
    [`${lib}/libssl.so.1.1`]: '-> libssl.so.1.1.1',
    [`${lib}/engines-1.1/afalg.so`]: 'engine',
    'lib/x86_64-linux-gnu/libtinfo.so.6': 'terminals',
  })
  const packages: PythonPackages = {
    python: [[PYTHON, digest(python, 'sha256')]],
    libraries: [[SSL, digest(ssl, 'sha256')]],
  }
  return { packages, routes: { [`/${PYTHON}`]: python, [`/${SSL}`]: ssl } }
}

test("makes one tree of Debian's packages, with what it links to, and the same bytes each time", async () => {
  const { packages, routes } = await debian()
  const { url } = await serve(routes)
  const made = await pythonProvider([`${url}/`], packages).fetch(REQUEST, await newContext())
  expect(made).toMatchObject({
    fileName: `howdah-python-${PYTHON_VERSION}-amd64.tar.gz`,
    layoutPath: `howdah/python-${PYTHON_VERSION}/howdah-python-${PYTHON_VERSION}-amd64.tar.gz`,
    origin: 'Debian 11',
  })
  const out = await scratch()
  await execa('tar', ['-xzf', made.file, '-C', out, '--strip-components=1'])
  const { stdout } = await execa('find', ['.', '!', '-type', 'd', '-printf', '%P %l\\n'], { cwd: out })
  expect(stdout.split('\n').sort()).toEqual([
    'bin/python2.7 ',
    'include/python2.7/pyconfig.h ',
    'lib/libssl.so.1.1 libssl.so.1.1.1',
    'lib/libssl.so.1.1.1 ',
    'lib/libtinfo.so.6 ',
    'lib/python2.7/lib-dynload/_ssl.x86_64-linux-gnu.so ',
    'lib/python2.7/os.py ',
  ])
  expect(await readFile(join(out, 'include/python2.7/pyconfig.h'), 'utf8')).toBe('real')
  const again = await pythonProvider([url], packages).fetch(REQUEST, await newContext())
  expect(again.sha256).toBe(made.sha256)
})

test('uses the next mirror when one lacks the package, and the cache the second time', async () => {
  const { packages, routes } = await debian()
  const [gone, kept] = [await serve({}), await serve(routes)]
  const context = await newContext()
  const provider = pythonProvider([gone.url, kept.url], packages)
  const made = await provider.fetch(REQUEST, context)
  expect([gone.requests, kept.requests].map((list) => list.length)).toEqual([2, 2])
  expect(await pythonProvider(['http://127.0.0.1:1'], packages).fetch(REQUEST, context)).toEqual(made)
  const left = await execa('find', [join(context.cacheDir, 'partial'), '-type', 'f'])
  expect(left.stdout).toBe('')
})

test('refuses another package with the pinned name, and a missing one', async () => {
  const { packages, routes } = await debian()
  const wrong = await serve({ ...routes, [`/${SSL}`]: await aDeb({ 'usr/lib/x': 'hostile' }) })
  const error = await refusal(pythonProvider([wrong.url], packages).fetch(REQUEST, await newContext()))
  expect(error).toMatchObject({ code: 'ARTIFACT_CHECKSUM', exitCode: 13 })
  expect(error.message).toContain('libssl.deb')
  const { url } = await serve({})
  const missing = await refusal(pythonProvider([url], packages).fetch(REQUEST, await newContext()))
  expect(missing.details).toMatchObject({
    code: 'ARTIFACT_NOT_FOUND',
    expected: 'python.deb',
    detail: `${url}/${PYTHON}`,
    next: expect.stringContaining('pipeline.python.mirrors'),
  })
})

test('unpacks the files of a package, with any compression', async () => {
  for (const compression of ['xz', 'gz'] as const) {
    const [file, out] = [join(await scratch(), 'a.deb'), await scratch()]
    await writeFile(file, await aDeb({ 'usr/bin/a': 'a', 'usr/bin/b': '-> a' }, compression))
    await unpackDeb(file, out)
    expect(await readFile(join(out, 'usr/bin/b'), 'utf8')).toBe('a')
  }
})

test('reports what is missing for a package that does not unpack', async () => {
  const file = join(await scratch(), 'a.deb')
  await writeFile(file, blob(2000))
  expect((await refusal(unpackDeb(file, await scratch()))).details).toMatchObject({
    code: 'ARTIFACT_UNPACK',
    found: 'no data.tar in it',
  })
  const whole = await aDeb({ 'usr/bin/a': 'a' })
  await writeFile(file, whole.subarray(0, whole.length - 40))
  expect((await refusal(unpackDeb(file, await scratch()))).code).toBe('ARTIFACT_UNPACK')
  await writeFile(file, whole)
  // A machine with tar and without xz.
  const bin = await scratch()
  await execa('ln', ['-s', (await execa('which', ['tar'])).stdout, join(bin, 'tar')])
  vi.stubEnv('PATH', bin)
  try {
    const error = await refusal(unpackDeb(file, await scratch()))
    expect(error.details).toMatchObject({ code: 'ARTIFACT_UNPACK', next: 'apt-get install tar xz-utils' })
    expect(error.details.found).toMatch(/xz/)
  } finally {
    vi.unstubAllEnvs()
  }
})

test('every package is pinned once, by a full hash and a path in Debian’s pool', () => {
  const all = [...PYTHON_PACKAGES, ...LIBRARY_PACKAGES]
  const unfit = all.filter(
    ([path, hex]) =>
      !/^debian(-security)?\/pool\/(updates\/)?main\/\S+_(amd64|all)\.deb$/.test(path) ||
      !/^[0-9a-f]{64}$/.test(hex),
  )
  expect(unfit).toEqual([])
  expect(new Set(all.map(([path]) => path)).size).toBe(all.length)
})

/** A cluster of local files, so that only Python would be downloaded. */
async function spec(pipeline: ArtifactsResolution['pipeline']): Promise<ArtifactsResolution> {
  const file = join(await scratch(), 'some.tar.gz')
  const data = blob(500)
  await writeFile(file, data)
  const source = { url: file, sha256: digest(data, 'sha256') }
  return {
    artifacts: {
      provider: 'file',
      files: { hadoop: source, hive: source, sqoop: source, extras: source },
      delivery: { kind: 'push' },
    },
    versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
    java: { jdks: {} },
    ...(pipeline && { pipeline }),
  }
}

test('is fetched only where it is installed', async () => {
  const none = await resolveArtifacts(await spec({ python: {} }), await newContext())
  expect(none.artifacts.python).toBeUndefined()
  const install = { mirrors: ['http://127.0.0.1:1'] }
  const error = await refusal(resolveArtifacts(await spec({ python: { install } }), await newContext()))
  expect(error).toMatchObject({ code: 'ARTIFACT_NETWORK', exitCode: 11 })
})

test('comes from a bundle when no mirror can be reached, also for hosts that pull', async () => {
  const { packages, routes } = await debian()
  const { url } = await serve(routes)
  const context = await newContext()
  const python = await pythonProvider([url], packages).fetch(REQUEST, context)
  const { artifacts } = await resolveArtifacts(await spec(undefined), context)
  const bundle = join(await scratch(), 'bundle.tar')
  await writeBundle([...Object.values(artifacts), python], bundle)
  const install = { mirrors: ['http://127.0.0.1:1'] }
  const found = await resolveArtifacts(await spec({ python: { install } }), await newContext(), { bundle })
  expect(found.artifacts.python).toMatchObject({ sha256: python.sha256, origin: 'bundle.tar' })
  // A bundle of a version of Howdah that pins other packages is not used.
  const provider = await bundleProvider(bundle)
  const other = await refusal(provider.fetch({ ...REQUEST, version: '2.7.18-0' }, await newContext()))
  expect(other.code).toBe('ARTIFACT_NOT_IN_BUNDLE')
})
