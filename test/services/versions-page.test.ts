import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { versionsPage } from '../../provisioners/services/versions-page.ts'

const page = join(import.meta.dirname, '../../docs/versions.md')

it('docs/versions.md has the current rules and repairs (UPDATE_DOCS=1 writes it again)', async () => {
  if (process.env.UPDATE_DOCS === '1') await writeFile(page, versionsPage())
  expect(await readFile(page, 'utf8')).toBe(versionsPage())
})
