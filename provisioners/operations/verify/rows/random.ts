/** A seeded source of numbers: the same seed gives the same sequence on every machine (mulberry32). */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** An integer in [from, to]. */
  int(from: number, to: number): number
  chance(share: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
  /** A hexadecimal text of `length` digits. */
  hex(length: number): string
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    int,
    chance: (share) => next() < share,
    pick: (items) => items[int(0, items.length - 1)] as (typeof items)[number],
    hex: (length) => Array.from({ length }, () => int(0, 15).toString(16)).join(''),
  }
}
