import type { Ref, StepReport } from './types.ts'

/** Reads the markers of a running batch, line by line, and reports each step as it happens. */
export class StepReader {
  readonly #refs: readonly Ref[]
  readonly #mark: string
  readonly #onStep: (report: StepReport) => void
  #startedAt = 0
  #output: string[] | undefined
  /** True once the batch has ended: after a failure, a stop or its last step. */
  ended = false

  constructor(refs: readonly Ref[], nonce: string, onStep: (report: StepReport) => void) {
    this.#refs = refs
    this.#mark = `@${nonce} `
    this.#onStep = onStep
  }

  line(line: string): void {
    if (!line.startsWith(this.#mark)) {
      this.#output?.push(line)
      return
    }
    const [word = '', index = ''] = line.slice(this.#mark.length).split(' ')
    const ref = this.#refs[Number(index)]
    if (word === 'start' && ref) this.#start(ref)
    else if (word === 'ok' && ref) this.#end(ref, 'ok', '')
    else if (word === 'output') this.#output = []
    else if (word === 'failed' && ref) this.#end(ref, 'failed', (this.#output ?? []).join('\n').trim())
    this.ended ||= word === 'failed' || word === 'stopped' || word === 'finished'
  }

  #start(ref: Ref): void {
    this.#startedAt = Date.now()
    this.#onStep({ ref, status: 'start', ms: 0, output: '' })
  }

  #end(ref: Ref, status: 'ok' | 'failed', output: string): void {
    this.#output = undefined
    this.#onStep({ ref, status, ms: Date.now() - this.#startedAt, output })
  }
}
