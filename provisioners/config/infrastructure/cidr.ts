/** Ranges of IPv4 addresses. */

export interface Cidr {
  readonly first: number
  readonly prefix: number
}

/** A range in numbers; or what is wrong with it, and what would be right. */
export function parseCidr(text: string): Cidr | { readonly wrong: string; readonly right: string } {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text)
  const octets = match?.slice(1, 5).map(Number) ?? []
  const prefix = Number(match?.[5])
  if (match === null || octets.some((octet) => octet > 255) || prefix > 32) {
    return { wrong: 'is not a range of IPv4 addresses', right: 'four numbers to 255, and a prefix to 32' }
  }
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const first = address - (address % sizeOf(prefix))
  if (first !== address) {
    return { wrong: 'has bits set behind its prefix', right: `${dotted(first)}/${prefix}` }
  }
  return { first, prefix }
}

const sizeOf = (prefix: number): number => 2 ** (32 - prefix)

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')

/** Whether two ranges share an address. */
export const overlap = (a: Cidr, b: Cidr): boolean =>
  a.first < b.first + sizeOf(b.prefix) && b.first < a.first + sizeOf(a.prefix)
