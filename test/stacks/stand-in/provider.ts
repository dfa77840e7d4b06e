import { type BlockSchema, schemaOf } from './bindings.ts'
import { type Checks, checks as ownChecks, problemsOf } from './checks/index.ts'
import { dataOf } from './data.ts'
import { eachBlock, isChosenByAws, isWriteOnly, settle } from './fakes.ts'
import { READ_BACKS, readBack, valueAt } from './read-backs.ts'
import { type Fields, fieldsOf, textOf, UNKNOWN, type Value, whollyKnown } from './values.ts'
import { hashOf, World } from './world.ts'

/** What was done to the account, in order. */
export interface Action {
  readonly verb: 'create' | 'update' | 'delete'
  readonly type: string
  readonly id: string
  readonly fields: Fields
}

export interface StandInOptions {
  /** Rules on top of the stand-in's own, by resource type. */
  readonly checks?: Checks
  /** Values that AWS would have answered, by `aws_vpc` or `data.aws_vpc`, given the configuration. */
  readonly overrides?: Readonly<Record<string, (config: Fields) => Fields>>
  /** Milliseconds that making a resource of a type takes. */
  readonly takes?: Readonly<Record<string, number>>
}

export interface Planned {
  readonly state: Value
  readonly replace: readonly string[]
}

/** Arguments whose change makes a new resource: not in the bindings, so only those that users do change. */
const FORCES_NEW: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ['db_name', 'engine', 'kms_key_id', 'storage_encrypted', 'username'],
  aws_ebs_volume: ['availability_zone', 'encrypted', 'kms_key_id'],
  aws_emr_cluster: ['configurations_json', 'log_uri', 'name', 'release_label', 'service_role'],
  aws_instance: ['ami', 'availability_zone', 'key_name', 'subnet_id'],
  aws_s3_bucket: ['bucket'],
  aws_security_group: ['description', 'name', 'name_prefix', 'vpc_id'],
  aws_subnet: ['availability_zone', 'cidr_block', 'vpc_id'],
  aws_vpc: ['cidr_block'],
}

/** With those of the table of read-backs. Dots lead into a block of one element. */
const forcingNew = (type: string): readonly string[] => [
  ...(FORCES_NEW[type] ?? []),
  ...READ_BACKS.flatMap((row) => (row.type === type && row.forcesNew ? [row.argument] : [])),
]

/** Arguments that make AWS refuse a removal. */
const PROTECTIONS = [
  'deletion_protection',
  'disable_api_termination',
  'enable_deletion_protection',
  'termination_protection',
] as const

/** What a provider answers, as functions of plain data; the account it answers for is `world`. */
export class StandInProvider {
  readonly world = new World()
  readonly actions: Action[] = []
  /** What RDS still reports of a database whose change waits for its maintenance window, by id. */
  readonly #waiting = new Map<string, Fields>()
  readonly #options: StandInOptions
  constructor(options: StandInOptions) {
    this.#options = options
  }

  configure(config: Fields): void {
    const tags = fieldsOf(fieldsOf((config.default_tags as Value[] | null)?.[0]).tags) as Record<
      string,
      string
    >
    this.world.place = {
      ...this.world.place,
      region: textOf(config.region) ?? 'us-east-1',
      defaultTags: tags,
    }
  }

  /** What is wrong with a configuration before anything is made. */
  validate(type: string, config: Fields): readonly string[] {
    return problemsOf([ownChecks, this.#options.checks ?? {}], type, config, undefined)
  }

  plan(type: string, prior: Value, proposed: Value): Planned {
    if (proposed === null) return { state: null, replace: [] }
    const schema = schemaOf('resource', type)
    const before = fieldsOf(prior)
    const state = this.#withTags(schema, unknowns(type, schema, fieldsOf(proposed)))
    if (prior === null) return { state, replace: [] }
    const changed = forcingNew(type).filter((name) => {
      const path = name.split('.')
      return !same(valueAt(before, path), valueAt(state, path))
    })
    return { state, replace: [...new Set(changed.map((name) => name.split('.')[0] ?? name))] }
  }

  /** Makes, changes or removes; `problems` are AWS's refusals, and then nothing was done. */
  async apply(
    type: string,
    prior: Value,
    planned: Value,
  ): Promise<{ state: Value; problems: readonly string[] }> {
    const ms = this.#options.takes?.[type]
    if (ms !== undefined) await new Promise((resolve) => setTimeout(resolve, ms))
    if (planned === null) return this.#remove(type, fieldsOf(prior))
    const wanted = fieldsOf(planned)
    const verb = prior === null ? 'create' : 'update'
    const problems = problemsOf([ownChecks, this.#options.checks ?? {}], type, wanted, this.world)
    if (problems.length > 0) return { state: prior, problems }
    const schema = schemaOf('resource', type)
    const given = this.#options.overrides?.[type]?.(wanted) ?? {}
    const subject = this.#subject(type, wanted, schema)
    const made = settle({ ...subject, seed: this.#newSeed(subject.seed) }, schema, overlay(wanted, given))
    this.world.put(type, made)
    if (type === 'aws_db_instance' && verb === 'update' && made.apply_immediately !== true)
      this.#waiting.set(String(made.id), fieldsOf(prior))
    this.actions.push({ verb, type, id: textOf(made.id) ?? '', fields: made })
    return { state: made, problems: [] }
  }

  #remove(type: string, fields: Fields): { state: Value; problems: readonly string[] } {
    const id = textOf(fields.id) ?? ''
    if (PROTECTIONS.some((name) => fields[name] === true)) {
      return { state: fields, problems: [`${type} ${id} is protected against deletion`] }
    }
    this.world.remove(type, id)
    this.actions.push({ verb: 'delete', type, id, fields })
    return { state: null, problems: [] }
  }

  /** What is in the account is what is in the state, in the form in which the service reports it. */
  read(type: string, state: Value): Value {
    if (state === null) return null
    this.world.put(type, fieldsOf(state))
    const reported = readBack(type, fieldsOf(state), this.world)
    return { ...reported, ...this.#waitingFor(type, reported) }
  }

  /** Provider, internal/service/rds/instance.go, and the documentation of apply_immediately; issue 11050. */
  #waitingFor(type: string, { id }: Fields): Fields {
    const before = type === 'aws_db_instance' ? this.#waiting.get(String(id)) : undefined
    if (before === undefined) return {}
    const deferred = ['allocated_storage', 'engine_version', 'instance_class', 'multi_az']
    return Object.fromEntries(deferred.map((name) => [name, before[name]]))
  }

  readData(type: string, config: Fields): Fields {
    const schema = schemaOf('data', type)
    const subject = this.#subject(type, config, schema)
    const answered = {
      ...dataOf(type, config, subject),
      ...this.#options.overrides?.[`data.${type}`]?.(config),
    }
    const asked = Object.fromEntries(
      Object.keys(schema.attributes).map((name) => [name, answered[name] ?? config[name] ?? UNKNOWN]),
    )
    const blocks = Object.fromEntries(Object.keys(schema.blocks).map((name) => [name, config[name]]))
    return settle(subject, schema, { ...asked, ...blocks })
  }

  #subject(type: string, fields: Fields, schema: BlockSchema) {
    const known = Object.fromEntries(
      Object.keys({ ...schema.attributes, ...schema.blocks })
        .sort()
        .map((name) => [name, fields[name] === UNKNOWN ? null : fields[name]]),
    )
    return { type, fields, seed: hashOf(type, JSON.stringify(known)), world: this.world }
  }

  /** Two resources of one configuration (addresses of a count, say) are two: each has a seed of its own. */
  #newSeed(seed: string): string {
    const twins = (function* () {
      for (let i = 0; ; i++) yield hashOf(seed, String(i))
    })()
    return this.world.take(twins)
  }

  /** The provider itself knows region and all tags before anything is made. */
  #withTags(schema: BlockSchema, planned: Fields): Fields {
    const { region, defaultTags } = this.world.place
    const result = { ...planned }
    if (planned.region === UNKNOWN) result.region = region
    if (!('tags_all' in schema.attributes)) return result
    const all = { ...defaultTags, ...fieldsOf(planned.tags) }
    result.tags_all = whollyKnown(planned.tags) ? (Object.keys(all).length > 0 ? all : {}) : UNKNOWN
    return result
  }
}

/** The proposed value, with everything that only AWS knows marked as unknown. */
function unknowns(type: string, block: BlockSchema, proposed: Fields): Fields {
  const result: Fields = { ...proposed }
  for (const [name, { mode }] of Object.entries(block.attributes)) {
    if (isWriteOnly(block, name)) result[name] = null
    else if (
      proposed[name] === null &&
      (mode === 'computed' || (mode === 'optional' && isChosenByAws(type, name)))
    ) {
      result[name] = UNKNOWN
    }
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    result[name] = eachBlock(proposed[name], (inner) => unknowns(type, nested.block, inner))
  }
  return result
}

/** Only what was left open may be answered by an override: a provider must not change what was planned. */
const overlay = (planned: Fields, given: Fields): Fields =>
  Object.fromEntries(
    Object.entries(planned).map(([name, value]) => [
      name,
      value === UNKNOWN && name in given ? given[name] : value,
    ]),
  )

const same = (a: Value, b: Value): boolean =>
  whollyKnown(a) && whollyKnown(b) && JSON.stringify(a) === JSON.stringify(b)
