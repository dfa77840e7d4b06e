import { distance } from 'fastest-levenshtein'

/** A longer word is not a typing error in one that Howdah knows, and the comparison would take its length squared. */
const MOST_LETTERS = 200

/** The known word that is nearest to the written one; undefined when none is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MOST_LETTERS) return undefined
  const wanted = word.toLowerCase()
  let best: { word: string; cost: number } | undefined
  for (const candidate of known) {
    const cost = distance(wanted, candidate.toLowerCase())
    if (best === undefined || cost < best.cost) best = { word: candidate, cost }
  }
  if (best === undefined) return undefined
  const swapped = known.find((candidate) => letters(candidate) === letters(word))
  if (swapped !== undefined) return swapped
  const longest = Math.max(word.length, best.word.length)
  return best.cost <= Math.max(1, Math.floor(longest * 0.4)) ? best.word : undefined
}

/** "did you mean X?", or undefined. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const found = nearest(word, known)
  return found === undefined ? undefined : `did you mean ${found}?`
}

/** Two swapped letters are one typing error, which the distance counts as two. */
const letters = (word: string): string => [...word.toLowerCase()].sort().join('')
