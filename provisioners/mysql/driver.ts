import type { SecretRef } from '../config/types.ts'
import type { HostObserved, Resource, State, StepReport, TargetDriver } from '../engine/types.ts'
import { HowdahError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { runStatements, statementsFor } from './change.ts'
import { type Connect, explain, isLost, type SqlLogin, withLogin } from './connection.ts'
import { type Reading, readSql, readVersion } from './read.ts'
import { diffSql, type SqlResource, type SqlUser } from './types.ts'

export interface SqlDriverOptions {
  /** `sql:<host>:<port>` */
  readonly target: string
  /** A link to the server, new at each call. */
  readonly connect: Connect
  readonly admin: SqlLogin
  /** The value of a secret. */
  secret(ref: SecretRef): string
  /** Asked before each step. Throws what ends the batch, such as LOCK_LOST. */
  mayChange?(): Promise<void>
}

type Batch = Parameters<TargetDriver['apply']>[0]

const asSql = (resource: Resource): SqlResource => {
  if (['x-database', 'x-database-user', 'x-server-default'].includes(resource.type)) {
    return resource as unknown as SqlResource
  }
  throw new TypeError(`${resource.id} is not a resource of a database server`)
}

/** The input of the readers of resources. */
function readingOf(
  options: SqlDriverOptions,
  rest: Pick<Reading, 'connection' | 'version' | 'signal'>,
): Reading {
  const login = (resource: SqlUser): SqlLogin => ({
    user: resource.user,
    password: new Secret(options.secret(resource.password), `password of ${resource.user}`),
  })
  return { ...rest, connect: options.connect, login }
}

async function withReading<T>(
  options: SqlDriverOptions,
  signal: AbortSignal | undefined,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  return withLogin(options.connect, options.admin, signal, async (connection) =>
    work(readingOf(options, { connection, version: await readVersion(connection), signal })),
  )
}

async function probe(
  options: SqlDriverOptions,
  resources: readonly Resource[],
  signal?: AbortSignal,
): Promise<HostObserved> {
  const states: Record<string, State> = {}
  if (resources.length === 0) return { states }
  try {
    await withReading(options, signal, async (reading) => {
      for (const resource of resources) states[resource.id] = await readSql(asSql(resource), reading)
    })
  } catch (error) {
    if (signal?.aborted || error instanceof TypeError) throw error
    // Not installed, not started, or without the administrator yet: apply reads it again when it gets there.
    const unknown = explain(error, [options.admin.password.reveal()])
    for (const { id } of resources) states[id] ??= { unknown }
  }
  return { states }
}

/**
 * Reads a resource again and makes the changes that are still needed, so that a step can run twice and a plan can be
 * old.
 */
async function converge(resource: SqlResource, reading: Reading): Promise<string> {
  const state = await readSql(resource, reading)
  const change = diffSql(resource, state)
  if (!change) return ''
  const password = () => reading.login(resource as SqlUser).password.reveal()
  await runStatements(statementsFor(resource, state, password), reading)
  const left = diffSql(resource, await readSql(resource, reading))
  if (left) throw new Error(`the change had no effect: ${left.reason}`)
  return change.reason
}

const lost = (target: string, cause: unknown): HowdahError =>
  new HowdahError({
    code: 'LINK_LOST',
    exit: 'connection',
    message: `the link to ${target} broke during a statement, so its result is not known`,
    where: target,
    next: 'run the same command again: it reads the server first',
    cause,
  })

/** Runs one step and returns whether the next one may follow. */
async function step(
  options: SqlDriverOptions,
  { ref, resource }: Batch[number],
  reading: Reading,
  onStep: (report: StepReport) => void,
): Promise<boolean> {
  const started = Date.now()
  await options.mayChange?.()
  onStep({ ref, status: 'start', ms: 0, output: '' })
  const sql = asSql(resource)
  try {
    const output = await converge(sql, reading)
    onStep({ ref, status: 'ok', ms: Date.now() - started, output })
    return true
  } catch (error) {
    if (isLost(error)) throw lost(options.target, error)
    const secrets = sql.type === 'x-database-user' ? [options.secret(sql.password)] : []
    onStep({ ref, status: 'failed', ms: Date.now() - started, output: explain(error, secrets) })
    return false
  }
}

async function apply(
  options: SqlDriverOptions,
  batch: Batch,
  onStep: (report: StepReport) => void,
  signal?: AbortSignal,
): Promise<void> {
  const [first] = batch
  if (!first) return
  let entered = false
  try {
    await withReading(options, signal, async (reading) => {
      entered = true
      for (const item of batch) if (!(await step(options, item, reading, onStep))) return
    })
  } catch (error) {
    if (entered || signal?.aborted) throw error
    const why = explain(error, [options.admin.password.reveal()])
    const output = `${options.target} refuses the administrator ${options.admin.user}: ${why}`
    onStep({ ref: first.ref, status: 'start', ms: 0, output: '' })
    onStep({ ref: first.ref, status: 'failed', ms: 0, output })
  }
}

/**
 * The driver of a database server: databases, accounts with their grants, and the default collation, with mysql2. If a
 * server does not answer, or has no administrator yet, the states are `unknown`; apply reads everything again before it
 * changes it. Throws LINK_LOST when the link breaks during a statement.
 */
export function createSqlDriver(options: SqlDriverOptions): TargetDriver {
  return {
    target: options.target,
    probe: (resources, signal) => probe(options, resources, signal),
    contents: async () => ({}),
    apply: (batch, onStep, signal) => apply(options, batch, onStep, signal),
  }
}
