/** A simulated cluster with canned answers. It shows how verify reports broken parts, but not that verify works. */
import type { Connection } from 'mysql2/promise'
import { vi } from 'vitest'
import type { Cluster, Daemon, Host } from '../../../provisioners/config/types.ts'
import { ROLES } from '../../../provisioners/config/types.ts'
import type { RunEvent } from '../../../provisioners/events.ts'
import { JOINED } from '../../../provisioners/operations/verify/joins.ts'
import {
  courseActivity,
  courseEnrollmentDaily,
  importAudit,
  joinedRows,
} from '../../../provisioners/operations/verify/rows/expected.ts'
import { generate } from '../../../provisioners/operations/verify/rows/generator.ts'
import type { Cell, VerifyInput } from '../../../provisioners/operations/verify/types.ts'
import type { RunRequest, RunResult, Transport } from '../../../provisioners/transport/types.ts'

const host = (name: string, daemons: readonly Daemon[]): Host =>
  ({ name, address: `${name}.addr`, daemons, ssh: { user: 'u', port: 22 } }) as unknown as Host

const password = { kind: 'env', variable: 'X' } as const

export const cluster = {
  name: 'c1',
  file: 'cluster.yml',
  hosts: [
    host('m1', ROLES.hadoop3.master ?? []),
    host('w1', ROLES.hadoop3.worker ?? []),
    host('w2', ROLES.hadoop3.worker ?? []),
    host('db', ['result-store', 'lms-database']),
  ],
  replication: 2,
  properties: {},
  versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
  generation: 'hadoop3',
  directories: { install: '/opt', config: '/etc', logs: '/var/log' },
  java: {
    use: { hadoop: 8, hive: 8, sqoop: 8 },
    jdks: { 8: { kind: 'path', home: '/usr/lib/jvm/java-8' } },
  },
  resultStore: {
    server: { kind: 'host', host: 'db', flavor: 'mariadb', port: 3306, tls: 'preferred' },
    database: 'reports',
    pipeline: { user: 'pipeline', password },
    api: { user: 'api', password },
  },
  lms: {
    server: { kind: 'host', host: 'db', flavor: 'mariadb', port: 3306, tls: 'preferred' },
    database: 'edxapp',
    reader: { user: 'reader', password },
  },
} as unknown as Cluster

export interface Faults {
  /** `datanode w2`, `nodemanager w1`, `hive-metastore`, `hiveserver2`: it does not answer. */
  readonly dead?: string
  /** The NameNode still counts it, as it does for ten minutes. */
  readonly stillCounted?: boolean
  /** Scripts that match fail with this output. */
  readonly breaks?: { readonly when: RegExp; readonly output: string }
  /** Statements of an account that are refused but should not be. */
  readonly refuses?: { readonly account: string; readonly when: RegExp }
  /** Statements of the api account that are not refused but should be. */
  readonly allows?: RegExp
  readonly rows?: (rows: readonly (readonly Cell[])[]) => readonly (readonly Cell[])[]
  readonly collation?: string
  readonly node?: string
  readonly replicas?: number
  readonly localJob?: boolean
  /** A worker whose tasks do not find a class of a repair. */
  readonly lacksClass?: string
  /** What the joins of Hive print. */
  readonly joined?: readonly string[]
  /** The answer of a daemon to a question for its configuration, compressed. */
  readonly confPage?: string
  readonly tablesOfOthers?: boolean
  /** HiveServer2 runs the command dfs. */
  readonly runsDfs?: boolean
  readonly onScript?: (script: string) => void
}

const denied = (account: string): Error =>
  Object.assign(new Error(`SELECT command denied to user '${account}'@'%' for table t`), { errno: 1142 })

const data = generate(1, 'small')

export function simulate(faults: Faults = {}, options: Partial<VerifyInput> = {}) {
  const events: RunEvent[] = []
  const scripts: { host: string; script: string; as: string | undefined }[] = []
  const statements: { account: string; sql: string }[] = []
  const uploads = new Map<string, { bytes: number; mode: string }>()
  let jobs = 0
  const dead = (name: string): boolean => faults.dead === name

  const answer = (path: string, value: unknown): string => `@@ ${path}\n${JSON.stringify(value)}\n`
  const members = (): string => {
    const workers = ['w1', 'w2']
    const counted = workers.filter((each) => !dead(`datanode ${each}`) || faults.stillCounted)
    const live = Object.fromEntries(counted.map((each) => [`${each}:9866`, { lastContact: 1 }]))
    const node = workers.map((each) => ({
      nodeHostName: each,
      state: dead(`nodemanager ${each}`) ? 'LOST' : 'RUNNING',
    }))
    const each = workers.flatMap((worker) => [`datanode ${worker}`, `nodemanager ${worker}`])
    return [
      answer('namenode', { beans: [{ LiveNodes: JSON.stringify(live) }] }),
      answer('resourcemanager', { nodes: { node } }),
      ...each.map((name) => (dead(name) ? `@@ ${name}\ncurl: (7) refused\n` : answer(name, {}))),
    ].join('')
  }
  const job = (): string => {
    jobs += 1
    return `Running job: job_1772409600000_${String(jobs).padStart(4, '0')}\n`
  }
  const history = (script: string): string => {
    const ids = [...new Set(script.match(/job_\d+_\d{4}/g) ?? [])]
    if (script.includes('attempts/')) {
      const paths = script.match(/jobs\/\S+\/attempts\/\w+/g) ?? []
      return paths
        .map((path) => answer(path, { taskAttempt: { nodeHttpAddress: faults.node ?? 'w1:8042' } }))
        .join('')
    }
    return ids
      .map((id) =>
        [
          answer(`jobs/${id}`, {
            job: { state: 'SUCCEEDED', uberized: !id.endsWith('1'), mapsCompleted: 1, reducesCompleted: 1 },
          }),
          answer(`jobs/${id}/jobattempts`, { jobAttempts: { jobAttempt: [{ nodeHttpAddress: 'w2:8042' }] } }),
          answer(`jobs/${id}/tasks`, {
            tasks: { task: [{ id: `t${id}`, type: 'MAP', successfulAttempt: 'a1' }] },
          }),
        ].join(''),
      )
      .join('')
  }
  const listing = (): string => {
    const logs = [...uploads].filter(([path]) => path.endsWith('.gz'))
    const FileStatus = logs.map(([path, { bytes }]) => ({ pathSuffix: path.split('/').pop(), length: bytes }))
    return `home=made\n${JSON.stringify({ FileStatuses: { FileStatus } })}\n`
  }
  const streaming = (): string => {
    const { total, unparsable } = data.lines
    const counters = `\tTracking\n\t\tLines=${total}\n\t\tMalformed=${unparsable}\n`
    return faults.localJob ? 'Running job: job_local12_0001\n' : job() + counters
  }
  const audit = (): string =>
    importAudit(data.lms)
      .map(
        ([table, text, count]) =>
          `audit:${table}:${Buffer.from(String(text)).toString('hex').toUpperCase()}\t${count}\n`,
      )
      .join('')
  const fsck = (): string =>
    `0. blk_1 len=9 Live_repl=${faults.replicas ?? 2} [x]\nThe filesystem under path '/' is HEALTHY\n`
  const plays: readonly [RegExp, (script: string) => string][] = [
    [/name=NameNodeInfo/, members],
    [/LISTSTATUS/, listing],
    [/history\/mapreduce/, history],
    [/\/fsck\?/, fsck],
    [/exec hadoop jar/, streaming],
    [/dfs -ls/, () => (faults.runsDfs ? 'Found 3 items\n' : 'Insufficient privileges to execute dfs\n')],
    [/exec beeline/, () => `${job()}${audit()}joined:${joinedRows(data.lms)}\n`],
    [/joins\.hql/, () => `${(faults.joined ?? JOINED).join('\n')}\n`],
    [/\/conf\b.*\ngzip/, () => faults.confPage ?? ''],
    [/drop\.hql/, () => ''],
    [/exec (sqoop|hive)/, job],
  ]
  const play = (script: string): string => plays.find(([when]) => when.test(script))?.[1](script) ?? ''
  const classes = (name: string): string => {
    const result = faults.lacksClass === name ? 'Error: Could not find or load main class' : 'found'
    return `class.org.apache.commons.collections.CollectionUtils=${result}\n`
  }
  const run = async (name: string, request: RunRequest): Promise<RunResult> => {
    const { script, as } = request
    scripts.push({ host: name, script, as })
    faults.onScript?.(script)
    if (request.signal?.aborted) throw new Error('RUN_ABORTED')
    if (faults.breaks?.when.test(script)) return { exit: 1, stdout: '', stderr: faults.breaks.output, ms: 1 }
    if (script.includes('Main method not found')) return { exit: 0, stdout: classes(name), stderr: '', ms: 1 }
    // The session of joins prints only rows on stdout.
    const stderr = script.includes('joins.hql') && !script.includes('drop.hql') ? job() : ''
    return { exit: 0, stdout: play(script), stderr, ms: 1 }
  }
  const transport = (name: string): Transport => ({
    host: name,
    run: (request) => run(name, request),
    upload: async ({ path, bytes, mode }) => void uploads.set(path, { bytes, mode }),
    connect: async (_, port) => {
      if ((port === 9083 && dead('hive-metastore')) || (port === 10000 && dead('hiveserver2'))) {
        throw new Error('connection refused')
      }
      return { destroy: () => {} } as never
    },
    close: async () => {},
  })

  const report = (sql: string): Cell[][] => {
    const { events: story, interval } = data
    const right = sql.includes('course_activity')
      ? courseActivity(story, interval)
      : courseEnrollmentDaily(story, interval)
    return (faults.rows?.(right) ?? right).map((row) => [...row])
  }
  const asCells = (rows: readonly (readonly Cell[])[]) =>
    rows.map((row) => Object.fromEntries(row.map((cell, i) => [`c${i}`, cell])))
  const answers: readonly [RegExp, (match: RegExpExecArray, values: readonly unknown[]) => unknown[]][] = [
    [/VERSION\(\)/, () => [{ version: '11.8.3-MariaDB' }]],
    [/information_schema\.tables/, () => (faults.tablesOfOthers ? [{ comment: '' }] : [])],
    [
      /information_schema\.columns/,
      () => [{ t: 'course_activity', c: 'course_id', collation: faults.collation ?? 'utf8mb4_bin' }],
    ],
    [/mysql\.user/, () => [{ host: '%' }]],
    [/^SELECT word/, () => [{ word: 'here' }]],
    [
      /WHERE course_id = \?/,
      (match, values) => [{ n: report(match.input).filter((row) => row[0] === values[0]).length }],
    ],
    [/^SELECT COUNT.*`(\w+)`$/, (match) => [{ n: data.lms[match[1] as keyof typeof data.lms].length }]],
    [/ AS c0/, (match) => asCells(report(match.input))],
  ]
  const select = (sql: string, values: readonly unknown[]): unknown[] => {
    for (const [pattern, answer] of answers) {
      const match = pattern.exec(sql)
      if (match) return answer(match, values)
    }
    return []
  }
  const sql = async (_: string, account: string): Promise<Connection> => {
    const query = async (text: string, values: readonly unknown[] = []) => {
      statements.push({ account, sql: text })
      if (faults.refuses?.account === account && faults.refuses.when.test(text)) throw denied(account)
      if (account === 'api' && /^(INSERT|CREATE|DROP)/.test(text) && !faults.allows?.test(text))
        throw denied(account)
      return [select(text, values), []]
    }
    return { query, destroy: vi.fn() } as unknown as Connection
  }
  const input: VerifyInput = {
    cluster,
    transports: Object.fromEntries(cluster.hosts.map(({ name }) => [name, transport(name)])),
    healthChecks: [],
    configurations: async () => [],
    secret: () => 'hunter2',
    sql,
    report: (event) => void events.push(event),
    seed: 1,
    size: 'small',
    ...options,
  }
  return { input, events, scripts, statements, uploads }
}
