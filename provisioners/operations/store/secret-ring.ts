import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SecretRef } from '../../config/types.ts'
import { generateSecret, readSecretFile } from '../../runtime/secrets.ts'
import { Secret } from '../../secret.ts'

/**
 * The stage of a rotation, from the files next to the secret. `rest`: no rotation. `begun`: `.next` has the new value.
 * `switched`: the secret has the new value, and `.old` has the old one, which must still be withdrawn.
 */
export type RingStage = 'rest' | 'begun' | 'switched'

/** The file of a secret that Howdah may change; undefined where the secret comes from elsewhere. */
export function secretFileOf(stateDir: string, ref: SecretRef): string | undefined {
  if (ref.kind === 'generate') return join(stateDir, 'secrets', ref.name)
  return ref.kind === 'file' ? ref.path : undefined
}

/** A secret with its old and its next value, each in a file of mode 0600. */
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

  /** The value before the new one. Throws SECRET_FILE_*. */
  old(): Secret {
    const path = this.stage === 'switched' ? `${this.#path}.old` : this.#path
    return new Secret(readSecretFile(path), `old password of ${this.#label}`)
  }

  /** The new value. A newly generated one is in no file until `keep`. Throws SECRET_FILE_*. */
  next(): Secret {
    const label = `new password of ${this.#label}`
    if (this.stage === 'switched') return new Secret(readSecretFile(this.#path), label)
    if (this.stage === 'begun') return new Secret(readSecretFile(`${this.#path}.next`), label)
    this.#unkept ??= generateSecret()
    return new Secret(this.#unkept, label)
  }

  /** Writes the new value to its file. This must come before a server gets it, or a crash could lose it. */
  keep(): void {
    if (this.stage !== 'rest') return
    const value = this.next().reveal()
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const part = `${this.#path}.next.${process.pid}.part`
    writeFileSync(part, `${value}\n`, { mode: 0o600, flush: true })
    renameSync(part, `${this.#path}.next`)
  }

  /** Makes the new value the secret. The file of the secret exists at every moment. */
  promote(): void {
    if (this.stage !== 'begun') return
    // The old value is linked first. If this process is killed here, the next run repeats this step.
    rmSync(`${this.#path}.old`, { force: true })
    linkSync(this.#path, `${this.#path}.old`)
    renameSync(`${this.#path}.next`, this.#path)
  }

  /** Removes the old value. */
  forget(): void {
    rmSync(`${this.#path}.old`, { force: true })
  }
}
