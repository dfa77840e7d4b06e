import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Connection } from 'mysql2/promise'
import type { PipelineInput } from '../../../../provisioners/operations/pipeline/types.ts'
import { overrideSections } from '../../../../provisioners/services/pipeline/index.ts'
import { settingsFile } from '../../../../provisioners/services/pipeline/settings.ts'
import type { RunRequest, RunResult, Transport } from '../../../../provisioners/transport/types.ts'
import { contextOf, FIVE } from '../../../services/a-context.ts'
import { scratch } from '../../../support/scratch.ts'

/**
 * A master on this machine: the scripts of a smoke run are executed, by programs of test/stand-ins instead of Hadoop and
 * Hive. Paths of the host are below a directory of the test.
 */

const standIn = (path: string): string =>
  fileURLToPath(new URL(`../../../stand-ins/${path}`, import.meta.url))

const PLACES = [
  '/etc/luigi',
  '/etc/edx-analytics-pipeline',
  '/var/lib/analytics-tasks',
  '/tmp/howdah_pipeline',
]

export const PIPELINE_YML = `${FIVE}pipeline: {python: {version: 3}}\n`

export interface StandInMaster {
  readonly root: string
  readonly input: PipelineInput
  /** Files below the root, without those that a test has put there. */
  left(): readonly string[]
  /** The path on this machine of a path on the master. */
  at(path: string): string
}

interface Options {
  readonly yml?: string
  /** Variables of the account. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly report?: PipelineInput['report']
}

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
}

function prepare(
  root: string,
  yml: string,
  at: (text: string) => string,
  env: Readonly<Record<string, string>>,
) {
  const context = contextOf(yml)
  const { cluster } = context
  if (!cluster.pipeline) throw new Error('the fixture has a pipeline')
  const python = {
    version: 'cdh4',
    command: 'hadoop',
    'streaming-jar': 'streaming.jar',
    'python-executable': 'python3',
  }
  write(at('/etc/luigi/client.cfg'), settingsFile('Hadoop', { hadoop: python }))
  const sections = {
    ...overrideSections(context, cluster.pipeline),
    'edx-rest-api': { client_secret: 'rest-secret' },
  }
  const { hadoop: _, ...override } = sections as typeof sections & { hadoop?: unknown }
  write(at('/etc/edx-analytics-pipeline/override.cfg'), at(settingsFile('Tasks', override)))
  const login = { host: 'rs', port: 3306, username: 'pipeline', password: 'store-secret' }
  write(at('/etc/edx-analytics-pipeline/output.json'), JSON.stringify(login))
  cpSync(standIn('pipeline/sample'), join(root, 'sample'), { recursive: true })
  write(join(root, 'sample/version.py'), "VERSION = '1.0'\n")
  const exported = Object.entries(env).map(([name, value]) => `export ${name}=${value}`)
  write(
    join(root, '.bashrc'),
    [`PATH=${standIn('cluster/bin')}:$STAND_IN_PYTHON:$PATH`, ...exported, ''].join('\n'),
  )
  mkdirSync(join(root, 'hdfs/edx-analytics-pipeline'), { recursive: true })
  mkdirSync(join(root, 'tmp'))
  return cluster
}

/** Puts the sample pipeline where remote-task would, with an override.cfg in the checkout that names a real database. */
export function withSource({ at }: Pick<StandInMaster, 'at'>, name = 'automation'): void {
  const place = `/var/lib/analytics-tasks/${name}`
  write(at(`${place}/venv/bin/launch-task`), readFileSync(standIn('cluster/bin/launch-task'), 'utf8'), 0o755)
  write(at(`${place}/venv/bin/activate`), 'ACTIVATED=yes\n')
  write(
    at(`${place}/repo/override.cfg`),
    '[database-export]\ndatabase = reports\n[hive]\ndatabase = default\n',
  )
}

function runHere(root: string, at: (text: string) => string) {
  return ({ script, onLine, signal }: RunRequest): Promise<RunResult> => {
    if (signal?.aborted) return Promise.reject(new Error('interrupted'))
    const env = {
      ...{ HOME: root, PATH: `${standIn('cluster/bin')}:/usr/bin:/bin`, SAMPLE_ETC: at('/etc/luigi') },
      ...{
        STAND_IN_HDFS: join(root, 'hdfs'),
        STAND_IN_SAMPLE: root,
        STAND_IN_MODULES: standIn('cluster/modules'),
      },
      ...{ STAND_IN_PYTHON: '/usr/local/bin', PYTHONDONTWRITEBYTECODE: '1' },
      STAND_IN_TAG: /howdah_pipeline_[a-z0-9]+/.exec(script)?.[0] ?? '',
    }
    return new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', 'eval "$(cat)"'], { env, stdio: 'pipe' })
      let stdout = ''
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = `${stdout.slice(stdout.lastIndexOf('\n') + 1)}${chunk}`.split('\n')
        stdout += chunk
        for (const line of lines.slice(0, -1)) onLine?.(line)
      })
      let stderr = ''
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        stderr += chunk
      })
      // The script keeps running, as on a host when the connection is cut.
      signal?.addEventListener('abort', () => reject(new Error('interrupted')), { once: true })
      child.on('close', (code) =>
        resolve({ exit: code ?? 1, stdout: stdout.replaceAll(root, ''), stderr, ms: 1 }),
      )
      child.stdin.end(at(script))
    })
  }
}

/** The rows that the sample pipeline has written to the result store, as `readReport` returns them. */
function storeOf(root: string): () => Promise<Connection> {
  return async () => {
    const connection = {
      query: async (sql: string) => {
        const name = /`(howdah_pipeline_\w+)`/.exec(sql)?.[1]
        const file = join(root, 'hdfs', `${name}.json`)
        if (sql.startsWith('DROP')) {
          if (existsSync(file)) writeFileSync(file, 'dropped')
          return [[]]
        }
        const rows = JSON.parse(readFileSync(file, 'utf8')) as unknown[][]
        return [rows.map((row) => Object.fromEntries(row.map((cell, i) => [`c${i}`, cell])))]
      },
      destroy: () => {},
    }
    return connection as unknown as Connection
  }
}

export function standInMaster({ yml = PIPELINE_YML, env = {}, signal, report }: Options = {}): StandInMaster {
  const root = scratch('howdah-smoke-')
  const at = (text: string): string =>
    PLACES.reduce((all, place) => all.replaceAll(place, `${root}${place}`), text)
  const cluster = prepare(root, yml, at, env)
  const begin = new Set(readdirSync(root, { recursive: true }).map(String))
  const transport: Transport = {
    host: 'm1',
    run: runHere(root, at),
    upload: async ({ open, path }) => writeFileSync(at(path), await buffer(open())),
    connect: () => Promise.reject(new Error('nothing is connected to')),
    close: async () => {},
  }
  const { pipeline } = cluster
  if (!pipeline) throw new Error('the fixture has a pipeline')
  const input: PipelineInput = {
    ...{ cluster, pipeline, transports: { m1: transport }, report: report ?? (() => {}) },
    ...(cluster.resultStore && { storeAdmin: storeOf(root) }),
    ...(signal && { signal }),
  }
  const left = () =>
    readdirSync(root, { recursive: true })
      .map(String)
      .filter((path) => !begin.has(path))
  return { root, input, left, at }
}
