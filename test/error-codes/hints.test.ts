import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { fields } from '../../provisioners/config/describe/fields.ts'
import { knownPaths } from '../../provisioners/config/index.ts'
import { ERROR_CODES } from '../../provisioners/error-codes/index.ts'
import { filesIn } from './expectations.ts'

/** Every hint in the sources, and of the table of codes: its commands exist, and the fields that it names too. */

const ROOT = join(import.meta.dirname, '../..')
const HINTS = new Set(['next', 'expected', 'message', 'remedy', 'detail'])

interface Hint {
  readonly file: string
  readonly text: string
}

/** Text with `§` where a value is put in. */
function literal(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return node.head.text + node.templateSpans.map((span) => `§${span.literal.text}`).join('')
}

/** The texts below the properties that a user reads as a hint, also where they are chosen by a condition. */
function hintsIn(file: string, names = HINTS): Hint[] {
  const found: Hint[] = []
  const collect = (node: ts.Node): void => {
    const text = literal(node)
    if (text !== undefined) found.push({ file, text })
    ts.forEachChild(node, collect)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && names.has(node.name.getText())) collect(node.initializer)
    else ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true))
  return found
}

const hints: readonly Hint[] = [
  ...['cli', 'lab', 'provisioners', 'stacks']
    .flatMap((room) => filesIn(join(ROOT, room)))
    .flatMap((file) => hintsIn(file.slice(ROOT.length + 1))),
  ...Object.entries(ERROR_CODES).flatMap(([file, { meaning, remedy }]) =>
    [meaning, remedy].map((text) => ({ file, text })),
  ),
]

/** What is wrong with `howdah …` at the start of a text; prose may follow the command. */
function mistakeIn(text: string, root: Command): string | undefined {
  const words = (/^howdah ([^;,:()`&|>]*)/.exec(text)?.[1] ?? '').trim().replace(/\.$/, '').split(/\s+/)
  let command = root
  while (command.commands.length > 0) {
    const sub = command.commands.find((one) => one.name() === words[0])
    if (sub === undefined) return `${command.name()} has no verb ${words[0]}`
    words.shift()
    command = sub
  }
  const options = [...command.options, ...root.options, { long: '--help', short: '-h' }]
  const unknown = words
    .filter((word) => /^--?[a-z]/.test(word))
    .find((word) => !options.some(({ long, short }) => [long, short].includes(word.split('=')[0])))
  if (unknown !== undefined) return `howdah ${command.name()} has no option ${unknown}`
  const [path = ''] = words
  const explains = command.name() === 'explain' && /^[a-z]/.test(path) && !/^(shows|lists|was)$/.test(path)
  return explains && !knownPaths().includes(path) ? `${path} cannot be explained` : undefined
}

const callsIn = (text: string): string[] =>
  text.split(/(?=\bhowdah [a-z])/).filter((part) => /^howdah [a-z]/.test(part))

/** Names of fields in a text: `ssh.transport`, but not `hdfs.server.namenode` or a file. */
const sections = [...new Set(fields().map(({ path }) => path.split('.')[0] ?? ''))]
/** The end of the names of properties. */
const NO_FIELDS = ['java.opts']
const FIELD = new RegExp(
  `(?<![\\w./-])(?:${sections.join('|')})(?:\\.[A-Za-z][A-Za-z0-9]*)+(?![\\w/(-])`,
  'g',
)

const isField = (path: string): boolean => {
  const real = path.replace('.NAME.', '.api.').replace('.MAJOR', '.8')
  return fields().some((field) => field.path === real) || knownPaths().includes(real)
}

describe('hints', () => {
  it('are found in all rooms', () => {
    expect(hints.length).toBeGreaterThan(700)
  })

  it.each([
    ['howdah logs aply', 'logs has no verb aply'],
    ['howdah plan --jason', 'howdah plan has no option --jason'],
    ['howdah explain sizing', 'sizing cannot be explained'],
    ['howdah bootstrap makes it', undefined],
  ])('%s: %s', (text, mistake) => {
    expect(
      mistakeIn(
        text,
        buildProgram(async () => {}),
      ),
    ).toBe(mistake)
  })

  it('name only verbs and options of howdah, and paths that can be explained', () => {
    const root = buildProgram(async () => {})
    const wrong = hints.flatMap(({ file, text }) =>
      callsIn(text).flatMap((call) => {
        const mistake = mistakeIn(call, root)
        return mistake === undefined ? [] : [`${file}: ${mistake}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('name only fields that cluster.yml has', () => {
    const wrong = hints.flatMap(({ file, text }) =>
      (text.match(FIELD) ?? [])
        .filter((path) => !isField(path) && !NO_FIELDS.includes(path))
        .map((path) => `${file}: ${path}`),
    )
    expect(wrong).toEqual([])
  })
})
