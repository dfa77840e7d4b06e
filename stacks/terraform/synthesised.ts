import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HowdahError } from '../../provisioners/errors.ts'

type Json = Readonly<Record<string, unknown>>

/** One resource or data source of a synthesised stack; attributes have Terraform's names. */
export interface SynthesisedResource {
  /** As Terraform prints it: `aws_vpc.network_vpc_1A2B3C4D`, `data.aws_vpc.found`. */
  readonly address: string
  readonly type: string
  readonly data: boolean
  /** Its path in the tree of constructs, without the stack: `network/vpc`. */
  readonly path: string
  readonly body: Json
  readonly tags: Readonly<Record<string, string>>
  /** Addresses that its attributes name, each once, in the order of appearance. */
  readonly references: readonly string[]
}

/** A synthesised stack, read from its file, for diagrams, idle costs and protections. */
export interface SynthesisedStack {
  readonly id: string
  readonly region: string
  readonly resources: readonly SynthesisedResource[]
  of(type: string): readonly SynthesisedResource[]
  at(address: string): SynthesisedResource | undefined
}

const REFERENCE = /\b(?:data\.)?aws_[a-z0-9_]+\.[A-Za-z_][A-Za-z0-9_-]*/g
const EXPRESSION = /\$\{[^}]*\}/g

/** Addresses that a value names inside `${…}`, each once. */
export const referencesIn = (value: unknown): readonly string[] => {
  const found = new Set<string>()
  const walk = (part: unknown): void => {
    if (typeof part === 'string') {
      for (const expression of part.match(EXPRESSION) ?? [])
        for (const address of expression.match(REFERENCE) ?? []) found.add(address)
    } else if (part !== null && typeof part === 'object') {
      for (const one of Object.values(part)) walk(one)
    }
  }
  walk(value)
  return [...found]
}

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
      )
    : {}

const pathOf = (body: Json, id: string): string => {
  const metadata = isObject(body['//']) ? body['//'].metadata : undefined
  const path = isObject(metadata) && typeof metadata.path === 'string' ? metadata.path : id
  return path.slice(path.indexOf('/') + 1)
}

const sectionOf = (section: unknown, data: boolean): SynthesisedResource[] =>
  Object.entries(isObject(section) ? section : {}).flatMap(([type, ofType]) =>
    Object.entries(isObject(ofType) ? ofType : {}).map(([id, raw]) => {
      const { '//': metadata, ...body } = isObject(raw) ? raw : {}
      return {
        address: `${data ? 'data.' : ''}${type}.${id}`,
        type,
        data,
        path: pathOf({ '//': metadata }, id),
        body,
        tags: textsOf(body.tags),
        references: referencesIn(body),
      }
    }),
  )

const regionOf = (json: Json): string => {
  const provider = isObject(json.provider) ? json.provider.aws : undefined
  const first = Array.isArray(provider) ? provider[0] : provider
  return isObject(first) && typeof first.region === 'string' ? first.region : ''
}

/** Reads the text of a `cdk.tf.json`. Throws `STACK_UNREADABLE` for a text that is not a JSON object. */
export const parseStack = (id: string, text: string): SynthesisedStack => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw unreadable(id, String(cause))
  }
  if (!isObject(json)) throw unreadable(id, 'not a JSON object')
  const resources = [...sectionOf(json.resource, false), ...sectionOf(json.data, true)]
  const byAddress = new Map(resources.map((one) => [one.address, one]))
  return {
    id,
    region: regionOf(json),
    resources,
    of: (type) => resources.filter((one) => one.type === type && !one.data),
    at: (address) => byAddress.get(address),
  }
}

const unreadable = (id: string, found: string): HowdahError =>
  new HowdahError({
    code: 'STACK_UNREADABLE',
    exit: 'configuration',
    message: `the synthesised stack ${id} cannot be read`,
    found,
    expected: 'cdk.tf.json as `howdah synth` writes it',
    next: 'howdah synth',
  })

/** Reads `<outdir>/stacks/<id>/cdk.tf.json`. */
export const readStack = (outdir: string, id: string): SynthesisedStack => {
  const file = join(outdir, 'stacks', id, 'cdk.tf.json')
  try {
    return parseStack(id, readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof HowdahError) throw error
    throw unreadable(id, `${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
