import { CommanderError } from 'commander'
import { buildProgram } from '../../../cli/program.ts'
import { PROPERTY_FILES } from '../../../provisioners/catalog/index.ts'
import { knownPaths } from '../../../provisioners/config/index.ts'

/** Reads what a rule says to do next: commands of Howdah, commands on a host, lines of cluster.yml. */

interface NextStep {
  readonly kind: 'howdah' | 'host' | 'cluster.yml' | 'prose'
  readonly text: string
}

const HOST = /^on (?:that host|the master|every worker|the hosts? of [\w' ]+): (.+)$/
const EDIT = /^(?:write|set|raise|lower|correct|remove) (.+) (?:in|from) cluster\.yml$/

/** A remark between parentheses ends a step; parentheses of shell follow a dollar sign. */
const withoutRemark = (text: string): string => text.replace(/ \([^()]*(?:\([^()]*\)[^()]*)*\)$/, '')

export const stepsOf = (next: string): NextStep[] =>
  next
    .split('; then ')
    .map((part) => withoutRemark(part.trim()))
    .map((part) => {
      if (part.startsWith('howdah ')) return { kind: 'howdah', text: part }
      const [, command] = HOST.exec(part) ?? []
      if (command !== undefined) return { kind: 'host', text: command }
      const [, keys] = EDIT.exec(part) ?? []
      return keys === undefined ? { kind: 'prose', text: part } : { kind: 'cluster.yml', text: keys }
    })

/** What is wrong with the commands of Howdah in a text. */
export function commandsIn(text: string): string[] {
  const program = buildProgram(async () => {})
  const all = [program, ...program.commands.flatMap((one) => [one, ...one.commands])]
  for (const command of all) command.exitOverride().configureOutput({ writeOut() {}, writeErr() {} })
  try {
    program.parse(text.split(' ').slice(1), { from: 'user' })
    return []
  } catch (error) {
    return [`${text}: ${error instanceof CommanderError ? error.message : String(error)}`]
  }
}

/** The keys of a text that cluster.yml does not have. Below `properties.<file>` every name is one. */
export function keysIn(text: string): string[] {
  const known = new Set(knownPaths())
  const keys = text.split(/, | and | or /).map((each) => each.replace(/: .*$/, ''))
  return keys.filter((key) => {
    const [first, file = ''] = key.split('.')
    return first === 'properties' ? !(file in PROPERTY_FILES) : !known.has(key)
  })
}
