import { BoundedText } from '../transport/output.ts'
import { OUTPUT_BYTES } from './step-output.ts'
import type { Ref, StepReport } from './types.ts'

/** More than a host of Howdah sends, which keeps its own limit. */
const MOST_BYTES = OUTPUT_BYTES + 4096

/** Reads the markers of a running batch, line by line, and reports each step as it happens. */
export class StepReader {
  readonly #refs: readonly Ref[]
  readonly #mark: string
  readonly #onStep: (report: StepReport) => void
  #startedAt = 0
  #output: BoundedText | undefined
  /** True once the batch has ended: after a failure, a stop or its last step. */
  ended = false
  /** The host's record of the newest run, when the host refused this one. */
  outrun: string | undefined
  /** The index of the step that runs. */
  running: number | undefined
  /** True once no earlier batch runs on the host. */
  locked = false

  constructor(refs: readonly Ref[], nonce: string, onStep: (report: StepReport) => void) {
    this.#refs = refs
    this.#mark = `@${nonce} `
    this.#onStep = onStep
  }

  /** Returns whether the line was a marker. */
  line(line: string): boolean {
    if (!line.startsWith(this.#mark)) {
      this.#output?.push(Buffer.from(`${line}\n`))
      return false
    }
    const [word = '', index = ''] = line.slice(this.#mark.length).split(' ')
    const ref = this.#refs[Number(index)]
    if (word === 'locked') this.locked = true
    else if (word === 'start' && ref) this.#start(ref, Number(index))
    else if (word === 'ok' && ref) this.#end(ref, 'ok', '')
    else if (word === 'output' || word === 'fence') this.#output = new BoundedText(MOST_BYTES)
    else if (word === 'failed' && ref) this.#end(ref, 'failed', this.#text())
    else if (word === 'outrun') this.outrun = this.#text()
    this.ended ||= ['failed', 'stopped', 'outrun', 'finished'].includes(word)
    return true
  }

  #text(): string {
    return this.#output?.text().trim() ?? ''
  }

  #start(ref: Ref, index: number): void {
    this.running = index
    this.#startedAt = Date.now()
    this.#onStep({ ref, status: 'start', ms: 0, output: '' })
  }

  #end(ref: Ref, status: 'ok' | 'failed', output: string): void {
    this.#output = undefined
    this.running = undefined
    this.#onStep({ ref, status, ms: Date.now() - this.#startedAt, output })
  }
}
