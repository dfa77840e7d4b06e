/** Host ranges: `w[1-20]`, `w[01-20]`, `10.77.0.[21-40]`, `w[1-3,7]`. Pure. */

export class RangeProblem extends Error {}

/** A range with more hosts than this is taken for a typing error. */
const MOST = 10_000

const BRACKETS = /^([^[\]]*)\[([^[\]]*)\]([^[\]]*)$/

export const isRange = (text: string): boolean => /[[\]]/.test(text)

/**
 * Expands a name or an address; text without brackets gives itself.
 * Numbers written with leading zeros keep their width (`w[01-20]` begins with w01).
 * Throws RangeProblem, saying what is wrong, on a range that runs backwards, is not of numbers, or is too long.
 */
export function expandRange(text: string): string[] {
  if (!isRange(text)) return [text]
  const match = BRACKETS.exec(text)
  if (match === null) throw new RangeProblem('a name holds one range at most, as in w[1-20]')
  const [, before = '', body = '', after = ''] = match
  return body.split(',').flatMap((part) => numbers(part.trim()).map((number) => before + number + after))
}

function numbers(part: string): string[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(part)
  if (match === null) throw new RangeProblem(`"${part}" is not a range of numbers, as in 1-20`)
  const [, from = '', to = from] = match
  const first = Number(from)
  const last = Number(to)
  if (last < first) throw new RangeProblem(`the range ${part} runs backwards; write ${to}-${from}`)
  if (last - first >= MOST) throw new RangeProblem(`the range ${part} has more than ${MOST} members`)
  const padded = from.length > 1 && from.startsWith('0')
  if (padded && from.length !== to.length) {
    throw new RangeProblem(`the ends of ${part} differ in width; pad both alike, as in 01-20`)
  }
  const width = padded ? from.length : 0
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(width, '0'))
}
