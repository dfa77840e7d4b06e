import { stringify } from 'yaml'
import { schemaAt } from './json-schema.ts'

/** The common parts of every template of cluster.yml. */

/** The lines that editors read, and the name. */
export const head = (name: string): readonly string[] => [
  '# yaml-language-server: $schema=./howdah.schema.json',
  '# $schema: ./howdah.schema.json',
  '# (the schema is written by: howdah schema > howdah.schema.json; the second line is for JetBrains)',
  '',
  ...about('name'),
  `name: ${scalar(name)}`,
  '',
]

/** The description of a field, as a comment. */
export function about(...path: string[]): string[] {
  return wrap(schemaAt(path)?.description ?? '', 106).map((line) => `# ${line}`)
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Quoted where YAML would read it as something else, also inside of a map in braces. */
export const scalar = (text: string): string =>
  /^[\w.@/-]*$/.test(text) ? stringify(text).trimEnd() : JSON.stringify(text)
