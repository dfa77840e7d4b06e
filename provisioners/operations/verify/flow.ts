/** What the steps of one run share. */

import type { Connection } from 'mysql2/promise'
import pLimit, { type LimitFunction } from 'p-limit'
import { ask } from '../../runtime/ask.ts'
import { hasSchemaTool } from '../../services/hive/releases.ts'
import { sh } from '../../shell.ts'
import type { RunResult } from '../../transport/types.ts'
import { CheckFailure, tail } from './checks.ts'
import type { Undo } from './clean-up.ts'
import { askFailedTasks, describeFailedTasks, failedTasks } from './failed-tasks.ts'
import { hostOf, type Place, RUN_USER, webAddress } from './place.ts'
import type { Dataset } from './rows/generator.ts'
import { asTool, jobIds, logsOf, ranLocally } from './tools.ts'
import type { Comparison, ComputedTable, SqlAccount, SqlPurpose, VerifyInput } from './types.ts'

/** Tools that may start jobs in parallel. More would take the memory of the containers that they wait for. */
const TOOLS_AT_ONCE = 2
export const TOOL_TIMEOUT_MS = 300_000
const SCRIPT_TIMEOUT_MS = 120_000

export interface Step {
  readonly name: string
  readonly title: string
  /** Names of the steps that must pass before it. */
  readonly after: readonly string[]
  /** Returns the evidence. Throws CheckFailure. */
  run(flow: Flow): Promise<string>
}

export class Flow {
  readonly input: VerifyInput
  readonly place: Place
  readonly data: Dataset
  readonly undos: Undo[] = []
  /** Jobs by id, with the step that started each. */
  readonly jobs = new Map<string, string>()
  readonly tables: ComputedTable[] = []
  readonly compared: Comparison[] = []
  homeMade = false
  logBytes = 0
  /** VERSION() of the two database servers, which decides the options of the JDBC driver. */
  readonly versions = { lms: '', 'result-store': '' }
  readonly #tools = pLimit(TOOLS_AT_ONCE)
  readonly #hiveSessions: LimitFunction

  constructor(input: VerifyInput, place: Place, data: Dataset) {
    this.input = input
    this.place = place
    this.data = data
    // Before 0.12 the metastore creates its tables at first use. Two sessions that do so in parallel deadlock in the
    // database, and then the metastore does not answer.
    this.#hiveSessions = pLimit(hasSchemaTool(input.cluster.versions.hive) ? TOOLS_AT_ONCE : 1)
  }

  get namenode(): string {
    return webAddress(this.input.cluster, 'namenode', hostOf(this.input.cluster, 'namenode'))
  }

  get jobHistory(): string {
    return webAddress(this.input.cluster, 'jobhistory', hostOf(this.input.cluster, 'jobhistory'))
  }

  /** Runs a script on the gateway, with `evenIfStopped` also after an interrupt. A non-zero exit code does not throw. */
  run(script: string, options: { as?: string; timeoutMs?: number; evenIfStopped?: boolean } = {}) {
    const { signal } = this.input
    return ask(this.input.transports, this.place.gateway.name, {
      title: 'a step of the proof',
      script,
      as: options.as ?? RUN_USER,
      timeoutMs: options.timeoutMs ?? SCRIPT_TIMEOUT_MS,
      ...(signal && !options.evenIfStopped && { signal }),
    })
  }

  /** Like `run`. Throws CheckFailure for a non-zero exit code, with the last lines of the output. */
  async must(script: string, options: Parameters<Flow['run']>[1] = {}): Promise<RunResult> {
    const result = await this.run(script, options)
    if (result.exit !== 0)
      throw new CheckFailure(`exit ${result.exit}\n${tail(result.stdout + result.stderr)}`)
    return result
  }

  /** Runs a tool that starts jobs, at most two in parallel, and records their ids. A job that runs outside the cluster fails. */
  async tool(step: string, script: string): Promise<RunResult> {
    const result = await this.#tools(() => this.run(script, { timeoutMs: TOOL_TIMEOUT_MS }))
    const output = `${result.stdout}\n${result.stderr}`
    const ids = jobIds(output)
    for (const id of ids) this.jobs.set(id, step)
    if (result.exit !== 0) {
      const logs = ids.map((id) => logsOf(this.place.hadoop.jobs, id))
      const next = logs.length > 0 ? `on ${this.place.gateway.name}: ${logs.join('; ')}` : ''
      const hosts = await this.#failedOn(ids, output)
      throw new CheckFailure([...hosts, `exit ${result.exit}`, tail(output)].join('\n'), next)
    }
    if (ranLocally(output)) {
      throw new CheckFailure(
        'the job ran inside the client and not on the cluster',
        `check ${this.place.hadoop.where} in mapred-site.xml, and that HADOOP_CONF_DIR is found`,
      )
    }
    if (ids.length === 0) throw new CheckFailure(`no job was started\n${tail(output)}`)
    return result
  }

  /** The hosts on which tasks of these jobs failed, as text. Empty after an interrupt. */
  async #failedOn(ids: readonly string[], output: string): Promise<string[]> {
    const { cluster, signal } = this.input
    if (ids.length === 0 || signal?.aborted) return []
    const script = asTool(this.place, 'failed', sh`sh -c ${askFailedTasks(cluster, ids)}`)
    const { stdout } = await this.run(script)
    return describeFailedTasks(failedTasks(cluster, stdout, ids, output))
  }

  /** Like `tool`, for a session of Hive: as many in parallel as its metastore supports. */
  hive(step: string, script: string): Promise<RunResult> {
    return this.#hiveSessions(() => this.tool(step, script))
  }

  /** A login that is closed after `work`. */
  async sql<T>(
    purpose: SqlPurpose,
    account: SqlAccount,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const connection = await this.input.sql(purpose, account)
    try {
      return await work(connection)
    } finally {
      connection.destroy()
    }
  }
}
