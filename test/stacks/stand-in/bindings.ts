import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Reads the schema of AWS resources out of the compiled CDKTF bindings. They were generated from the provider's
 * own schema, and keep of it: names, types, nesting, what is required and what is only computed. They do not keep
 * which optional arguments AWS fills in (`fakes.ts` knows those that matter), nor what forces a replacement.
 */

/** A type as Terraform writes it in JSON: `"string"`, `["list", "string"]`, `["object", {…}]`. */
export type CtyType =
  | string
  | readonly [string, CtyType]
  | readonly ['object', Readonly<Record<string, CtyType>>]

export interface AttributeSchema {
  readonly type: CtyType
  readonly mode: 'required' | 'optional' | 'computed'
}

export type Nesting = 'single' | 'list' | 'set' | 'map'

export interface BlockSchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>
  readonly blocks: Readonly<Record<string, NestedSchema>>
}

export interface NestedSchema {
  readonly nesting: Nesting
  readonly block: BlockSchema
  readonly min: number
  /** 0: any number. */
  readonly max: number
}

export type Kind = 'resource' | 'data' | 'provider'

const lib = join(dirname(createRequire(import.meta.url).resolve('@cdktf/provider-aws/package.json')), 'lib')
const known = new Map<string, BlockSchema>()

/** The module's folder of a type: `aws_emr_cluster` is `emr-cluster`, a data source has `data-aws-` before it. */
const folderOf = (kind: Kind, type: string): string =>
  kind === 'provider'
    ? 'provider'
    : `${kind === 'data' ? 'data-aws-' : ''}${type.replace(/^aws_/, '').replaceAll('_', '-')}`

/**
 * The schema of a resource type, a data source or the provider; read once.
 * @throws Error when the bindings have no such type, or cannot be read as expected.
 */
export function schemaOf(kind: Kind, type: string): BlockSchema {
  const folder = folderOf(kind, type)
  const found = known.get(folder)
  if (found) return found
  const file = join(lib, folder, 'index.js')
  if (!existsSync(file)) throw new Error(`the AWS provider has no ${kind} ${type}`)
  const text = readFileSync(file, 'utf8').split('//# sourceMappingURL', 1)[0] ?? ''
  if (!text.includes(`tfResourceType = "${type}"`)) throw new Error(`${folder} is not the binding of ${type}`)
  const schema = new Module(text, type).root()
  known.set(folder, schema)
  return schema
}

/** How a class of the bindings reaches its fields: getter, terraform name, and the type of the getter. */
interface Getter {
  readonly property: string
  readonly body: string
}

interface Entry {
  readonly name: string
  readonly mapper: string
  readonly isBlock: boolean
  readonly collection: string
  readonly storage: string
}

const GETTER_TYPES: readonly (readonly [RegExp, (set: boolean) => CtyType])[] = [
  [/getStringAttribute\('(\w+)'\)/, () => 'string'],
  [/getNumberAttribute\('(\w+)'\)/, () => 'number'],
  [/getBooleanAttribute\('(\w+)'\)/, () => 'bool'],
  [/getListAttribute\('(\w+)'\)/, (set) => [set ? 'set' : 'list', 'string']],
  [/getNumberListAttribute\('(\w+)'\)/, (set) => [set ? 'set' : 'list', 'number']],
  [/getStringMapAttribute\('(\w+)'\)/, () => ['map', 'string']],
  [/getNumberMapAttribute\('(\w+)'\)/, () => ['map', 'number']],
  [/getBooleanMapAttribute\('(\w+)'\)/, () => ['map', 'bool']],
]

const PRIMITIVES: Readonly<Record<string, CtyType>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  any: 'dynamic',
}

/** One compiled module, cut into its classes and its HCL mappers. */
class Module {
  readonly #classes = new Map<string, string>()
  readonly #mappers = new Map<string, string>()
  readonly #type: string
  #rootName = ''
  /** The provider's own class has no classes for its blocks, so what they require is unknown. */
  #isProvider = false
  constructor(text: string, type: string) {
    this.#type = type
    for (const [, name = '', base = '', body = ''] of text.matchAll(
      /^class (\w+) extends cdktf\.(\w+) \{\n([\s\S]*?)^\}/gm,
    )) {
      this.#classes.set(name, body)
      if (base.startsWith('Terraform')) this.#rootName = name
      if (base === 'TerraformProvider') this.#isProvider = true
    }
    for (const [, name = '', body = ''] of text.matchAll(
      /^function (\w+)ToHclTerraform\(struct\) \{\n([\s\S]*?)^\}/gm,
    )) {
      this.#mappers.set(name, body)
    }
  }

  root(): BlockSchema {
    const body = this.#class(this.#rootName)
    return this.#block(body, body.slice(body.indexOf('synthesizeHclAttributes()')))
  }

  #class(name: string): string {
    const body = this.#classes.get(name) ?? (this.#isProvider ? '' : undefined)
    if (body === undefined) throw new Error(`the binding of ${this.#type} has no class ${name}`)
    return body
  }

  /** A block: what can be set comes from the mapper, what is only computed from the class. */
  #block(body: string, mapper: string): BlockSchema {
    const attributes: Record<string, AttributeSchema> = {}
    const blocks: Record<string, NestedSchema> = {}
    for (const entry of entriesOf(mapper)) {
      const required = !this.#isProvider && !isResettable(body, entry.name)
      if (!entry.isBlock) {
        attributes[entry.name] = { type: plainType(entry), mode: required ? 'required' : 'optional' }
      } else if (/listMapperHcl\(.*, false\)/.test(entry.mapper)) {
        // Written like a block, yet an attribute of objects: every field must be given, if only as null.
        const type = [entry.collection, objectOf(this.#nested(entry))] as const
        attributes[entry.name] = { type, mode: required ? 'required' : 'optional' }
      } else {
        blocks[entry.name] = this.#nestedBlock(entry, required)
      }
    }
    for (const [name, type] of this.#computed(body)) {
      if (!(name in attributes) && !(name in blocks)) attributes[name] = { type, mode: 'computed' }
    }
    return { attributes, blocks }
  }

  #nestedBlock(entry: Entry, required: boolean): NestedSchema {
    const block = this.#nested(entry)
    const many = entry.mapper.includes('listMapperHcl(')
    const min = required ? 1 : 0
    if (entry.collection === 'struct') return { nesting: 'single', block, min, max: min }
    // The bindings know a block that contains its own kind (the statements of a WAF rule) only as "any", and
    // Terraform takes no such thing in a set.
    const nesting = entry.collection === 'set' && isLoose(block) ? 'list' : (entry.collection as Nesting)
    return { nesting, block, min, max: many ? 0 : 1 }
  }

  #nested(entry: Entry): BlockSchema {
    const mapper = /(\w+)ToHclTerraform/.exec(entry.mapper)?.[1] ?? ''
    const text = this.#mappers.get(mapper)
    if (text === undefined) throw new Error(`the binding of ${this.#type} has no mapper for ${entry.name}`)
    const name = mapper.charAt(0).toUpperCase() + mapper.slice(1)
    return this.#block(this.#class(`${name}OutputReference`), text)
  }

  *#computed(body: string): Iterable<readonly [string, CtyType]> {
    for (const getter of gettersOf(body)) {
      for (const [pattern, type] of GETTER_TYPES) {
        const name = pattern.exec(getter.body)?.[1]
        if (name !== undefined) yield [name, type(getter.body.includes('Fn.tolist'))]
      }
    }
    const nested =
      /this\._\w+ = new (?:cdktf\.)?(\w+?)(List|Map|OutputReference)\(this, "(\w+)"(?:, (true|false))?\)/g
    for (const [, name = '', form = '', attribute = '', set] of body.matchAll(nested)) {
      if (form === 'Map') yield [attribute, ['map', PRIMITIVES[name.toLowerCase()] ?? 'string']]
      else yield [attribute, [set === 'true' ? 'set' : 'list', this.#computedObject(name)]]
    }
  }

  #computedObject(name: string): CtyType {
    const body = this.#class(`${name}OutputReference`)
    return ['object', Object.fromEntries(this.#computed(body))]
  }
}

const isLoose = (block: BlockSchema): boolean =>
  Object.values(block.attributes).some((attribute) => attribute.type === 'dynamic') ||
  Object.values(block.blocks).some((nested) => isLoose(nested.block))

const gettersOf = (body: string): readonly Getter[] =>
  [...body.matchAll(/^ {4}get (\w+)\(\) \{\n {8}return (.*);\n {4}\}/gm)].map(
    ([, property = '', text = '']) => ({ property, body: text }),
  )

/** Whether an argument can be left out: the bindings give a `reset` method to those alone. */
function isResettable(body: string, name: string): boolean {
  const property = new RegExp(`_(\\w+)\\b[^\\n]*"${name}"`).exec(body)?.[1]
  const camel = name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  const getter = gettersOf(body).find((g) => g.body.includes(`'${name}'`))?.property
  return [property, getter, camel].some(
    (word) => word !== undefined && body.includes(`reset${word.charAt(0).toUpperCase()}${word.slice(1)}()`),
  )
}

const ENTRY =
  /^ +(\w+): \{\n +value: (.*),\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)",?\n/gm

function entriesOf(mapper: string): readonly Entry[] {
  return [...mapper.matchAll(ENTRY)].map(
    ([, name = '', text = '', isBlock, collection = '', storage = '']) => ({
      name,
      mapper: text,
      isBlock: isBlock === 'true',
      collection,
      storage,
    }),
  )
}

/** The type of an attribute: `stringList` of type `set` is a set of strings, `stringMapList` a list of maps. */
function plainType(entry: Entry): CtyType {
  const words = entry.storage.split(/(?=[A-Z])/)
  const inner = PRIMITIVES[words[0] ?? '']
  if (inner === undefined) throw new Error(`no type is known for ${entry.name}: ${entry.storage}`)
  return words.slice(1).reduce<CtyType>((type, word, i) => {
    const outermost = i === words.length - 2
    return [outermost ? entry.collection : word.toLowerCase(), type]
  }, inner)
}

/** The object type of a block that is written as an attribute. */
export function objectOf(block: BlockSchema): CtyType {
  const fields = Object.entries(block.attributes).map(([name, a]) => [name, a.type] as const)
  const nested = Object.entries(block.blocks).map(
    ([name, b]) => [name, [b.nesting === 'set' ? 'set' : 'list', objectOf(b.block)]] as const,
  )
  return ['object', Object.fromEntries([...fields, ...nested])]
}
