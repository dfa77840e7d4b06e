import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SecretRef } from '../../config/types.ts'
import { generateSecret, readSecretFile } from '../../runtime/secrets.ts'
import { Secret } from '../../secret.ts'

/**
 * How far a rotation has come, told by which files lie beside the secret. `rest`: none is under way. `begun`: a new
 * value lies in `.next`. `switched`: the new one is the secret, and the old one, in `.old`, is still to be withdrawn.
 */
export type RingStage = 'rest' | 'begun' | 'switched'

/** The file of a secret that Howdah may change; undefined where it is given from elsewhere. */
export function secretFileOf(stateDir: string, ref: SecretRef): string | undefined {
  if (ref.kind === 'generate') return join(stateDir, 'secrets', ref.name)
  return ref.kind === 'file' ? ref.path : undefined
}

/** A secret in its file with the one before it and the one after it, each in a file of mode 0600. */
export class SecretRing {
  readonly #path: string
  readonly #label: string
  #unkept: string | undefined
  constructor(path: string, label: string) {
    this.#path = path
    this.#label = label
  }

  get stage(): RingStage {
    if (existsSync(`${this.#path}.next`)) return 'begun'
    return existsSync(`${this.#path}.old`) ? 'switched' : 'rest'
  }

  /** The value that is or was in use before the new one. Throws SECRET_FILE_*. */
  old(): Secret {
    const path = this.stage === 'switched' ? `${this.#path}.old` : this.#path
    return new Secret(readSecretFile(path), `old password of ${this.#label}`)
  }

  /** The new value; one that was just thought of is in no file until `keep`. Throws SECRET_FILE_*. */
  next(): Secret {
    const label = `new password of ${this.#label}`
    if (this.stage === 'switched') return new Secret(readSecretFile(this.#path), label)
    if (this.stage === 'begun') return new Secret(readSecretFile(`${this.#path}.next`), label)
    this.#unkept ??= generateSecret()
    return new Secret(this.#unkept, label)
  }

  /** Puts the new value beside the old, so that nothing learns of it which this machine could forget. */
  keep(): void {
    if (this.stage !== 'rest') return
    const value = this.next().reveal()
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const part = `${this.#path}.next.${process.pid}.part`
    writeFileSync(part, `${value}\n`, { mode: 0o600, flush: true })
    renameSync(part, `${this.#path}.next`)
  }

  /** The new value becomes the secret. At every moment there is one. */
  promote(): void {
    if (this.stage !== 'begun') return
    // The old value is linked first: killed here, both names hold it, and the next run comes by again.
    rmSync(`${this.#path}.old`, { force: true })
    linkSync(this.#path, `${this.#path}.old`)
    renameSync(`${this.#path}.next`, this.#path)
  }

  /** The old value is worth nothing any more. */
  forget(): void {
    rmSync(`${this.#path}.old`, { force: true })
  }
}
