import { Lexer, LineCounter, Parser } from 'yaml'
import { HowdahError } from '../../errors.ts'
import { MOST_BYTES, MOST_LEVELS } from './bounds.ts'

/** What keeps a text from being read as YAML at all. */

export const tooLarge = (where: string, message: string, expected: string, next: string): HowdahError =>
  new HowdahError({ code: 'SPEC_TOO_LARGE', exit: 'configuration', message, expected, where, next })

/** What keeps a text from being read at all: too many characters, or too many levels. */
export function beyondLimits(text: string, file: string): HowdahError | undefined {
  if (text.length > MOST_BYTES) return tooManyBytes(file)
  const lines = new LineCounter()
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  // The parser keeps its open levels in a list, but what follows it calls itself for each level.
  for (const lexeme of new Lexer().lex(text)) {
    for (const _token of parser.next(lexeme));
    if (parser.stack.length <= MOST_LEVELS) continue
    const { line, col } = lines.linePos(Math.max(0, parser.offset - lexeme.length))
    return tooManyLevels(`${file}:${line}:${col}`)
  }
  return undefined
}

export const tooManyBytes = (file: string): HowdahError =>
  tooLarge(
    `${file}:1:1`,
    `${file} is larger than ${MOST_BYTES} bytes`,
    `at most ${MOST_BYTES} bytes`,
    `check that it is the right file: head -c 500 ${file}`,
  )

export const tooManyLevels = (where: string): HowdahError =>
  tooLarge(
    where,
    `the file has more than ${MOST_LEVELS} lists and maps inside each other`,
    `at most ${MOST_LEVELS} levels`,
    'close the brackets that are open before this place',
  )
