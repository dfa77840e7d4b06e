/** Classes of letters by their width, as a fraction of the font size, for a wide sans serif: few fonts are wider. */
const NARROW = /[ilj.,:;|!'()[\]ft\s]/
const WIDE = /[mwMW@%×]/
const CAPITAL = /[A-Z0-9–]/

const partOf = (letter: string): number => {
  if (NARROW.test(letter)) return 0.42
  if (WIDE.test(letter)) return 1
  return CAPITAL.test(letter) ? 0.73 : 0.63
}

/** The largest width of a text at a size, in pixels. Bold letters are a tenth wider. */
export const widthOf = (text: string, size: number, bold = false): number =>
  Math.ceil([...text].reduce((sum, letter) => sum + partOf(letter), 0) * size * (bold ? 1.1 : 1))
