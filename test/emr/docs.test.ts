import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { retiredTypes } from '../../provisioners/config/index.ts'
import { JOBTRACKER_MOVED, LEGACY_KEYS } from '../../provisioners/emr/index.ts'

const FILE = join(import.meta.dirname, '../../docs/emr.md')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

const parts: Readonly<Record<string, string>> = {
  keys: table(
    ['key', 'default then', 'becomes'],
    LEGACY_KEYS.map((one) => [
      code(one.key),
      one.default.includes(' ') ? one.default : code(one.default),
      one.becomes,
    ]),
  ),
  properties: table(
    ['then', 'now', 'in'],
    Object.entries(JOBTRACKER_MOVED).flatMap(([name, now]) =>
      now === undefined ? [] : [[code(name), code(now.name), now.classification]],
    ),
  ),
  types: table(
    ['then', 'now'],
    retiredTypes().map(([type, successor]) => [code(type), code(successor)]),
  ),
}

/** The page with its tables made from the data. */
const made = (page: string): string =>
  Object.entries(parts).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`),
        (_all, start: string, end: string) => `${start}${part}\n${end}`,
      ),
    page,
  )

// UPDATE_DOCS=1 npx vitest run --project unit test/emr/docs.test.ts
it("docs/emr.md's tables are those of the data", () => {
  const page = readFileSync(FILE, 'utf8')
  if (process.env.UPDATE_DOCS) writeFileSync(FILE, made(page))
  else expect(page).toBe(made(page))
  for (const name of Object.keys(parts)) expect(page).toContain(`<!-- ${name} -->`)
})
