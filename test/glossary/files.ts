import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hit, retiredIn } from './retired.ts'

/** The files of the repository that the glossary holds for, and what it finds in them. */

const root = join(import.meta.dirname, '../..')

/** Files that are not read, each with its reason. */
const NOT_READ: readonly (readonly [RegExp, string])[] = [
  [/^CHANGELOG\.md$/, 'history: a released entry is not rewritten'],
  [/^(LICENSE|package-lock\.json)$/, 'written by others'],
  [/\/fixtures\//, 'text of others'],
  [/^provisioners\/artifacts\/maven\/.*\.(xml|json)$/, 'poms, and lists of file names'],
  [/^(man\/howdah\.1|docs\/(errors|cluster-yml|versions)\.md)$/, 'generated from code that is read'],
  [/^test\/glossary/, 'lists the retired words'],
]

/** The glossary itself names the retired words; this is where it begins and ends. */
const GLOSSARY = /<!-- glossary -->[\s\S]*<!-- \/glossary -->/

/** Text of others inside our files: an output that a test plays, a name that another project chose. */
const FOREIGN: readonly string[] = ['he said "no"']

export interface Found extends Hit {
  readonly file: string
}

const isBinary = (text: string): boolean => text.includes('\0')

export const filesRead = (): readonly string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((file) => file !== '' && !NOT_READ.some(([pattern]) => pattern.test(file)))

/** Reads a file as text; a file that is deleted but not yet committed is empty. */
function textOf(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Keeps the number of lines, so that the lines after the glossary are reported where they are. */
const withoutGlossary = (text: string): string =>
  text.replace(GLOSSARY, (part) => '\n'.repeat(part.split('\n').length - 1))

const withoutForeign = (text: string): string =>
  FOREIGN.reduce((left, foreign) => left.replaceAll(foreign, ''), text)

/** Hits in a file's name (line 0) and in its text. */
export function foundIn(file: string, text: string): readonly Found[] {
  if (isBinary(text)) return []
  const name = retiredIn(file).map((hit) => ({ ...hit, line: 0, file }))
  const hits = retiredIn(withoutForeign(withoutGlossary(text))).map((hit) => ({ ...hit, file }))
  return [...name, ...hits]
}

export const foundInRepository = (): readonly Found[] =>
  filesRead().flatMap((file) => foundIn(file, textOf(file)))

/** The folder by which hits are counted: `cli`, `docs`, `provisioners/engine`, `test/stacks`; `.` for the top. */
export function folderOf(file: string): string {
  const [top = '', second = '', ...rest] = file.split('/')
  if (second === '') return '.'
  if (top !== 'provisioners' && top !== 'test') return top
  return rest.length === 0 ? top : `${top}/${second}`
}
