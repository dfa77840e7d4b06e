import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, AwsProvider, type Construct, TerraformStack } from '../../../stacks/tf.ts'

type Json = Readonly<Record<string, unknown>>

/** A synthesised stack, to be asked. Names of attributes are Terraform's own (snake_case). */
export interface Template {
  readonly json: Json
  /** All resources of a type, by logical id. */
  resources(type: string): Readonly<Record<string, Record<string, unknown>>>
  /** The only resource of a type; throws when there are none or several. */
  only(type: string): Record<string, unknown>
  /** Resources of a type that have at least these properties. */
  having(type: string, properties: Json): Record<string, unknown>[]
  data(type: string): Readonly<Record<string, Record<string, unknown>>>
  output(name: string): unknown
  /** Every resource type in use, sorted. */
  types(): string[]
}

const contains = (actual: unknown, wanted: unknown): boolean => {
  if (wanted === null || typeof wanted !== 'object') return Object.is(actual, wanted)
  if (Array.isArray(wanted))
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((w, i) => contains(actual[i], w))
    )
  if (actual === null || typeof actual !== 'object') return false
  return Object.entries(wanted).every(([key, value]) => contains((actual as Json)[key], value))
}

/** Reads what was synthesised into `<outdir>/stacks/<id>/cdk.tf.json`. */
export const readTemplate = (outdir: string, id: string): Template => {
  const json = JSON.parse(readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8'))
  const resources = (type: string) => json.resource?.[type] ?? {}
  return {
    json,
    resources,
    only(type) {
      const all = Object.entries(resources(type))
      if (all.length !== 1 || all[0] === undefined)
        throw new Error(`${all.length} of ${type}: ${all.map(([key]) => key).join(', ')}`)
      return all[0][1] as Record<string, unknown>
    },
    having: (type, properties) =>
      (Object.values(resources(type)) as Record<string, unknown>[]).filter((r) => contains(r, properties)),
    data: (type) => json.data?.[type] ?? {},
    output: (name) => json.output?.[name]?.value,
    types: () => Object.keys(json.resource ?? {}).sort(),
  }
}

/** Synthesises what `build` puts into a stack of its own, through the whole of CDKTF, and reads the result. */
export const synthesised = (build: (scope: Construct) => void): Template => {
  const outdir = mkdtempSync(join(tmpdir(), 'howdah-synth-'))
  try {
    const app = new App({ outdir, stackTraces: false })
    const stack = new TerraformStack(app, 'test')
    new AwsProvider(stack, 'aws', { region: 'eu-west-1' })
    build(stack)
    app.synth()
    return readTemplate(outdir, 'test')
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

/** Synthesises the stack `id` that `build` puts into an app, a whole deployment, and reads the result. */
export const deployed = (build: (app: App) => void, id: string): Template => {
  const outdir = mkdtempSync(join(tmpdir(), 'howdah-synth-'))
  try {
    const app = new App({ outdir, stackTraces: false })
    build(app)
    app.synth()
    return readTemplate(outdir, id)
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}
