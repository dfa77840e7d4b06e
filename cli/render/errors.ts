import { HowdahError, HowdahErrors } from '../../provisioners/errors.ts'
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

/** Errors as text: the most important line first, the next command last. Equal errors of several hosts are grouped. */
export function errorText(error: HowdahError, c: Colors): string {
  if (!(error instanceof HowdahErrors)) return one(error, c)
  const groups = new Map<string, HowdahError[]>()
  for (const each of error.all) {
    const key = `${each.code} ${each.details.message}`
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  const blocks = [...groups.values()].map((group) => {
    const [first] = group as [HowdahError]
    if (group.length === 1) return one(first, c)
    const places = group.map((each) => each.details.where ?? '').filter(Boolean)
    return one(
      new HowdahError({ ...first.details, where: `${group.length} places: ${places.join(', ')}` }),
      c,
    )
  })
  const head = error.all.length > 1 ? [c.bold(`${error.all.length} errors`)] : []
  return [...blocks, ...head].join('\n')
}

/** The same as data, for `--json`. */
export function errorJson(error: HowdahError): object {
  const all = error instanceof HowdahErrors ? error.all : [error]
  const plain = all.map(({ details: { cause, ...rest } }) => rest)
  return { formatVersion: '1.0', errors: plain }
}
