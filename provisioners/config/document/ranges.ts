/** Host ranges: `w[1-20]`, `w[01-20]`, `10.77.0.[21-40]`, `w[1-3,7]`. Pure. */

import { MOST_HOSTS } from './bounds.ts'
import { short } from './paths.ts'

export class RangeProblem extends Error {}

/** Characters of a name in DNS: what is written beside a range cannot be longer. */
const MOST_CHARACTERS = 253
/** Digits of a number in a range. */
const MOST_DIGITS = 9

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
  if (before.length + after.length > MOST_CHARACTERS)
    throw new RangeProblem(`a name has at most ${MOST_CHARACTERS} characters`)
  const names: string[] = []
  for (const part of body.split(',')) {
    const range = boundsOf(part.trim())
    // The members are counted before they are made.
    if (names.length + range.last - range.first >= MOST_HOSTS)
      throw new RangeProblem(`it has more than ${MOST_HOSTS} members`)
    for (let number = range.first; number <= range.last; number++)
      names.push(before + String(number).padStart(range.width, '0') + after)
  }
  return names
}

interface Bounds {
  readonly first: number
  readonly last: number
  /** Digits to pad to. */
  readonly width: number
}

function boundsOf(part: string): Bounds {
  const match = /^(\d+)(?:-(\d+))?$/.exec(part)
  if (match === null) throw new RangeProblem(`"${short(part)}" is not a range of numbers, as in 1-20`)
  const [, from = '', to = from] = match
  if (Math.max(from.length, to.length) > MOST_DIGITS)
    throw new RangeProblem(`"${short(part)}" has a number of more than ${MOST_DIGITS} digits`)
  const first = Number(from)
  const last = Number(to)
  if (last < first) throw new RangeProblem(`the range ${part} runs backwards; write ${to}-${from}`)
  const padded = from.length > 1 && from.startsWith('0')
  if (padded && from.length !== to.length) {
    throw new RangeProblem(`the ends of ${part} differ in width; pad both alike, as in 01-20`)
  }
  return { first, last, width: padded ? from.length : 0 }
}
