import { HowdahError, HowdahErrors } from '../../provisioners/errors.ts'
import { grouped, hostRange, withoutHost } from './hosts.ts'
import type { Colors } from './text.ts'
import { beside } from './visible.ts'

function one(error: HowdahError, c: Colors): string {
  const { message, where, found, expected, detail, next, code } = error.details
  const lines = [`${c.red('error')} ${c.bold(beside(message))}`]
  if (where) lines.push(`  at        ${beside(where)}`)
  if (found) lines.push(`  found     ${beside(found)}`)
  if (expected) lines.push(`  expected  ${beside(expected)}`)
  if (detail)
    lines.push(
      ...detail
        .trimEnd()
        .split('\n')
        .map((line) => c.dim(`  │ ${line}`)),
    )
  if (next) lines.push(`  next      ${c.cyan(next)}`)
  lines.push(c.dim(`  ${code}`))
  return lines.join('\n')
}

/** The host of an error: its message begins with it, or it is where the error is. A position in a file is not a host. */
function hostOf({ details: { message, where = '' } }: HowdahError): string {
  const [, named] = /^([A-Za-z0-9-]+) \(/.exec(message) ?? []
  return named ?? (where.includes(':') ? '' : where)
}

/** Errors as text: the most important line first, the next command last. Errors of several hosts that differ only in the host are grouped. */
export function errorText(error: HowdahError, c: Colors): string {
  if (!(error instanceof HowdahErrors)) return one(error, c)
  const groups = grouped(
    error.all,
    (each) => `${each.code} ${withoutHost(each.details.message, hostOf(each))}`,
  )
  const blocks = groups.map((group) => {
    const [first] = group
    if (group.length === 1) return one(first, c)
    const places = hostRange(group.map((each) => hostOf(each) || (each.details.where ?? '')).filter(Boolean))
    return one(new HowdahError({ ...first.details, where: `${group.length} places: ${places}` }), c)
  })
  const head = error.all.length > 1 ? [c.bold(`${error.all.length} errors`)] : []
  return [...blocks, ...head].join('\n')
}

/** The same as data, for `--json`. */
export function errorJson(error: HowdahError): object {
  const all = error instanceof HowdahErrors ? error.all : [error]
  const plain = all.map(({ details: { cause, ...rest } }) => rest)
  return { errors: plain }
}
