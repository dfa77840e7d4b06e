import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SecretRef } from '../config/types.ts'
import { HowdahError } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { Redactor } from '../transport/redact.ts'
import type { Prompts } from './types.ts'

/** Letters and digits only: a generated secret needs no quotes in any file format or shell. 32 characters, 190 bits. */
export function generateSecret(): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
  let out = ''
  while (out.length < 32) {
    for (const byte of randomBytes(48)) {
      // 224 is the largest multiple of 56 in a byte. Larger bytes would make some letters more likely.
      if (byte < 224 && out.length < 32) out += alphabet[byte % 56]
    }
  }
  return out
}

/** Reads a secret from a file that nobody else can read. Throws SECRET_FILE_UNREADABLE, SECRET_FILE_OPEN. */
export function readSecretFile(path: string): string {
  let mode: number
  let text: string
  try {
    mode = statSync(path).mode & 0o777
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HowdahError({
      code: 'SECRET_FILE_UNREADABLE',
      exit: 'configuration',
      message: `the secret file ${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? cause}`,
      where: path,
      expected: 'a file that you can read and nobody else can',
      next: `install -m 600 /dev/stdin ${path}`,
      cause,
    })
  }
  if ((mode & 0o077) !== 0) {
    throw new HowdahError({
      code: 'SECRET_FILE_OPEN',
      exit: 'configuration',
      message: `the secret file ${path} can be read by others`,
      found: `mode 0${mode.toString(8)}`,
      expected: 'mode 0600',
      where: path,
      next: `chmod 600 ${path}`,
    })
  }
  // Editors add one newline at the end. Every other newline belongs to the secret.
  return text.replace(/\r?\n$/, '')
}

/**
 * Reads every secret of a run once and registers it with the redactor before anything can print it.
 * Generated secrets are kept in `<stateDir>/secrets/<name>`, mode 0600.
 */
export class Secrets {
  readonly #values = new Map<string, Secret>()
  readonly #stateDir: string
  readonly #redactor: Redactor
  readonly #prompts: Prompts
  constructor(stateDir: string, redactor: Redactor, prompts: Prompts) {
    this.#stateDir = stateDir
    this.#redactor = redactor
    this.#prompts = prompts
  }

  /** Resolves a list of refs, so that `get` can be synchronous afterwards. Throws SECRET_*. */
  async load(refs: readonly SecretRef[]): Promise<void> {
    for (const ref of refs) {
      if (this.#values.has(key(ref))) continue
      const value = await this.#read(ref)
      if (value === '') {
        throw new HowdahError({
          code: 'SECRET_EMPTY',
          exit: 'configuration',
          message: `the secret from ${label(ref)} is empty`,
          next: 'give it a value, or write `generate: true`',
        })
      }
      const secret = new Secret(value, label(ref))
      this.#redactor.add(secret)
      this.#values.set(key(ref), secret)
    }
  }

  /** Throws when the ref was not loaded: that is a bug of the caller. */
  get(ref: SecretRef): Secret {
    const found = this.#values.get(key(ref))
    if (!found) throw new Error(`secret ${label(ref)} was not loaded`)
    return found
  }

  async #read(ref: SecretRef): Promise<string> {
    if (ref.kind === 'file') return readSecretFile(ref.path)
    if (ref.kind === 'stdin') return (await this.#prompts.stdin('secret')).replace(/\r?\n$/, '')
    if (ref.kind === 'generate') return this.#generated(ref.name)
    const value = process.env[ref.variable]
    if (value === undefined) {
      throw new HowdahError({
        code: 'SECRET_ENV_UNSET',
        exit: 'configuration',
        message: `the environment variable ${ref.variable} is not set`,
        next: `read -rs ${ref.variable} && export ${ref.variable}`,
      })
    }
    return value
  }

  #generated(name: string): string {
    const path = join(this.#stateDir, 'secrets', name)
    try {
      return readSecretFile(path)
    } catch (error) {
      const cause =
        error instanceof HowdahError ? (error.details.cause as NodeJS.ErrnoException | undefined) : undefined
      if (cause?.code !== 'ENOENT') throw error
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const value = generateSecret()
    const part = `${path}.${process.pid}.part`
    writeFileSync(part, `${value}\n`, { mode: 0o600 })
    try {
      // A link, not a rename: when two runs start together, both use the value of the first.
      linkSync(part, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      unlinkSync(part)
    }
    return readSecretFile(path)
  }
}

function label(ref: SecretRef): string {
  if (ref.kind === 'file') return ref.path
  if (ref.kind === 'env') return `$${ref.variable}`
  return ref.kind === 'stdin' ? 'standard input' : `generated secret ${ref.name}`
}

const key = (ref: SecretRef): string => JSON.stringify(ref)
