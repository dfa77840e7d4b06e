import { Lexer, LineCounter, Parser } from 'yaml'
import { HowdahError } from '../../errors.ts'

/**
 * Bounds on what is read as YAML, so that no file keeps this machine busy, or fills its memory. A file for the largest
 * cluster that Howdah takes is far below each of them.
 */

/** Bytes of a file: room for 3,000 hosts with a line of their own. Beyond it, reading YAML that is wrong everywhere takes minutes. */
export const MOST_BYTES = 1 << 18
/** Levels of lists and maps, those that aliases bring included. */
export const MOST_LEVELS = 64
/** Aliases (`*name`) in a file. */
export const MOST_ALIASES = 1000
/** Values, each alias counted with all that it stands for. */
export const MOST_VALUES = 250_000
/** Entries of one list. */
export const MOST_ENTRIES = 10_000
/** Hosts of a cluster. A range with more members is taken for a typing error. */
export const MOST_HOSTS = 10_000

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
