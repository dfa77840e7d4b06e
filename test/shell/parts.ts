/** Scripts within scripts: text that another shell runs, and text in files. */

import type { Script } from './shellcheck.ts'

/** The value of a single-quoted argument. */
const unquoted = (word: string): string => word.replaceAll("'\\''", "'")

/** A here-document that a shell reads, not one that is written to a file. */
function hereDocuments(script: Script): Script[] {
  return [...script.text.matchAll(/^(.*)<<'(HOWDAH_END\w*)'\n([\s\S]*?)^\2$/gm)].flatMap(
    ([, command = '', , text = ''], i) => {
      const shell = /bash -c/.test(command) ? 'bash' : 'sh'
      if (!/howdah_bounded|howdah_as|sh -c/.test(command)) return []
      return [{ name: `${script.name}, input ${i}`, shell, text } as const]
    },
  )
}

/** The scripts in `sh -c 'SCRIPT'` and `bash -c 'SCRIPT'`. */
function commandWords(script: Script): Script[] {
  return [...script.text.matchAll(/\b(ba)?sh -c '((?:[^']|'\\'')*)'/g)].map(([, ba, text = ''], i) => ({
    name: `${script.name}, command ${i}`,
    shell: ba ? 'bash' : 'sh',
    text: unquoted(text),
  }))
}

/** The script, and all parts that other shells run. */
export function withParts(script: Script): Script[] {
  // The first line is a comment or names a shell; the part for another shell is inside.
  const inner = [...hereDocuments(script), ...commandWords(script)].filter(({ text }) => text !== script.text)
  return [script, ...inner.flatMap(withParts)]
}

/** A unit's commands that are shell. systemd halves dollar and per cent signs. */
export const ofUnit = (name: string, content: string): Script[] =>
  commandWords({ name, shell: 'sh', text: content.replaceAll('$$', '$').replaceAll('%%', '%') })

const SOURCED = /(-env\.sh|\.bashrc|\.bash_profile|\.profile|\/profile\.d\/[^/]+)$/

/** The content of a file, if a shell reads it. */
export function ofFile(name: string, path: string, content: string): Script[] {
  if (/^#!.*\b(ba|da)?sh\b/.test(content)) return withParts({ name, shell: 'sh', text: content })
  if (SOURCED.test(path)) return [{ name, shell: 'bash', text: content }]
  return path.endsWith('.service') ? ofUnit(name, content) : []
}

/** Removes here-documents, which are data of the script around them. */
const withoutData = (text: string): string => text.replace(/^(.*<<'(HOWDAH_END\w*)'\n)[\s\S]*?^\2$/gm, '$1$2')

/** A script without its names, numbers and paths, for comparison: one of several similar scripts is enough. */
const shapeOf = ({ shell, prelude, text }: Script): string =>
  `${shell} ${prelude} ${withoutData(text)
    .replace(/[0-9a-f]{40,}/g, 'H')
    .replace(/(\/[\w.@+-]+)+/g, '/P')
    .replace(/\/P( \/P)+/g, '/P')
    .replace(/\b(hdfs|yarn|mapred|hive|howdah)-[\w.-]+/g, 'N')
    .replace(/\d+/g, '0')}`

/** One script of each kind. */
export function distinct(scripts: readonly Script[]): Script[] {
  const found = new Map<string, Script>()
  for (const script of scripts) {
    const shape = shapeOf(script)
    if (!found.has(shape)) found.set(shape, { ...script, text: withoutData(script.text) })
  }
  return [...found.values()]
}
