import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { clusterYmlDoc } from '../../provisioners/config/index.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'docs/cluster-yml.md')

it('docs/cluster-yml.md agrees with the schema (UPDATE_DOCS=1 writes it again)', async () => {
  const made = clusterYmlDoc(await readFile(join(root, 'examples/small.yml'), 'utf8'))
  if (process.env.UPDATE_DOCS === '1') await writeFile(page, made)
  expect(await readFile(page, 'utf8')).toBe(made)
})
