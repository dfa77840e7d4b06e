import type { Ref } from './types.ts'

/** `m1` and `file:/etc/hosts` make `m1!file:/etc/hosts`. */
export const refOf = (host: string, id: string): Ref => `${host}!${id}`

/** The host and the id of a ref. */
export function splitRef(ref: Ref): { readonly host: string; readonly id: string } {
  const at = ref.indexOf('!')
  return { host: ref.slice(0, at), id: ref.slice(at + 1) }
}

/** An entry of `after` is an id on the same host, or a whole ref. A `!` behind a `:` or `/` belongs to an id. */
export const resolveRef = (host: string, after: string): Ref =>
  /^[^!/:]+(:[^!/]+)?![a-z]/.test(after) ? (after as Ref) : refOf(host, after)
