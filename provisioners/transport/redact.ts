import type { Reporter, RunEvent } from '../events.ts'
import { Secret } from '../secret.ts'
import { quote } from '../shell.ts'

/** The replacement of a secret. */
export const REDACTED = '[secret]'

/** Shorter secrets (and forms of them) are not searched for: they would match ordinary text. */
export const SHORTEST_REDACTED = 4

export interface RedactedSink {
  write(chunk: string): void
  /** Flushes text that was held back as the possible beginning of a secret. */
  end(): void
}

const xmlEscape = (text: string, apostrophe: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", apostrophe)

/** Base64 of the value at each of its three possible alignments in a longer encoded text. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8')
  const whole = bytes.toString('base64')
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // Characters with bits of neighbouring text vary; only the constant ones are searched for.
    const from = Math.ceil((shift * 8) / 6)
    const to = Math.floor(((shift + bytes.length) * 8) / 6)
    return text.slice(from, to)
  })
  const plain = [whole, ...aligned]
  return [...plain, ...plain.map((form) => form.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))]
}

function encodedForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const url = encodeURIComponent(value)
  const strictUrl = url.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    strictUrl,
    strictUrl.replaceAll('%20', '+'),
    strictUrl.toLowerCase(),
    quote(value),
    value.replaceAll("'", "'\\''"),
    xmlEscape(value, '&apos;'),
    xmlEscape(value, '&#39;'),
    xmlEscape(value, "'"),
    ...base64Forms(value),
  ]
}

/** All forms of a secret in text. A secret of several lines is also searched for line by line. */
export function secretForms(value: string): string[] {
  const lines = value.includes('\n') ? value.split(/\r?\n/) : []
  const forms = [value, ...lines].filter((part) => part.length >= SHORTEST_REDACTED).flatMap(encodedForms)
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_REDACTED)
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Keys with a fixed vocabulary in events and errors: a secret with the value `info` must not break them. */
const VOCABULARY = new Set(['type', 'state', 'status', 'level', 'unit', 'code', 'exit'])

/** Removes the secrets of a run from text. Applied at the sink, where text leaves the program. */
export class Redactor {
  readonly #forms = new Set<string>()
  #ordered: readonly string[] = []
  #pattern: RegExp | undefined

  constructor(secrets: readonly (Secret | string)[] = []) {
    for (const secret of secrets) this.add(secret)
  }

  /** Adds a value, with its encoded forms. Values under four characters are ignored. */
  add(secret: Secret | string): void {
    const value = secret instanceof Secret ? secret.reveal() : secret
    for (const form of secretForms(value)) this.#forms.add(form)
    // Longest first, so that a secret which contains another one is replaced as a whole.
    this.#ordered = [...this.#forms].sort((a, b) => b.length - a.length)
    this.#pattern =
      this.#ordered.length === 0 ? undefined : new RegExp(this.#ordered.map(literal).join('|'), 'g')
  }

  redact(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, REDACTED)
  }

  /** Redacts every string of a plain value, except under keys with a fixed vocabulary. */
  redactDeep<T>(value: T): T {
    return this.#deep(value) as T
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value)
    if (Array.isArray(value)) return value.map((item) => this.#deep(item))
    if (value === null || typeof value !== 'object' || value instanceof Secret) return value
    if (Object.getPrototypeOf(value) !== Object.prototype) return value
    const entries = Object.entries(value).map(([key, item]) => [
      key,
      VOCABULARY.has(key) ? item : this.#deep(item),
    ])
    return Object.fromEntries(entries)
  }

  /** A sink for text in pieces, which also finds a secret across chunk borders. */
  stream(emit: (text: string) => void): RedactedSink {
    let held = ''
    const pass = (text: string): void => {
      if (text !== '') emit(this.redact(text))
    }
    return {
      write: (chunk) => {
        const text = held + chunk
        const cut = this.#safeCut(text)
        held = text.slice(cut)
        pass(text.slice(0, cut))
      },
      end: () => {
        pass(held)
        held = ''
      },
    }
  }

  /** How much of the text can be passed on: no secret begins before the cut and ends after the text. */
  #safeCut(text: string): number {
    let cut = this.#heldFrom(text, 0)
    for (const match of this.#pattern === undefined ? [] : text.matchAll(this.#pattern)) {
      const end = match.index + match[0].length
      if (match.index < cut && end > cut) cut = this.#heldFrom(text, end)
    }
    return cut
  }

  /** First index from `start` on where the rest of the text is the beginning of a secret; otherwise its length. */
  #heldFrom(text: string, start: number): number {
    const longest = this.#ordered[0]?.length ?? 0
    for (let at = Math.max(start, text.length - longest + 1); at < text.length; at++) {
      const tail = text.slice(at)
      if (this.#ordered.some((form) => form.length > tail.length && form.startsWith(tail))) return at
    }
    return text.length
  }
}

/** A reporter that redacts every event. */
export const redactReporter =
  (report: Reporter, redactor: Redactor): Reporter =>
  (event: RunEvent) =>
    report(redactor.redactDeep(event))
