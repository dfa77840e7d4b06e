import type { z } from 'zod'
import { type Path, Problems, readDocument, type SpecDocument, valueAt } from '../config/index.ts'
import { LEGACY_KEYS, ROLES, type Role } from './legacy-keys.ts'
import { check, unknownKey, unknownStep, wrongKind } from './legacy-problems.ts'
import {
  actionSchema,
  applicationSchema,
  configurationSchema,
  ec2Schema,
  fleetSchema,
  groupSchema,
  type LegacyAction,
  type LegacyApplication,
  type LegacyConfiguration,
  type LegacyEc2,
  type LegacyFleet,
  type LegacyGroup,
  type LegacyStep,
  type LegacyTop,
  type LegacyUser,
  namedActionSchema,
  STEP_SCHEMAS,
  STEP_TYPES,
  type StepType,
  tagSchema,
  topSchema,
  userSchema,
} from './legacy-schema.ts'
import { type Environment, resolveLookups } from './lookups.ts'

/** A part of the legacy file, and its path. */
export interface Placed<T> {
  readonly path: Path
  readonly value: T
}

export type ByRole<T> = Readonly<Partial<Record<Role, Placed<T>>>>

/** The legacy cluster.yml, checked, in one form for every way to write it. */
export interface Legacy {
  readonly document: SpecDocument
  /** Path of a value, as `showPath` writes it → the variables of the environment that went into it. */
  readonly variables: ReadonlyMap<string, readonly string[]>
  readonly top: LegacyTop
  /** Undefined where the file does not have the key. */
  readonly groups: ByRole<LegacyGroup> | undefined
  readonly fleets: ByRole<LegacyFleet>
  readonly actions: readonly Placed<LegacyAction>[]
  readonly steps: readonly Placed<LegacyStep>[]
  readonly applications: readonly Placed<LegacyApplication>[]
  readonly configurations: readonly Placed<LegacyConfiguration>[]
  readonly tags: readonly Placed<{ readonly key: string; readonly value: string }>[]
  readonly users: readonly Placed<LegacyUser>[]
  readonly ec2: LegacyEc2
}

/**
 * Reads the text of a legacy file; its expressions of Ansible take their variables from `environment`. Throws
 * HowdahErrors with every error, each with line and column.
 */
export const parseLegacy = (text: string, file: string, environment: Environment = {}): Legacy =>
  checkLegacy(
    readDocument(
      text,
      file,
      LEGACY_KEYS.map(({ key }) => key),
    ),
    environment,
  )

/** Checks a legacy document. Throws as parseLegacy does. */
export function checkLegacy(written: SpecDocument, environment: Environment = {}): Legacy {
  const { document, variables } = evaluated(written, environment)
  const problems = new Problems(document)
  for (const error of document.errors) problems.take(error)
  const top = check(topSchema, [], problems)
  const legacy = {
    document,
    variables,
    top: top ?? {},
    groups: isWritten(problems, 'instance_groups')
      ? roles('instance_groups', groupSchema, problems)
      : undefined,
    fleets: roles('instance_fleets', fleetSchema, problems),
    actions: actions(problems),
    steps: steps(problems),
    applications: list('applications', applicationSchema, problems),
    configurations: list('configurations', configurationSchema, problems),
    tags: tags(problems),
    users: list('user_info', userSchema, problems),
    ec2: check(ec2Schema, ['ec2_attributes'], problems) ?? {},
  }
  if (top !== undefined) checkTopLevel(top, problems)
  problems.throwIfAny()
  return legacy
}

/** The document with its expressions evaluated. One that cannot be would cause more errors, so it is refused first. */
function evaluated(
  written: SpecDocument,
  environment: Environment,
): { readonly document: SpecDocument; readonly variables: Legacy['variables'] } {
  const problems = new Problems(written)
  for (const error of written.errors) problems.take(error)
  if (written.value === undefined) problems.throwIfAny()
  refuseToday(problems)
  const before = problems.count
  const { value, variables } = resolveLookups(problems, environment)
  if (problems.count > before) problems.throwIfAny()
  return { document: { ...written, value }, variables }
}

/** Refuses a file of today's form, which would give an error for every key. */
function refuseToday(problems: Problems): void {
  const key = ['aws', 'hosts'].find((one) => problems.document.has([one]))
  if (key === undefined) return
  problems.add({
    code: 'LEGACY_IS_TODAYS',
    path: [key],
    at: 'key',
    message: `${key} is a section of today's cluster.yml, so there is nothing to translate`,
    found: key,
    expected: "a cluster.yml of edX's analytics configuration",
    next: 'howdah validate',
  })
  problems.throwIfAny()
}

function checkTopLevel(top: LegacyTop, problems: Problems): void {
  if (top.availability_zone && top.vpc_subnet_id)
    problems.add({
      code: 'LEGACY_ZONE_AND_SUBNET',
      path: ['availability_zone'],
      at: 'key',
      message: 'the file has availability_zone and vpc_subnet_id, but a subnet has its zone already',
      expected: 'one of the two',
      next: 'remove availability_zone',
    })
  if (top.state === 'absent')
    problems.add({
      code: 'LEGACY_STATE_ABSENT',
      path: ['state'],
      message: 'state is absent, which means to terminate the cluster',
      expected: 'present',
      next: 'howdah emr terminate --extra-vars name=NAME',
    })
}

const isWritten = (problems: Problems, key: string): boolean => {
  const value = valueAt(problems.document.value, [key])
  return value !== undefined && value !== null
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `{master: …, core: …, task: …}`. */
function roles<T>(key: string, schema: z.ZodType<T>, problems: Problems): ByRole<T> {
  const value = valueAt(problems.document.value, [key])
  if (value === undefined || value === null) return {}
  if (!isMap(value)) {
    wrongKind([key], `a map of ${ROLES.join(', ')}`, problems)
    return {}
  }
  const found: Partial<Record<Role, Placed<T>>> = {}
  for (const name of Object.keys(value)) {
    const role = ROLES.find((one) => one === name)
    if (role === undefined) {
      unknownKey([key, name], ROLES, problems)
      continue
    }
    const one = check(schema, [key, role], problems)
    if (one !== undefined) found[role] = { path: [key, role], value: one }
    else if (value[name] === null) wrongKind([key, role], 'a map of keys', problems)
  }
  return found
}

/** A list, or nothing: in the playbook `[]`, `{}` and an empty key all mean nothing. */
function entries(key: string, problems: Problems): readonly Placed<unknown>[] {
  const value = valueAt(problems.document.value, [key])
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.map((one, i) => ({ path: [key, i], value: one }))
  if (!isMap(value) || Object.keys(value).length > 0) wrongKind([key], 'a list', problems)
  return []
}

function list<T>(key: string, schema: z.ZodType<T>, problems: Problems): readonly Placed<T>[] {
  return entries(key, problems).flatMap(({ path, value: raw }) => {
    if (raw === null) wrongKind(path, 'a map of keys', problems)
    const value = check(schema, path, problems, raw)
    return value === undefined ? [] : [{ path, value }]
  })
}

/** `{name: path}`, `{name: {path, args}}`, or an ordered list of {name, path, args}. */
function actions(problems: Problems): readonly Placed<LegacyAction>[] {
  const value = valueAt(problems.document.value, ['bootstrap_actions'])
  if (!isMap(value))
    return list('bootstrap_actions', namedActionSchema, problems).map(({ path, value: one }) => ({
      path,
      value: { ...one, args: one.args ?? [] },
    }))
  return Object.entries(value).flatMap(([name, raw]) => {
    const path: Path = ['bootstrap_actions', name]
    if (typeof raw === 'string') return [{ path, value: { name, path: raw, args: [] } }]
    if (raw === null) wrongKind(path, 'a path, or {path, args}', problems)
    const one = check(actionSchema, path, problems)
    return one === undefined ? [] : [{ path, value: { name, path: one.path, args: one.args ?? [] } }]
  })
}

function steps(problems: Problems): readonly Placed<LegacyStep>[] {
  return entries('steps', problems).flatMap(({ path, value: raw }) => {
    if (!isMap(raw)) {
      wrongKind(path, 'a map of keys', problems)
      return []
    }
    const named = raw.type ?? 'jar'
    const type = STEP_TYPES.find((one) => one === named)
    if (type === undefined) {
      unknownStep([...path, 'type'], String(named), problems)
      return []
    }
    const step = check(STEP_SCHEMAS[type] as z.ZodType<Omit<LegacyStep, 'type'>>, path, problems)
    return step === undefined ? [] : [{ path, value: { ...step, type: type satisfies StepType } }]
  })
}

/** `[{Key, Value}]`, or a map (2015). */
function tags(problems: Problems): Legacy['tags'] {
  const value = valueAt(problems.document.value, ['tags'])
  if (!isMap(value))
    return list('tags', tagSchema, problems).map(({ path, value: tag }) => ({
      path,
      value: { key: tag.Key, value: tag.Value },
    }))
  return Object.entries(value).flatMap(([key, text]) => {
    const path: Path = ['tags', key]
    if (typeof text === 'string') return [{ path, value: { key, value: text } }]
    wrongKind(path, 'some text', problems)
    return []
  })
}
