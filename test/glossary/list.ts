import { folderOf, foundInRepository } from './files.ts'

/** `npx tsx test/glossary/list.ts [FOLDER…]`: the retired words that remain in these folders, or in all. */

const folders = process.argv.slice(2)

for (const hit of foundInRepository())
  if (folders.length === 0 || folders.some((one) => one === folderOf(hit.file) || hit.file.startsWith(one)))
    console.log(`${hit.file}:${hit.line}: "${hit.found}"; write ${hit.instead}`)
