import { PLACEHOLDERS } from '../schedule/edx-workflows.ts'

/** Braces with a word in them; JSON such as {"a":1} is left alone. */
const WORD = /\{([a-z][a-z-]*?)([+-]\d+)?\}/g

/** A piece of an argument: text, or a word that is filled in. */
export type Piece =
  | { readonly text: string }
  | { readonly word: string /** Days, of `today` alone. */; readonly days: number }

/** The first braces of an argument that stand for nothing, or undefined. */
export function unknownPlaceholder(argument: string): string | undefined {
  for (const [all, word = '', days] of argument.matchAll(WORD)) {
    if (!(word in PLACEHOLDERS) || (days !== undefined && word !== 'today')) return all
  }
  return undefined
}

/** An argument as text and words. */
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
