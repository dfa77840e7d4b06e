import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { troubleshootingPage } from '../../../provisioners/operations/doctor/page.ts'
import { symptoms } from '../../../provisioners/services/index.ts'

const page = join(import.meta.dirname, '../../../docs/troubleshooting.md')

it('docs/troubleshooting.md has the rule base (UPDATE_DOCS=1 writes it again)', async () => {
  if (process.env.UPDATE_DOCS === '1') await writeFile(page, troubleshootingPage())
  const text = await readFile(page, 'utf8')
  expect(text).toBe(troubleshootingPage())
  expect(symptoms.filter(({ name }) => !text.includes(`\`${name}\``))).toEqual([])
})
