import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mirrorProvider } from '../../provisioners/artifacts/fetch/mirror.ts'
import { blob, digest, newContext, refusal, scratch, serve } from './support.ts'

const path = '/dist/hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz'
const request = { name: 'hadoop', version: '3.4.2' } as const
const data = blob(100_000)
const sum = `${digest(data)}  hadoop-3.4.2.tar.gz\n`

/** A separate key ring, in place of the release managers'. */
const home = mkdtempSync(join(tmpdir(), 'howdah-gpg-test-'))
const options = ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase', '']
const gpg = (...args: string[]) => execa('gpg', [...options, ...args])

const makeKey = async (user: string, expires = '0'): Promise<void> => {
  await gpg('--quick-generate-key', user, 'ed25519', 'sign', expires)
}

const publicKeys = async (...users: string[]): Promise<string> => {
  const { stdout } = await gpg('--armor', '--export', ...users)
  return `This file holds the keys of those who sign releases.\n\n${stdout}\n`
}

const sign = async (user: string, content: Buffer): Promise<string> => {
  const args = ['--armor', '--local-user', user, '--detach-sign', '--output', '-']
  const { stdout } = await execa('gpg', [...options, ...args], { input: content })
  return stdout
}

const keysFile = async (text: string): Promise<string> => {
  const file = join(await scratch(), 'KEYS')
  await writeFile(file, text)
  return file
}

const serveSigned = (asc: string | undefined) =>
  serve({ [path]: data, [`${path}.sha512`]: sum, ...(asc !== undefined && { [`${path}.asc`]: asc }) })

const noGpg = spawnSync('gpg', ['--version']).error !== undefined

describe.skipIf(noGpg)(`signatures${noGpg ? ' (skipped: needs gpg)' : ''}`, () => {
  beforeAll(async () => {
    await makeKey('alice@example.org')
    await makeKey('bob@example.org')
  })
  afterAll(async () => {
    await execa('gpgconf', ['--homedir', home, '--kill', 'all'], { reject: false })
    rmSync(home, { recursive: true, force: true })
  })

  test('an old release without a hash: the signature is enough, and without keys it is refused', async () => {
    const asc = await sign('bob@example.org', data)
    const server = await serve({ [path]: data, [`${path}.asc`]: asc })
    const keys = await keysFile(await publicKeys('bob@example.org'))
    const mirrors = [`${server.url}/dist`]
    const artifact = await mirrorProvider(mirrors, { keys }).fetch(request, await newContext())
    expect(artifact.sha256).toBe(digest(data, 'sha256'))
    const unsigned = await refusal(mirrorProvider(mirrors).fetch(request, await newContext()))
    expect(unsigned).toMatchObject({ code: 'ARTIFACT_NO_CHECKSUM', exitCode: 13 })
    expect(unsigned.details.next).toContain('artifacts.keys')

    const forged = await serve({ [path]: blob(99_000), [`${path}.asc`]: asc })
    const context = await newContext()
    const error = await refusal(mirrorProvider([`${forged.url}/dist`], { keys }).fetch(request, context))
    expect(error).toMatchObject({ code: 'ARTIFACT_SIGNATURE', exitCode: 13 })
    await expect(readdir(join(context.cacheDir, 'sha256'))).rejects.toThrow()
  })

  test('accepts a tarball that a key of the KEYS file signed, and reports the key', async () => {
    const server = await serveSigned(await sign('bob@example.org', data))
    const keys = await keysFile(await publicKeys('alice@example.org', 'bob@example.org'))
    const context = await newContext()
    const artifact = await mirrorProvider([`${server.url}/dist`], { keys }).fetch(request, context)
    expect(await readFile(artifact.file)).toEqual(data)
    const { stdout } = await gpg('--with-colons', '--list-keys', 'bob@example.org')
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1]
    expect(context.events).toContainEqual(
      expect.objectContaining({ type: 'log', text: expect.stringContaining(String(fingerprint)) }),
    )
  })

  test('refuses a signature of another file, although the checksum is right, and keeps nothing', async () => {
    const server = await serveSigned(await sign('alice@example.org', Buffer.from('another file')))
    const keys = await keysFile(await publicKeys('alice@example.org'))
    const context = await newContext()
    const error = await refusal(mirrorProvider([`${server.url}/dist`], { keys }).fetch(request, context))
    expect(error).toMatchObject({ code: 'ARTIFACT_SIGNATURE', exitCode: 13 })
    const left = await readdir(context.cacheDir, { recursive: true })
    expect(left.filter((name) => name.endsWith('.tar.gz'))).toEqual([])
  })

  test('refuses a key that the KEYS file does not hold, by its id', async () => {
    const server = await serveSigned(await sign('bob@example.org', data))
    const keys = await keysFile(await publicKeys('alice@example.org'))
    const error = await refusal(
      mirrorProvider([`${server.url}/dist`], { keys }).fetch(request, await newContext()),
    )
    const { stdout } = await gpg('--with-colons', '--list-keys', 'bob@example.org')
    const id = /^pub:[^:]*:[^:]*:[^:]*:([0-9A-F]{16}):/m.exec(stdout)?.[1]
    expect(error).toMatchObject({ details: { code: 'ARTIFACT_UNKNOWN_KEY', found: `key ${id}` } })
  })

  test.each([
    ['no signature beside it', undefined, 'ARTIFACT_NO_SIGNATURE'],
    ['a text in place of a signature', 'not a signature\n', 'ARTIFACT_SIGNATURE'],
    ['a page in place of a signature', '<html>moved</html>', 'ARTIFACT_HTML'],
  ])('refuses %s', async (_what, asc, code) => {
    const server = await serveSigned(asc)
    const keys = await keysFile(await publicKeys('alice@example.org'))
    const error = await refusal(
      mirrorProvider([`${server.url}/dist`], { keys }).fetch(request, await newContext()),
    )
    expect(error.code).toBe(code)
  })

  test('refuses a KEYS file that is missing or holds no key, as bad configuration', async () => {
    const server = await serveSigned(await sign('alice@example.org', data))
    for (const keys of [join(await scratch(), 'KEYS'), await keysFile('no key here\n')]) {
      const error = await refusal(
        mirrorProvider([`${server.url}/dist`], { keys }).fetch(request, await newContext()),
      )
      expect(error).toMatchObject({ code: 'ARTIFACT_KEYS', exitCode: 10 })
    }
  })

  test('a tarball that was cached without a signature does not count as signed later', async () => {
    const server = await serveSigned(undefined)
    const context = await newContext()
    await mirrorProvider([`${server.url}/dist`]).fetch(request, context)
    const keys = await keysFile(await publicKeys('alice@example.org'))
    const error = await refusal(mirrorProvider([`${server.url}/dist`], { keys }).fetch(request, context))
    expect(error.code).toBe('ARTIFACT_NO_SIGNATURE')
  })

  test('a key that expired after it signed still counts, and a revoked key does not', async () => {
    await makeKey('carol@example.org', 'seconds=2')
    const asc = await sign('carol@example.org', data)
    await expect
      .poll(async () => (await gpg('--with-colons', '--list-keys', 'carol@example.org')).stdout, {
        timeout: 8000,
      })
      .toMatch(/^pub:e:/m)
    const keys = await keysFile(await publicKeys('carol@example.org'))
    const server = await serveSigned(asc)
    const context = await newContext()
    await mirrorProvider([`${server.url}/dist`], { keys }).fetch(request, context)
    expect(context.events).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('expired since') }),
    )
    const signed = await serveSigned(await sign('bob@example.org', data))
    const { stdout } = await gpg('--with-colons', '--list-keys', 'bob@example.org')
    const fingerprint = String(/^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1])
    const revocation = await readFile(join(home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8')
    await execa('gpg', ['--homedir', home, '--batch', '--import'], {
      input: revocation.replace(/^:-----BEGIN/m, '-----BEGIN'),
    })
    const revoked = await keysFile(await publicKeys('bob@example.org'))
    const error = await refusal(
      mirrorProvider([`${signed.url}/dist`], { keys: revoked }).fetch(request, await newContext()),
    )
    expect(error.details).toMatchObject({
      code: 'ARTIFACT_SIGNATURE',
      found: 'a signature by a revoked key',
    })
  })
})
