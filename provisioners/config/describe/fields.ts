import { followed, type JsonSchema, jsonSchema } from './json-schema.ts'

/** The fields of cluster.yml as a flat list, read from the schema: for `explain` and for the docs. */
export interface Field {
  /** `hosts.ssh.port`; lists add nothing to a path. */
  readonly path: string
  readonly text: string
  readonly type: string
  readonly default: string
  readonly required: boolean
  /** Has fields below it. */
  readonly section: boolean
}

let listed: readonly Field[] | undefined

/** Every field, each section before its members. */
export function fields(): readonly Field[] {
  listed ??= members(jsonSchema(), '', [])
  return listed
}

/** `open`: the objects on the path. An object that may contain itself is listed twice, and not deeper. */
function members(schema: JsonSchema, prefix: string, open: readonly JsonSchema[]): Field[] {
  const object = objectIn(schema)
  if (object === undefined || open.filter((one) => one === object).length > 1) return []
  return Object.entries(object.properties ?? {}).flatMap(([name, member]) => {
    if (name === '$schema') return []
    const path = prefix === '' ? name : `${prefix}.${name}`
    const required = object.required?.includes(name) ?? false
    return [field(path, member, required), ...members(member, path, [...open, object])]
  })
}

function objectIn(given: JsonSchema): JsonSchema | undefined {
  const schema = followed(given)
  if (schema.properties !== undefined) return schema
  if (schema.items !== undefined) return objectIn(schema.items)
  return schema.anyOf?.map(objectIn).find((branch) => branch !== undefined)
}

function field(path: string, schema: JsonSchema, required: boolean): Field {
  const text = schema.description ?? ''
  return {
    path,
    text,
    type: typeOf(schema),
    default: defaultIn(text) ?? (required ? 'none: it must be given' : 'none'),
    required,
    section: objectIn(schema) !== undefined,
  }
}

/** The text of a field contains its default once, as "Default: 22.". */
const defaultIn = (text: string): string | undefined => /Default: (.+?)\.(?=\s|$)/.exec(text)?.[1]

/** A type as text. */
export function typeOf(given: JsonSchema): string {
  const schema = followed(given)
  if (schema.const !== undefined) return String(schema.const)
  if (schema.enum !== undefined) return schema.enum.join(' | ')
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' | ')
  if (Array.isArray(schema.type)) return schema.type.map(word).join(' | ')
  if (schema.type === 'array')
    return `list of ${schema.items === undefined ? 'values' : plural(typeOf(schema.items))}`
  return word(String(schema.type))
}

const WORDS: Readonly<Partial<Record<string, string>>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true | false',
  object: 'map',
}
const word = (type: string): string => WORDS[type] ?? type
const plural = (type: string): string => (type === 'text' ? 'texts' : type === 'map' ? 'maps' : type)
