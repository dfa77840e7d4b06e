import type { Path } from './paths.ts'
import { type Problems, showPath } from './problems.ts'

/** Templates of other tools. Howdah fills in none of them, so such a value would be taken as it is written. */

/** Places where a shell, Hadoop or Python fills in what is written, as the start of a path without list positions. */
const FILLED_IN: readonly RegExp[] = [
  /^properties\./,
  /^aws\.emr\.(configurations|steps|bootstrapActions|applications)\b.*(properties\.|args$)/,
  /^aws\.tags\./,
  /^schedule\.jobs\.(command|arguments)$/,
  /^users\.(sudoCommands|keySources\.command)$/,
  /^trackingLogs\.rotate\.reopen$/,
  /^pipeline\.(overrides\.|logPattern$)/,
]

/** Commands of bash may have `{{` for themselves. */
const COMMANDS =
  /^(schedule\.jobs\.(command|arguments)|users\.keySources\.command|trackingLogs\.rotate\.reopen)$/

/** `{{NAME}}` is YARN's own way to write a variable of a container. */
const JINJA = /\{\{(?!\w+\}\})|\{%/

const LOOKUP = /lookup\(\s*['"]env['"]\s*,\s*['"](\w+)['"]\s*\)/

interface Template {
  readonly title: string
  /** The variable of the environment that it takes. */
  readonly variable?: string | undefined
}

function templateIn(text: string, place: string): Template | undefined {
  if (JINJA.test(text) && !COMMANDS.test(place))
    return { title: 'a template of Ansible ({{ … }} or {% … %})', variable: LOOKUP.exec(text)?.[1] }
  if (FILLED_IN.some((pattern) => pattern.test(place))) return undefined
  const variable = /\$\{(\w+)[^}]*\}/.exec(text)?.[1]
  if (variable !== undefined) return { title: '${…}, a variable of a shell', variable }
  return /\$\(|\$\{/.test(text) ? { title: '$(…), a command of a shell' } : undefined
}

/** Adds an error for each value that is a template where a value is expected. The text is not repeated. */
export function checkTemplates(problems: Problems): void {
  const visit = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) for (const [i, one] of value.entries()) visit(one, [...path, i])
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) visit(one, [...path, name])
    else if (typeof value === 'string' && /[{$]/.test(value)) check(value, path, problems)
  }
  visit(problems.document.value, [])
}

function check(text: string, path: Path, problems: Problems): void {
  const place = path.filter((segment) => typeof segment === 'string').join('.')
  const found = templateIn(text, place)
  if (found === undefined) return
  const secret = found.variable === undefined ? '{env: NAME}' : `{env: ${found.variable}}`
  problems.add({
    code: 'SPEC_TEMPLATE',
    path,
    message: `${showPath(path)} has ${found.title}, and Howdah fills in no templates`,
    found: found.title,
    expected: 'the value itself',
    next: `write the value; for a secret write ${secret}, which is read on this machine`,
  })
}
