import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folders of the packages that these files belong to: `node_modules/a`, `node_modules/@b/c/node_modules/d`. */
const packagesOf = (inputs: readonly string[]): string[] => {
  const folders = inputs.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? '')
  return [...new Set(folders)].filter((folder) => folder !== '').sort()
}

/** The licences of the packages whose code is in a bundle, one after another; the files are a bundle's inputs. */
export function licencesText(root: string, inputs: readonly string[]): string {
  const parts = packagesOf(inputs).map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each))
    const text =
      file && existsSync(join(root, folder, file)) ? readFileSync(join(root, folder, file), 'utf8') : ''
    return `${name} ${version} (${license})\n\n${text.trim() || 'The package holds no text of its licence.'}\n`
  })
  return ['Howdah holds code of these packages.\n', ...parts].join(`\n${'-'.repeat(78)}\n\n`)
}
