import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { errorsPage } from '../../provisioners/error-codes/page.ts'

const page = join(import.meta.dirname, '../../docs/errors.md')

it('docs/errors.md says what the table of codes says (UPDATE_DOCS=1 writes it again)', async () => {
  if (process.env.UPDATE_DOCS === '1') await writeFile(page, errorsPage())
  expect(await readFile(page, 'utf8')).toBe(errorsPage())
})
