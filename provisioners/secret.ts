import { inspect } from 'node:util'

/**
 * A value that must never be printed. It hides itself from string conversion, JSON and the inspector;
 * only `reveal()` gives it away, so a reader can find every use.
 */
export class Secret {
  readonly #value: string
  /** What it is, for messages: "password of pipeline". */
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
