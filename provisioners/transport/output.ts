import { StringDecoder } from 'node:string_decoder'

/** Bytes of one stream of one command that are kept; of a longer stream the middle is left out. */
export const KEEP_BYTES = 16 * 1024 * 1024
/** A longer line is passed on in pieces. */
const LONGEST_LINE = 1024 * 1024
/** Bytes that a login shell may print before the marker of the script. */
const PREAMBLE_BYTES = 64 * 1024

/** Keeps the head and the tail of a stream within a limit, and the number of missing bytes between them. */
export class BoundedText {
  readonly #half: number
  readonly #head: Buffer[] = []
  #tail: Buffer[] = []
  #headBytes = 0
  #tailBytes = 0
  #total = 0
  constructor(keepBytes: number = KEEP_BYTES) {
    this.#half = Math.floor(keepBytes / 2)
  }
  /** Bytes that were pushed. */
  get total(): number {
    return this.#total
  }
  push(chunk: Buffer): void {
    this.#total += chunk.length
    const room = this.#half - this.#headBytes
    const first = chunk.subarray(0, Math.max(0, room))
    if (first.length > 0) {
      this.#head.push(first)
      this.#headBytes += first.length
    }
    const rest = chunk.subarray(first.length)
    if (rest.length === 0) return
    this.#tail.push(rest)
    this.#tailBytes += rest.length
    if (this.#tailBytes > 2 * this.#half) this.#trim()
  }
  #trim(): void {
    const tail = Buffer.concat(this.#tail)
    const kept = tail.subarray(Math.max(0, tail.length - this.#half))
    this.#tail = [Buffer.from(kept)]
    this.#tailBytes = kept.length
  }
  text(): string {
    if (this.#tailBytes > this.#half) this.#trim()
    const missing = this.#total - this.#headBytes - this.#tailBytes
    if (missing === 0) return Buffer.concat([...this.#head, ...this.#tail]).toString('utf8')
    const head = Buffer.concat(this.#head).toString('utf8')
    const tail = Buffer.concat(this.#tail).toString('utf8')
    return `${head}\n[${missing} bytes left out by Howdah]\n${tail}`
  }
}

/** Splits chunks into full lines, decoded as UTF-8 across chunk borders. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #onLine: (line: string) => void
  #rest = ''
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }
  push(chunk: Buffer): void {
    const parts = this.#decoder.write(chunk).split('\n')
    parts[0] = this.#rest + (parts[0] ?? '')
    this.#rest = parts.pop() ?? ''
    for (const line of parts) this.#onLine(line)
    if (this.#rest.length > LONGEST_LINE) this.#flush()
  }
  /** Passes on a last line without a newline. */
  end(): void {
    this.#rest += this.#decoder.end()
    this.#flush()
  }
  #flush(): void {
    if (this.#rest !== '') this.#onLine(this.#rest)
    this.#rest = ''
  }
}

/**
 * Holds a stream back until its marker line, so that output of a login shell, sudo or a banner never counts as output
 * of the script.
 */
export class MarkerGate {
  readonly #marker: Buffer
  readonly #pass: (chunk: Buffer) => void
  #before: Buffer = Buffer.alloc(0)
  #open = false
  constructor(marker: string, pass: (chunk: Buffer) => void) {
    this.#marker = Buffer.from(`${marker}\n`)
    this.#pass = pass
  }
  get open(): boolean {
    return this.#open
  }
  /** The output before the marker. */
  get preamble(): string {
    return this.#before.toString('utf8')
  }
  push(chunk: Buffer): void {
    if (this.#open) {
      this.#pass(chunk)
      return
    }
    const text = Buffer.concat([this.#before, chunk])
    const at = text.indexOf(this.#marker)
    if (at < 0) {
      this.#before = text.subarray(Math.max(0, text.length - PREAMBLE_BYTES))
      return
    }
    this.#open = true
    this.#before = text.subarray(0, at)
    const rest = text.subarray(at + this.#marker.length)
    if (rest.length > 0) this.#pass(rest)
  }
}
