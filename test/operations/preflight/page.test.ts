import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CHECKS } from '../../../provisioners/operations/preflight/checks/index.ts'
import { withChecks } from '../../../provisioners/operations/preflight/page.ts'

const page = join(import.meta.dirname, '../../../docs/preflight.md')

it('docs/preflight.md has the current checks (UPDATE_DOCS=1 writes them again)', async () => {
  const made = withChecks(await readFile(page, 'utf8'))
  if (process.env.UPDATE_DOCS === '1') await writeFile(page, made)
  expect(await readFile(page, 'utf8')).toBe(made)
  for (const { id } of CHECKS) expect(made).toContain(`\`${id}\``)
})
