import { createHash } from 'node:crypto'
import { type Cidr, overlap, parseCidr } from '../../../provisioners/config/infrastructure/cidr.ts'
import { type Fields, textOf } from './values.ts'

/** The resources that exist so far in the account. Rules about other resources and addresses need it. */
export interface Made {
  readonly type: string
  readonly id: string
  readonly fields: Fields
}

export interface Place {
  readonly region: string
  readonly account: string
  readonly defaultTags: Readonly<Record<string, string>>
}

export class World {
  place: Place = { region: 'us-east-1', account: '123456789012', defaultTags: {} }
  readonly #made = new Map<string, Made>()
  readonly #taken = new Set<string>()

  put(type: string, fields: Fields): void {
    const id = textOf(fields.id) ?? ''
    this.#made.set(`${type} ${id}`, { type, id, fields })
    for (const address of [fields.private_ip, fields.public_ip]) {
      if (typeof address === 'string' && address !== '') this.#taken.add(address)
    }
    this.#taken.add(`${type} ${id}`)
  }

  remove(type: string, id: string): void {
    this.#made.delete(`${type} ${id}`)
  }

  find(type: string, id: unknown): Fields | undefined {
    return this.#made.get(`${type} ${String(id)}`)?.fields
  }

  all(...types: readonly string[]): readonly Fields[] {
    return [...this.#made.values()].filter((m) => types.includes(m.type)).map((m) => m.fields)
  }

  /** The first unused candidate; two callers never get the same. */
  take(candidates: Iterable<string>): string {
    for (const candidate of candidates) {
      if (this.#taken.has(candidate)) continue
      this.#taken.add(candidate)
      return candidate
    }
    throw new Error('the stand-in ran out of addresses')
  }
}

/** Hexadecimal text that depends only on the arguments. */
export const hashOf = (...words: readonly string[]): string =>
  createHash('sha256').update(words.join('\0')).digest('hex')

/** An IPv4 range such as 10.0.0.0/16; undefined when the text is none, or has bits set beyond its prefix. */
export function rangeOf(text: unknown): Cidr | undefined {
  const range = parseCidr(String(text))
  return 'wrong' in range ? undefined : range
}

export const within = (inner: Cidr, outer: Cidr): boolean =>
  inner.prefix >= outer.prefix && overlap(inner, outer)

/** Addresses of a range that AWS hands out (not the first four, nor the last), from a place that the seed decides. */
export function* addressesOf(range: Cidr, seed: string): Iterable<string> {
  const usable = 2 ** (32 - range.prefix) - 5
  const start = Number.parseInt(seed.slice(0, 8), 16) % usable
  for (let i = 0; i < usable; i++) {
    const address = range.first + 4 + ((start + i) % usable)
    yield [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
  }
}
