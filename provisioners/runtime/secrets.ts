import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { SecretRef } from '../config/types.ts'
import { HowdahError, HowdahErrors } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { Redactor } from '../transport/redact.ts'
import { makeOnce } from './make-once.ts'
import { readSecretCommand, readSecretFile, readSecretVariable } from './secret-sources.ts'
import type { Prompts } from './types.ts'

export { readSecretFile }

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

  /**
   * Resolves a list of refs, so that `get` can be synchronous afterwards. Throws SECRET_* of all that are missing, before
   * it asks for one at the terminal.
   */
  async load(refs: readonly SecretRef[]): Promise<void> {
    const missing: HowdahError[] = []
    const wanted = new Map(refs.filter((ref) => !this.#values.has(key(ref))).map((ref) => [key(ref), ref]))
    const given = [...wanted.values()].filter(({ kind }) => kind !== 'stdin')
    const asked = [...wanted.values()].filter(({ kind }) => kind === 'stdin')
    for (const ref of given) {
      try {
        this.#keep(ref, await this.#read(ref))
      } catch (error) {
        if (!(error instanceof HowdahError)) throw error
        missing.push(error)
      }
    }
    const [first, ...others] = missing
    if (first) throw new HowdahErrors([first, ...others])
    for (const ref of asked) this.#keep(ref, await this.#read(ref))
  }

  /** Registers a value with the redactor. Throws SECRET_EMPTY. */
  #keep(ref: SecretRef, value: string): void {
    if (value === '') {
      throw new HowdahError({
        code: 'SECRET_EMPTY',
        exit: 'configuration',
        message: `the secret from ${label(ref)} is empty`,
        expected: 'a value, or `generate: true` where the secret may be new',
      })
    }
    const secret = new Secret(value, label(ref))
    this.#redactor.add(secret)
    this.#values.set(key(ref), secret)
  }

  /** Throws when the ref was not loaded: that is a bug of the caller. */
  get(ref: SecretRef): Secret {
    const found = this.#values.get(key(ref))
    if (!found) throw new Error(`secret ${label(ref)} was not loaded`)
    return found
  }

  async #read(ref: SecretRef): Promise<string> {
    if (ref.kind === 'file') return readSecretFile(ref.path)
    if (ref.kind === 'stdin') return (await this.#prompts.stdin(ref.field ?? 'secret')).replace(/\r?\n$/, '')
    if (ref.kind === 'generate') return this.#generated(ref.name)
    if (ref.kind === 'command') return readSecretCommand(ref)
    return readSecretVariable(ref.variable)
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
    makeOnce(path, `${generateSecret()}\n`)
    return readSecretFile(path)
  }
}

/** How messages name a secret. */
function label(ref: SecretRef): string {
  if (ref.kind === 'file') return ref.path
  if (ref.kind === 'env') return `$${ref.variable}`
  if (ref.kind === 'command') return `the output of ${ref.command[0]}`
  return ref.kind === 'stdin' ? 'standard input' : `generated secret ${ref.name}`
}

const key = (ref: SecretRef): string => JSON.stringify(ref)

/** The errors of secrets in files and in the environment, for a check before a run. Starts no program, asks nothing. */
export function missingSecrets(refs: readonly SecretRef[]): readonly HowdahError[] {
  const unique = new Map(refs.map((ref) => [key(ref), ref]))
  return [...unique.values()].flatMap((ref) => {
    try {
      if (ref.kind === 'file') readSecretFile(ref.path)
      if (ref.kind === 'env') readSecretVariable(ref.variable)
      return []
    } catch (error) {
      if (error instanceof HowdahError) return [error]
      throw error
    }
  })
}
