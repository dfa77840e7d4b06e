import { inspect } from 'node:util'

/**
 * A value that must never be printed. String conversion, JSON and the inspector show a placeholder. Only `reveal()`
 * returns the value, so that a reader can find every use.
 */
export class Secret {
  readonly #value: string
  /** The name of the secret, for messages: "password of pipeline". */
  readonly label: string
  constructor(value: string, label: string) {
    this.#value = value
    this.label = label
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [inspect.custom](): string {
    return `[secret ${this.label}]`
  }
}
