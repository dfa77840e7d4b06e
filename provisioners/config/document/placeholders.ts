import { PLACEHOLDERS } from '../schedule/edx-workflows.ts'

/** A word in braces; JSON such as {"a":1} does not match. */
const WORD = /\{([a-z][a-z-]*?)([+-]\d+)?\}/g

/** A part of an argument: text, or a placeholder that is filled in. */
export type Piece =
  | { readonly text: string }
  | { readonly word: string /** Days to add; only with `today`. */; readonly days: number }

/** The first unknown placeholder of an argument, or undefined. */
export function unknownPlaceholder(argument: string): string | undefined {
  for (const [all, word = '', days] of argument.matchAll(WORD)) {
    if (!(word in PLACEHOLDERS) || (days !== undefined && word !== 'today')) return all
  }
  return undefined
}

/** An argument as text and placeholders. */
export function piecesOf(argument: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const match of argument.matchAll(WORD)) {
    if (match.index > at) pieces.push({ text: argument.slice(at, match.index) })
    pieces.push({ word: match[1] ?? '', days: Number(match[2] ?? 0) })
    at = match.index + match[0].length
  }
  if (at < argument.length || pieces.length === 0) pieces.push({ text: argument.slice(at) })
  return pieces
}
