import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { SecretRef } from '../../provisioners/config/types.ts'
import type { HowdahErrors } from '../../provisioners/errors.ts'
import { readSecretCommand } from '../../provisioners/runtime/secret-sources.ts'
import { missingSecrets, Secrets } from '../../provisioners/runtime/secrets.ts'
import { Redactor } from '../../provisioners/transport/index.ts'

const prompts = (text = '') => ({ confirm: async () => false, stdin: async () => text })

function make(text?: string) {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-secrets-'))
  const redactor = new Redactor()
  return { dir, redactor, secrets: new Secrets(dir, redactor, prompts(text)) }
}

describe('secrets', () => {
  it('are generated once, kept with mode 0600, and reused by the next run', async () => {
    const { dir, redactor, secrets } = make()
    const ref: SecretRef = { kind: 'generate', name: 'api' }
    await secrets.load([ref])
    const value = secrets.get(ref).reveal()
    expect(value).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(statSync(join(dir, 'secrets/api')).mode & 0o777).toBe(0o600)
    const second = new Secrets(dir, redactor, prompts())
    await second.load([ref])
    expect(second.get(ref).reveal()).toBe(value)
    expect(readFileSync(join(dir, 'secrets/api'), 'utf8')).toBe(`${value}\n`)
  })

  it('keep quotes, ampersands, dollars and inner newlines of a file, without one newline at the end', async () => {
    const { dir, secrets } = make()
    const path = join(dir, 'p')
    writeFileSync(path, 'a\'b"c&d$e\nf\\g\n', { mode: 0o600 })
    const ref: SecretRef = { kind: 'file', path }
    await secrets.load([ref])
    expect(secrets.get(ref).reveal()).toBe('a\'b"c&d$e\nf\\g')
  })

  it('are refused from a file that others can read, with the command that closes it', async () => {
    const { dir, secrets } = make()
    const path = join(dir, 'open')
    writeFileSync(path, 'x', { mode: 0o644 })
    await expect(secrets.load([{ kind: 'file', path }])).rejects.toMatchObject({
      code: 'SECRET_FILE_OPEN',
      exitCode: 10,
    })
  })

  it.each([
    [{ kind: 'file', path: '/nonexistent/secret' }, 'SECRET_FILE_UNREADABLE'],
    [{ kind: 'env', variable: 'HOWDAH_TEST_UNSET' }, 'SECRET_ENV_UNSET'],
    [{ kind: 'stdin' }, 'SECRET_EMPTY'],
  ] as const)('refuses %o by name', async (ref, code) => {
    await expect(make('').secrets.load([ref])).rejects.toMatchObject({ code })
  })

  it('are registered with the redactor before anything can print them', async () => {
    const { redactor, secrets } = make('hunter2-long-enough\n')
    const ref: SecretRef = { kind: 'stdin' }
    await secrets.load([ref])
    expect(redactor.redact('the password is hunter2-long-enough!')).not.toContain('hunter2')
    expect(JSON.stringify({ value: secrets.get(ref) })).not.toContain('hunter2')
  })

  it('reports all that are missing at once, before it asks for one at the terminal', async () => {
    const stdin = vi.fn(async () => 'typed')
    const secrets = new Secrets('/nonexistent', new Redactor(), { confirm: async () => false, stdin })
    const refs: SecretRef[] = [
      { kind: 'stdin' },
      { kind: 'file', path: '/nonexistent/a' },
      { kind: 'env', variable: 'HOWDAH_TEST_UNSET' },
    ]
    const error = await secrets.load(refs).catch((thrown: unknown) => thrown)
    expect((error as HowdahErrors).all.map(({ code }) => code)).toEqual([
      'SECRET_FILE_UNREADABLE',
      'SECRET_ENV_UNSET',
    ])
    expect(stdin).not.toHaveBeenCalled()
    expect(missingSecrets([...refs, ...refs]).map(({ code }) => code)).toEqual([
      'SECRET_FILE_UNREADABLE',
      'SECRET_ENV_UNSET',
    ])
  })
})

describe('the secret of a program', () => {
  const directory = tmpdir()
  const run = (...command: string[]) => readSecretCommand({ kind: 'command', command, directory }, 1)

  it('is what it prints, and no shell reads its arguments', async () => {
    expect(await run('printf', '%s\\n', '$(id); `id` "x"')).toBe('$(id); `id` "x"')
  })

  it('is in no message when the program fails, but its stderr is', async () => {
    const error = await run('sh', '-c', 'echo hunter2; echo no key >&2; exit 3').catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'SECRET_COMMAND_FAILED',
      exitCode: 10,
      details: { detail: 'no key' },
    })
    const { next, ...details } = (error as HowdahErrors).details
    expect(JSON.stringify({ ...details, cause: String(details.cause) })).not.toContain('hunter2')
    expect(next).toContain('> /dev/null')
  })

  it.each([
    [['sleep', '30'], 'longer than 1 seconds'],
    [['no-such-program-of-howdah'], 'could not be started (ENOENT)'],
  ])('%s fails by name', async (command, why) => {
    await expect(run(...command)).rejects.toMatchObject({
      ...{ code: 'SECRET_COMMAND_FAILED', message: expect.stringContaining(why) },
    })
  })
})
