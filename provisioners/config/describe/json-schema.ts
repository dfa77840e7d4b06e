import { z } from 'zod'
import type { Path } from '../document/document.ts'
import { clusterSchema } from '../schema/cluster.ts'

/** The part of JSON Schema (draft-07) that cluster.yml uses. */
export interface JsonSchema {
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly (string | number)[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: boolean | JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly pattern?: string
  /** `#/definitions/…`, for a schema that may contain itself. */
  readonly $ref?: string
  readonly definitions?: Readonly<Record<string, JsonSchema>>
}

let made: JsonSchema | undefined

function root(): JsonSchema {
  made ??= z.toJSONSchema(clusterSchema, { target: 'draft-7', io: 'input' }) as JsonSchema
  return made
}

/** The JSON Schema of cluster.yml, draft-07: the newest that the YAML language server understands. */
export function jsonSchema(): JsonSchema & { readonly $schema: string; readonly title: string } {
  return { ...root(), $schema: 'http://json-schema.org/draft-07/schema#', title: 'Howdah cluster.yml' }
}

/** The target of a reference; any other schema is returned unchanged. */
export function followed(schema: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema
  return root().definitions?.[schema.$ref.replace('#/definitions/', '')] ?? schema
}

/** The schema of a field; list positions may be left out (`hosts.roles`). */
export function schemaAt(path: Path): JsonSchema | undefined {
  let at: JsonSchema | undefined = root()
  for (const segment of path) {
    if (at === undefined) return undefined
    at = typeof segment === 'number' ? followed(at).items : field(at, segment)
  }
  return at && followed(at)
}

function field(schema: JsonSchema, name: string): JsonSchema | undefined {
  const object = asObject(schema)
  const known = own(object?.properties, name)
  if (known !== undefined) return known
  return typeof object?.additionalProperties === 'object' ? object.additionalProperties : undefined
}

/** A member of a map; not what every object has, such as `constructor`. */
const own = <T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined

/** The object inside a list or a choice, which a further segment refers to. */
function asObject(given: JsonSchema): JsonSchema | undefined {
  const schema = followed(given)
  if (schema.properties !== undefined || typeof schema.additionalProperties === 'object') return schema
  if (schema.items !== undefined) return asObject(schema.items)
  return schema.anyOf?.map(asObject).find((branch) => branch !== undefined)
}

/** The keys that the map at a path may have. */
export function keysAt(path: Path): readonly string[] {
  const schema = schemaAt(path)
  const object = schema === undefined ? undefined : asObject(schema)
  return Object.keys(object?.properties ?? {}).filter((key) => key !== '$schema')
}
