import { type Document, isPair, isScalar, isSeq, visit } from 'yaml'
import { HowdahError } from '../../errors.ts'
import { keyName } from './keys.ts'
import { type Path, showPath } from './paths.ts'

/** Errors of one kind that are listed. The rest of the file is as bad. */
const MOST = 20

/**
 * Characters that no value can hold: XML 1.0 has no place for them, a program's arguments end at a NUL, and a terminal
 * obeys them. Line breaks and tabs are not among them.
 */
const UNFIT = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/u

/** The first character of a text that no value can hold, as `U+0001`; undefined when there is none. */
export function unfitCharacter(text: string): string | undefined {
  const found = UNFIT.exec(text)?.[0].codePointAt(0)
  return found === undefined ? undefined : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
}

/** An error for each key and value with such a character. The text is not repeated: it may be a password. */
export function unfitValues(doc: Document, place: (node: unknown) => string): HowdahError[] {
  const errors: HowdahError[] = []
  visit(doc, {
    Scalar(key, scalar, around) {
      const found = typeof scalar.value === 'string' ? unfitCharacter(scalar.value) : undefined
      if (found === undefined) return undefined
      const path = pathOf(around as readonly unknown[], key === 'key' ? undefined : scalar)
      errors.push(unfit(found, key === 'key', path, place(scalar)))
      return errors.length >= MOST ? visit.BREAK : undefined
    },
  })
  return errors
}

function unfit(found: string, isKey: boolean, path: Path, where: string): HowdahError {
  const field = isKey ? `a key in ${showPath(path.slice(0, -1))}` : showPath(path)
  return new HowdahError({
    code: 'SPEC_CHARACTER',
    exit: 'configuration',
    message: `${field} has the character ${found}, which no file of Hadoop and no command can hold`,
    found,
    expected: 'text of printable characters',
    where,
    next: NEXT[found] ?? `remove ${found}`,
  })
}

/** Delimiters of Hive. Its tables take them as octal numbers, which are plain text here. */
const hive = (octal: string): string =>
  `for a delimiter of Hive write '${octal}' in single quotes, which Hive reads as this character in a table (FIELDS TERMINATED BY, field.delim); otherwise remove it`

const NEXT: Readonly<Record<string, string>> = {
  'U+0001': hive('\\001'),
  'U+0002': hive('\\002'),
  'U+0003': hive('\\003'),
}

/** The path of a scalar, from the nodes around it. */
function pathOf(around: readonly unknown[], scalar: unknown): Path {
  return around.flatMap((node, i): Path => {
    if (isPair(node)) return [isScalar(node.key) ? printable(keyName(node)) : '?']
    return isSeq(node) ? [node.items.indexOf(around[i + 1] ?? scalar)] : []
  })
}

const printable = (name: string): string => (unfitCharacter(name) === undefined ? name : '?')
