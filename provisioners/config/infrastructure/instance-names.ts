/** What instance types say by their names. */

/** EMR does not run on less than `large`; its own default is `xlarge`. */
const TOO_SMALL = ['nano', 'micro', 'small', 'medium']

const parts = (type: string): readonly [family: string, size: string] => {
  const [family = '', size = ''] = type.replace(/^db\./, '').split('.')
  return [family, size]
}

export const tooSmallForEmr = (type: string): boolean => TOO_SMALL.includes(parts(type)[1])

/** The same type in a size that EMR takes. */
export const raisedForEmr = (type: string): string => `${parts(type)[0]}.xlarge`

/** Graviton by name: a `g` after the generation (m7g, c6gn, r8gd), and a1. */
export const isArm = (type: string): boolean => /^(a1|[a-z]+\d+g[a-z]*)$/.test(parts(type)[0])
