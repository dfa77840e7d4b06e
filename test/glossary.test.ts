import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Found, folderOf, foundIn, foundInRepository } from './glossary/files.ts'
import { RETIRED, retiredIn } from './glossary/retired.ts'

/** Folders that are still to be rewritten, with the retired words that remain. A folder that is not here has none. */
const TABLE = join(import.meta.dirname, 'glossary/remaining.json')

const remaining = (): Record<string, number> => JSON.parse(readFileSync(TABLE, 'utf8'))

const byFolder = (found: readonly Found[]): Record<string, Found[]> => {
  const folders: Record<string, Found[]> = {}
  for (const hit of found) {
    const folder = folderOf(hit.file)
    folders[folder] = [...(folders[folder] ?? []), hit]
  }
  return folders
}

const shown = ({ file, line, found, instead }: Found): string =>
  `${file}:${line}: "${found}"; write ${instead}`

/** The table with lower numbers where there are fewer hits. It never raises a number, and never adds a folder. */
const lowered = (table: Record<string, number>, folders: Record<string, Found[]>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(table)
      .map(([folder, count]) => [folder, Math.min(count, folders[folder]?.length ?? 0)] as const)
      .filter(([, count]) => count > 0),
  )

// UPDATE_DOCS=1 npx vitest run --project unit test/glossary.test.ts lowers the numbers.
it('no folder has more retired words than the table allows it', () => {
  const folders = byFolder(foundInRepository())
  const table = remaining()
  if (process.env.UPDATE_DOCS === '1')
    writeFileSync(TABLE, `${JSON.stringify(lowered(table, folders), null, 2)}\n`)
  const over = Object.entries(folders)
    .filter(([folder, hits]) => hits.length > (table[folder] ?? 0))
    .map(([folder, hits]) => [`${folder}: ${hits.length}, allowed ${table[folder] ?? 0}`, ...hits.map(shown)])
  expect(over).toEqual([])
})

describe('the glossary of CONTRIBUTING.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../CONTRIBUTING.md'), 'utf8')
  const [, table = ''] = /<!-- glossary -->([\s\S]*)<!-- \/glossary -->/.exec(page) ?? []
  const retired = [...table.matchAll(/^\|.*\|([^|]*)\|$/gm)]
    .flatMap(([, cell = '']) => cell.split(','))
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '' && phrase !== 'retired' && !/^-+$/.test(phrase))

  it('names only words that the check finds', () => {
    expect(retired.length).toBeGreaterThan(20)
    expect(retired.filter((phrase) => retiredIn(phrase).length === 0)).toEqual([])
  })

  it('names a word for each pattern of the check', () => {
    const silent = RETIRED.filter(({ instead }) =>
      retired.every((phrase) => retiredIn(phrase).every((hit) => hit.instead !== instead)),
    )
    expect(silent.map(({ pattern }) => String(pattern))).toEqual([])
  })
})

describe('the check', () => {
  it.each([
    ['const groundOf = layOutHosts()', ['ground', 'lay out']],
    ['the file is to be read before the host is gone', ['is gone', 'is to be']],
    ["it shows the daemon's last words, and takes the lock away", ['last words', 'takes the lock away']],
    ['what the plan says of a user, and nothing stands there', ['stands', 'says of']],
    ['a name that is no number', ['is no n']],
  ])('finds what is retired in: %s', (line, words) => {
    expect(retiredIn(line).map(({ found }) => found)).toEqual(words)
  })

  it.each([
    'runs in the background, and stands in for AWS by a stand-in',
    'there is no lab of this name, and it is no longer needed',
    'a layout of its own; the link is to m1',
    'const standIn = standAlone()',
    'a hero here, and the other one there',
  ])('finds nothing in: %s', (line) => {
    expect(retiredIn(line)).toEqual([])
  })

  it('reports a file name at line 0, and the lines after the glossary where they are', () => {
    const text = 'one\n<!-- glossary -->\n| ground |\n<!-- /glossary -->\nhis key\n'
    expect(foundIn('docs/people.md', text).map(({ line, found }) => [line, found])).toEqual([
      [0, 'people'],
      [5, 'his'],
    ])
  })
})
