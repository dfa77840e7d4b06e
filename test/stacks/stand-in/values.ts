import { decode, ExtensionCodec, encode } from '@msgpack/msgpack'

/** A value that Terraform does not know yet. */
export const UNKNOWN: unique symbol = Symbol('unknown')

/** A value of Terraform's as plain data: null, text, number, boolean, list, object, or UNKNOWN. */
export type Value = unknown
export type Fields = Record<string, Value>

const UNREFINED = 0
const REFINED = 12

// The codec turns extensions into objects, so UNKNOWN travels inside one, and is taken out and put in around it.
class Unknown {}
const codec = new ExtensionCodec()
codec.register({
  type: UNREFINED,
  encode: (value) => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => new Unknown(),
})
codec.register({ type: REFINED, encode: () => null, decode: () => new Unknown() })

/** Reads a DynamicValue; an absent one is null. */
export function readValue(bytes: Uint8Array | undefined): Value {
  if (bytes === undefined || bytes.length === 0) return null
  return map(decode(bytes, { extensionCodec: codec }), (v) => (v instanceof Unknown ? UNKNOWN : v))
}

export function writeValue(value: Value): Uint8Array {
  const wire = map(value, (v) => (v === UNKNOWN ? new Unknown() : v))
  return encode(wire, { extensionCodec: codec, ignoreUndefined: true })
}

/** The fields of an object value; none for null or unknown. */
export const fieldsOf = (value: Value): Fields => (isFields(value) ? value : {})

export const isFields = (value: Value): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Unknown) &&
  !(value instanceof Uint8Array)

/** A value of a dynamic type is sent with its type; nothing in it is changed here. */
export const isDynamic = (value: Value): boolean => Array.isArray(value) && value[0] instanceof Uint8Array

/** The elements of a list or set; none for null or unknown. */
export const listOf = (value: Value): readonly Value[] => (Array.isArray(value) ? value : [])

/** A text that is known, else undefined. */
export const textOf = (value: Value): string | undefined => (typeof value === 'string' ? value : undefined)

export const whollyKnown = (value: Value): boolean =>
  value !== UNKNOWN &&
  (Array.isArray(value) ? value.every(whollyKnown) : Object.values(fieldsOf(value)).every(whollyKnown))

function map(value: Value, leaf: (value: Value) => Value): Value {
  if (Array.isArray(value)) return value.map((item) => map(item, leaf))
  if (!isFields(value)) return leaf(value)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item, leaf)]))
}
