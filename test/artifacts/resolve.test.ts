import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mirrorProvider } from '../../provisioners/artifacts/fetch/mirror.ts'
import { publishMirror } from '../../provisioners/artifacts/publish.ts'
import { mavenError, mavenProvider } from '../../provisioners/artifacts/recipes/maven.ts'
import type { ArtifactsResolution } from '../../provisioners/artifacts/resolve.ts'
import { resolveArtifacts } from '../../provisioners/artifacts/resolve.ts'
import type { Cluster } from '../../provisioners/config/types.ts'
import { blob, digest, newContext, refusal, scratch, serve } from './support.ts'

async function files(names: readonly string[]) {
  const dir = await scratch()
  const entries = names.map(async (name, i) => {
    const data = blob(1000 + i)
    await writeFile(join(dir, `${name}.tar.gz`), data)
    return [name, { url: join(dir, `${name}.tar.gz`), sha256: digest(data, 'sha256') }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

const versions = { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' }

test('resolves all software of a cluster, with the addresses for hosts that pull', async () => {
  const { jdk, ...rest } = await files(['hadoop', 'hive', 'sqoop', 'extras', 'jdk'])
  const spec: ArtifactsResolution = {
    artifacts: {
      provider: 'file',
      files: rest,
      delivery: { kind: 'pull', baseUrl: 'http://10.0.0.1:8000/m/' },
    },
    versions,
    java: {
      jdks: {
        8: { kind: 'tarball', url: jdk?.url ?? '', sha256: jdk?.sha256 ?? '' },
        17: { kind: 'package' },
      },
    },
  }
  const { artifacts, jdkArtifacts } = await resolveArtifacts(spec, await newContext())
  expect(Object.keys(artifacts)).toEqual(['hadoop', 'hive', 'sqoop', 'extras'])
  expect(Object.keys(jdkArtifacts)).toEqual(['8'])
  for (const one of [...Object.values(artifacts), jdkArtifacts[8]])
    expect(one?.url).toBe(`http://10.0.0.1:8000/m/${one?.layoutPath}`)
  const pushed = { ...spec, artifacts: { ...spec.artifacts, delivery: { kind: 'push' } as const } }
  expect((await resolveArtifacts(pushed, await newContext())).artifacts.hadoop).not.toHaveProperty('url')
})

test('a Cluster can be used as a resolution (checked by the compiler)', () => {
  const fits = (cluster: Cluster): ArtifactsResolution => cluster
  expect(fits).toBeTypeOf('function')
})

test('published artifacts are a mirror: another cache gets the same bytes from it', async () => {
  const context = await newContext()
  const spec: ArtifactsResolution = {
    artifacts: {
      provider: 'file',
      files: await files(['hadoop', 'hive', 'sqoop', 'extras']),
      delivery: { kind: 'push' },
    },
    versions,
    java: { jdks: {} },
  }
  const all = Object.values((await resolveArtifacts(spec, context)).artifacts)
  const root = await scratch()
  await publishMirror(all, root)
  await publishMirror(all, root)
  const paths = all.flatMap(({ layoutPath }) => [layoutPath, `${layoutPath}.sha512`])
  const routes = await Promise.all(
    paths.map(async (path) => [`/${path}`, await readFile(join(root, path))] as const),
  )
  const server = await serve(Object.fromEntries(routes))
  for (const artifact of all.filter(({ name }) => name !== 'extras')) {
    const again = await mirrorProvider([server.url]).fetch(artifact, await newContext())
    expect(again.sha256).toBe(artifact.sha256)
    const [one, two] = [await stat(artifact.file), await stat(join(root, artifact.layoutPath))]
    expect(two.ino, 'a link, not a copy').toBe(one.ino)
  }
})

const hadoop = { name: 'hadoop', version: '3.4.2' } as const

/** A program in place of Maven. */
async function program(body: string): Promise<string> {
  const file = join(await scratch(), 'mvn')
  await writeFile(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return file
}

test('Maven that is missing, fails, cannot reach its repository, or returns other files', async () => {
  const fetch = async (command: string) =>
    refusal(mavenProvider({ command }).fetch(hadoop, await newContext()))
  expect(await fetch('/no/mvn')).toMatchObject({ code: 'ARTIFACT_NO_MAVEN', exitCode: 13 })
  const failing = await fetch(await program('echo "[ERROR] Could not find artifact x:y"; exit 1'))
  expect(failing).toMatchObject({ code: 'ARTIFACT_MAVEN', exitCode: 13 })
  expect(failing.details.detail).toContain('x:y')
  const cut = await fetch(
    await program('echo "[ERROR] Could not transfer artifact from https://u:pw@r/m" >&2; exit 1'),
  )
  expect(cut).toMatchObject({ code: 'ARTIFACT_MAVEN', exitCode: 11 })
  expect(cut.details.detail).not.toContain('pw')
  const body =
    'for word; do case $word in -Dhowdah.out=*) out=$(echo "$word" | cut -d= -f2) ;; esac; done; mkdir -p "$out/common"; echo bad > "$out/common/hadoop-common-3.4.2.jar"'
  const wrong = await fetch(await program(body))
  expect(wrong).toMatchObject({ code: 'ARTIFACT_CHECKSUM', exitCode: 13 })
  expect(wrong.message).toContain('hadoop-common-3.4.2.jar')
})

test('a failed assembly leaves the cache unchanged, and no other files', async () => {
  const context = await newContext()
  await refusal(mavenProvider({ command: await program('exit 1') }).fetch(hadoop, context))
  expect(existsSync(join(context.cacheDir, 'index'))).toBe(false)
  expect(existsSync(join(context.cacheDir, 'sha256'))).toBe(false)
  const [key = ''] = await readdir(join(context.cacheDir, 'partial'))
  expect(await readdir(join(context.cacheDir, 'partial', key))).toEqual([])
  expect(await readdir(join(context.cacheDir, 'locks'))).toEqual([])
})

test('settings reach Maven', async () => {
  const log = join(await scratch(), 'args')
  const command = await program(`echo "$@" > ${log}; exit 1`)
  await refusal(
    mavenProvider({ command, settingsFile: '/etc/my settings.xml' }).fetch(hadoop, await newContext()),
  )
  expect(await readFile(log, 'utf8')).toContain(
    '--settings /etc/my settings.xml --batch-mode --strict-checksums',
  )
})

test('every password in Maven’s output is hidden', () => {
  const lines = '[ERROR] https://a:one@r/m failed\n[ERROR] https://b:two@r/m failed'
  expect(mavenError('pom.xml', lines).details.detail).toBe(
    '[ERROR] https://r/m failed\n[ERROR] https://r/m failed',
  )
})
