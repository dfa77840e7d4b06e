import { createInterface } from 'node:readline/promises'
import { HowdahError } from '../provisioners/errors.ts'
import type { Prompts } from '../provisioners/runtime/types.ts'
import { visible } from './render/visible.ts'

/** Questions at a terminal. Without a terminal the answer is no. */
export const terminalPrompts: Prompts = {
  async confirm(question) {
    if (!process.stdin.isTTY) return false
    const ask = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return /^y(es)?$/i.test((await ask.question(visible(`${question} [y/N] `))).trim())
    } finally {
      ask.close()
    }
  },
  async stdin(label) {
    if (process.stdin.isTTY) {
      throw new HowdahError({
        code: 'SECRET_STDIN_TERMINAL',
        exit: 'configuration',
        message: `${label} must come from standard input, which is a terminal`,
        next: 'pipe it in: howdah bootstrap < secret-file',
      })
    }
    let text = ''
    for await (const chunk of process.stdin) text += chunk
    return text
  },
}
