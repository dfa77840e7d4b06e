import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { HowdahError } from '../provisioners/errors.ts'
import type { Prompts } from '../provisioners/runtime/types.ts'
import { visible } from './render/visible.ts'

interface PromptOptions {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream
  /** Ends a question that waits for its answer. */
  readonly signal?: AbortSignal
  /** Whether an earlier question was answered with yes, so that something may have been changed. */
  readonly changed?: () => boolean
}

const unanswered = (changed: boolean): HowdahError =>
  new HowdahError({
    code: 'PROMPT_INTERRUPTED',
    exit: 'interrupted',
    message: `nothing ${changed ? 'more ' : ''}was changed: the question was not answered`,
  })

/** One line of input. Ctrl-C, Ctrl-D and a signal end the question, and the run with it. Throws PROMPT_INTERRUPTED. */
async function answer(ask: Interface, question: string, options: PromptOptions): Promise<string> {
  const { output, signal, changed } = options
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = (): void => reject(unanswered(changed?.() ?? false))
      if (signal?.aborted) return stop()
      signal?.addEventListener('abort', stop, { once: true })
      ask.on('SIGINT', stop).on('close', stop)
      ask.question(question).then(resolve, stop)
    })
  } catch (error) {
    // The cursor is still behind the question.
    output.write('\n')
    throw error
  } finally {
    ask.close()
  }
}

/** Swallows what readline echoes. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

/** Questions at a terminal. Without a terminal the answer is no. */
export const createPrompts = (options: PromptOptions): Prompts => ({
  async confirm(question) {
    const { input, output } = options
    if (!input.isTTY) return false
    const ask = createInterface({ input, output, terminal: true })
    return /^y(es)?$/i.test((await answer(ask, visible(`${question} [y/N] `), options)).trim())
  },
  async stdin(label) {
    const { input, output } = options
    if (input.isTTY) {
      output.write(`${label} (not shown): `)
      const ask = createInterface({ input, output: nowhere(), terminal: true })
      const text = await answer(ask, '', options)
      output.write('\n')
      return text
    }
    let text = ''
    for await (const chunk of input) text += chunk
    return text
  },
})
