/**
 * Files that Howdah reads while it runs and that are not modules of its process: templates, recipes, launchers, scripts
 * for hosts. Every path is below the root of the repository. A checkout has them at that path. The build
 * copies them to `dist/files/` under the same paths. Only this file may use `import.meta.url`, since a bundle moves code.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The build defines it. It is undefined in a checkout. */
declare const HOWDAH_BUNDLED: boolean | undefined

/** True in the packed Howdah, false in a checkout. */
export const BUNDLED = typeof HOWDAH_BUNDLED !== 'undefined'

const FILES = new URL(BUNDLED ? './files/' : '../', import.meta.url)

/** The root of the package, or of the checkout: package.json is in it. */
export const packageRoot = (): string => fileURLToPath(new URL('../', import.meta.url))

/** The absolute path of a file or folder, from its path in the repository: `hadoop-templates/hive`. */
export const ownFile = (path: string): string => fileURLToPath(new URL(path, FILES))

/** The text of a file, from its path in the repository. */
export const ownText = (path: string): string => readFileSync(ownFile(path), 'utf8')

/** The version of Howdah. package.json is the only place that has it. */
export function howdahVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return version
}

/**
 * The arguments with which `node` runs one of Howdah's programs in a process of its own, from the path of its source:
 * `lab/software/mirror-server.ts`. The build writes `dist/<name>.js` for each. A checkout runs the source with tsx.
 */
export function ownProgram(source: string): readonly string[] {
  if (BUNDLED) {
    const name = source.slice(source.lastIndexOf('/') + 1).replace(/\.ts$/, '.js')
    return [fileURLToPath(new URL(name, import.meta.url))]
  }
  const tsx = createRequire(import.meta.url).resolve('tsx')
  return ['--import', pathToFileURL(tsx).href, ownFile(source)]
}
