import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { bundleProvider, readBundle, writeBundle } from '../../provisioners/artifacts/bundle.ts'
import { EXTRAS_VERSION } from '../../provisioners/artifacts/layout.ts'
import { resolveArtifacts } from '../../provisioners/artifacts/resolve.ts'
import type { Artifact, ArtifactName } from '../../provisioners/artifacts/types.ts'
import { blob, digest, newContext, refusal, scratch } from './support.ts'

const anArtifact = async (name: ArtifactName, version: string, content: Buffer): Promise<Artifact> => {
  const fileName = `${name}-${version}.tar.gz`
  const file = join(await scratch(), fileName)
  await writeFile(file, content)
  return {
    ...{ name, version, fileName, file, layoutPath: `${name}/${fileName}`, origin: 'maven' },
    ...{ sha256: digest(content, 'sha256'), bytes: content.length },
  }
}

const software = async (): Promise<Artifact[]> => [
  await anArtifact('hadoop', '3.4.2', blob(50_000)),
  await anArtifact('hive', '3.1.3', blob(40_000)),
  await anArtifact('sqoop', '1.4.7', blob(30_000)),
  await anArtifact('extras', EXTRAS_VERSION, blob(20_000)),
  await anArtifact('jdk', '8', blob(10_000)),
]

const bundled = async (artifacts: readonly Artifact[]): Promise<string> => {
  const file = join(await scratch(), 'bundle.tar')
  await writeBundle(artifacts, file)
  return file
}

/** A cluster with an unreachable mirror and JDK, so that all software is from the bundle. */
const airGap = (jdkSha256: string) => ({
  artifacts: {
    provider: 'mirror' as const,
    mirrors: ['http://127.0.0.1:1/dist'],
    delivery: { kind: 'pull' as const, baseUrl: 'http://127.0.0.1:1' },
  },
  versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
  java: {
    jdks: { 8: { kind: 'tarball' as const, url: 'http://127.0.0.1:1/jdk.tar.gz', sha256: jdkSha256 } },
  },
})

test('has all software of a cluster, and provides it without a network', async () => {
  const artifacts = await software()
  const file = await bundled(artifacts)
  const spec = airGap((artifacts[4] as Artifact).sha256)
  const found = await resolveArtifacts(spec, await newContext(), { bundle: file })
  for (const { name, sha256, file: original } of artifacts) {
    const came = name === 'jdk' ? found.jdkArtifacts[8] : found.artifacts[name]
    expect(came).toMatchObject({ name, sha256, origin: 'bundle.tar' })
    expect(await readFile(String(came?.file))).toEqual(await readFile(original))
    expect(came?.url).toBeUndefined()
  }
})

test('the same software gives the same bytes, and the lock file names each hash', async () => {
  const artifacts = await software()
  const [one, two] = [await bundled(artifacts), await bundled(artifacts)]
  expect(digest(await readFile(one))).toBe(digest(await readFile(two)))
  const { entries } = await readBundle(one)
  expect(entries.map(({ name, sha256 }) => [name, sha256])).toEqual(
    artifacts.map(({ name, sha256 }) => [name, sha256]),
  )
})

test('refuses a version that it does not have, and names those that it has', async () => {
  const file = await bundled(await software())
  const provider = await bundleProvider(file)
  const error = await refusal(provider.fetch({ name: 'hadoop', version: '3.4.1' }, await newContext()))
  expect(error.details).toMatchObject({ code: 'ARTIFACT_NOT_IN_BUNDLE', expected: 'hadoop 3.4.1' })
  expect(error.details.found).toContain('hadoop 3.4.2')
})

test("refuses another JDK than cluster.yml's, even under the same major", async () => {
  const file = await bundled(await software())
  const error = await refusal(resolveArtifacts(airGap('0'.repeat(64)), await newContext(), { bundle: file }))
  expect(error).toMatchObject({ code: 'ARTIFACT_NOT_IN_BUNDLE', exitCode: 13 })
})

/** The bundle with one of its files changed, by mistake or by an attacker. */
const tampered = async (change: (root: string) => Promise<void>): Promise<string> => {
  const file = await bundled(await software())
  const work = await scratch()
  await execa('tar', ['-xf', file, '-C', work])
  await change(join(work, 'howdah-bundle'))
  await rm(file)
  await execa('tar', ['-cf', file, '-C', work, 'howdah-bundle'])
  return file
}

test('refuses a file that is not the one of the lock file, and keeps nothing of it', async () => {
  const file = await tampered((root) => writeFile(join(root, 'hadoop-3.4.2/hadoop-3.4.2.tar.gz'), blob(99)))
  const context = await newContext()
  const provider = await bundleProvider(file)
  const error = await refusal(provider.fetch({ name: 'hadoop', version: '3.4.2' }, context))
  expect(error.code).toBe('ARTIFACT_CHECKSUM')
  const left = await readdir(context.cacheDir, { recursive: true })
  expect(left.filter((name) => name.endsWith('.tar.gz'))).toEqual([])
})

test('refuses a lock file that would write elsewhere', async () => {
  const file = await tampered(async (root) => {
    const lock = await readFile(join(root, 'lock.json'), 'utf8')
    await writeFile(join(root, 'lock.json'), lock.replace('hadoop-3.4.2.tar.gz"', '../../escaped.tar.gz"'))
  })
  expect((await refusal(bundleProvider(file))).code).toBe('ARTIFACT_BUNDLE')
})

test.each([
  ['no such file', async () => '/nowhere/bundle.tar'],
  [
    'another tarball',
    async () => {
      const dir = await scratch()
      await mkdir(join(dir, 'x'))
      await execa('tar', ['-cf', join(dir, 'x.tar'), '-C', dir, 'x'])
      return join(dir, 'x.tar')
    },
  ],
  [
    'half a bundle',
    async () => {
      const file = await bundled(await software())
      await writeFile(file, (await readFile(file)).subarray(0, 300))
      return file
    },
  ],
])('refuses %s', async (_what, make) => {
  expect(await refusal(bundleProvider(await make()))).toMatchObject({ code: 'ARTIFACT_BUNDLE', exitCode: 13 })
})

test('a truncated bundle is refused at its incomplete file', async () => {
  const file = await bundled(await software())
  const whole = await readFile(file)
  await writeFile(file, whole.subarray(0, whole.length - 30_000))
  const provider = await bundleProvider(file)
  await refusal(provider.fetch({ name: 'jdk', version: '8' }, await newContext()))
})
