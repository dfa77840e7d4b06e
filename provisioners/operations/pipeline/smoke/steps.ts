/** The steps of a smoke run. Each needs the one before it. */

import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { send } from '../../../runtime/ask.ts'
import { CLIENT_CFG, pipelinePaths } from '../../../services/pipeline/index.ts'
import { generationOf } from '../../../services/support/index.ts'
import { sh } from '../../../shell.ts'
import { CheckFailure, tail } from '../../verify/checks.ts'
import { compareRows, describe } from '../../verify/rows/compare.ts'
import { ident, REPORT_TABLES, readReport } from '../../verify/sql.ts'
import type { Comparison } from '../../verify/types.ts'
import { failedHosts } from '../failed-hosts.ts'
import { undoWork } from '../run.ts'
import { both, parseSteps, program } from '../script.ts'
import type { PipelineCheck, PipelineRun } from '../types.ts'
import { checkSource, checkTask, compareTotals } from './results.ts'
import {
  findScript,
  launchScript,
  logsScript,
  parseSource,
  prepareScript,
  progressReader,
} from './scripts.ts'
import { checkScratch, scratchSettings } from './settings.ts'
import type { Smoke } from './types.ts'

/** Seconds beyond the time limit of a task, for `timeout` to stop it and for its output to arrive. */
const MARGIN = 120

const [ENROLMENTS] = REPORT_TABLES

const withStore = ({ input }: PipelineRun): boolean =>
  input.cluster.resultStore !== undefined && input.storeAdmin !== undefined

const source = (smoke: Smoke): PipelineCheck => ({
  name: 'source',
  title: "The pipeline's launcher is on the master",
  after: [],
  async run(run) {
    const { pipeline } = run.input
    const { exit, stdout, stderr } = await run.shell(findScript(smoke.environments))
    if (exit !== 0) throw new CheckFailure(tail(stderr || stdout, 5), 'howdah pipeline check --only shell')
    const found = parseSource(stdout)
    const where = checkSource(found, smoke.environments, pipeline.user, pipeline.source !== undefined)
    if (found) smoke.source = found
    return where
  },
})

const settings = (smoke: Smoke): PipelineCheck => ({
  name: 'settings',
  title: 'The settings of the run name its own databases and directories',
  after: ['source'],
  async run(run) {
    const { local } = smoke.scratch
    run.undos.push({
      what: `${local} on ${run.master}`,
      undo: async () => {
        const { exit, stderr } = await run.shell(sh`rm -rf ${local}`, { evenIfStopped: true })
        if (exit !== 0) throw new Error(stderr)
      },
    })
    const wanted = scratchSettings(smoke.scratch, smoke.feed, withStore(run))
    const { cluster, pipeline } = run.input
    const { exit, stdout, stderr } = await run.shell(
      prepareScript(smoke, pipeline.python.command, program('scratch_settings.py'), {
        changes: wanted,
        sources: [CLIENT_CFG, pipelinePaths(cluster).override],
      }),
    )
    const next = 'howdah pipeline check --only shell,settings'
    if (exit !== 0) throw new CheckFailure(tail(stderr || stdout, 5), next)
    const wrong = checkScratch(JSON.parse(stdout), wanted)
    if (wrong.length > 0) throw new CheckFailure(wrong.join('\n'), next)
    return Object.entries(wanted)
      .map(([section, options]) => `[${section}] ${Object.keys(options).join(', ')}`)
      .join('; ')
  },
})

async function upload(smoke: Smoke, run: PipelineRun): Promise<number> {
  const { pipeline, transports, signal } = run.input
  let bytes = 0
  for (const { name, content } of smoke.feed.files) {
    const packed = gzipSync(content)
    bytes += packed.length
    await send(transports, run.master, {
      title: name,
      open: () => Readable.from([packed]),
      bytes: packed.length,
      sha256: createHash('sha256').update(packed).digest('hex'),
      path: `${smoke.scratch.local}/logs/${name}`,
      mode: '0600',
      as: pipeline.user,
      ...(signal && { signal }),
    })
  }
  return bytes
}

const logs = (smoke: Smoke): PipelineCheck => ({
  name: 'logs',
  title: 'Tracking logs of generated events are in HDFS',
  after: ['settings'],
  async run(run) {
    undoWork(run)
    const bytes = await upload(smoke, run)
    const { mkdir } = generationOf(run.input.cluster).fs
    const { exit, stdout, stderr } = await run.shell(logsScript(smoke, mkdir))
    const { files, lines } = smoke.feed
    const missing = files.filter(({ name }) => !stdout.includes(name))
    if (exit !== 0 || missing.length > 0) {
      throw new CheckFailure(tail(stderr || stdout, 8), 'howdah pipeline check --only hdfs')
    }
    return `${lines} lines in ${files.length} files of ${bytes} bytes, in ${smoke.scratch.hdfs}/logs`
  },
})

/** Runs a task and reports the jobs that it starts. Throws CheckFailure when it does not end with 0. */
async function launch(smoke: Smoke, run: PipelineRun, task: string, given: readonly string[]): Promise<void> {
  if (!smoke.source) throw new CheckFailure('the step that finds the launcher did not run')
  const progress = progressReader()
  const { timeoutSeconds } = smoke
  const began = Date.now()
  const { stdout, stderr } = await run.shell(launchScript(smoke, smoke.source, task, given), {
    timeoutMs: (timeoutSeconds + MARGIN) * 1000,
    onLine: (line) => {
      const text = progress(line)
      if (text === undefined) return
      const seconds = Math.round((Date.now() - began) / 1000)
      run.input.report({ type: 'log', level: 'info', text: `${task}, ${seconds} s: ${text}` })
    },
  })
  const result = parseSteps(stdout).get('task')
  const why = checkTask(task, result, timeoutSeconds)
  if (why === undefined) return
  const hosts = result ? await failedHosts(run, both(result)) : [tail(stderr, 5)]
  throw new CheckFailure([...hosts, why].join('\n'), 'howdah pipeline check')
}

/** Adds a comparison to the report. Throws CheckFailure when a row is wrong. */
function keep(smoke: Smoke, comparison: Comparison): string {
  smoke.compared.push(comparison)
  if (comparison.mismatches.length > 0) throw new CheckFailure(describe(comparison), 'howdah verify')
  return `${comparison.rows} of ${comparison.rows} rows are right`
}

const interval = ({ feed: { interval: of } }: Smoke): readonly string[] => [
  ...['--interval', `${of.from}-${of.to}`],
  ...['--n-reduce-tasks', '1'],
]

const totals = (smoke: Smoke): PipelineCheck => ({
  name: 'total-events',
  title: 'TotalEventsDailyTask counts the events of each day',
  after: ['logs'],
  async run(run) {
    const out = `${smoke.scratch.hdfs}/total_events/`
    await launch(smoke, run, 'TotalEventsDailyTask', [...interval(smoke), '--output-root', out])
    const { exit, stdout, stderr } = await run.shell(sh`hadoop fs -cat ${`${out}[^_]*`}`)
    // Without [retcode] a task that failed ends with 0, and so does a task that found no log.
    if (exit !== 0) throw new CheckFailure(`it ended with 0 and wrote nothing\n${tail(stderr, 5)}`)
    return keep(smoke, compareTotals(smoke.feed.totals, stdout.split('\n')))
  },
})

/** Creates the database that `USE` needs. Its tables are external, in the warehouse of the run. */
async function makeHiveDatabase(smoke: Smoke, run: PipelineRun): Promise<void> {
  const { hiveDatabase, hdfs } = smoke.scratch
  run.undos.push({
    what: `database ${hiveDatabase} of Hive`,
    undo: async () => {
      const drop = `drop database if exists ${hiveDatabase} cascade`
      const dropped = await run.shell(sh`hive -e ${drop} 2>&1`, { evenIfStopped: true })
      if (dropped.exit !== 0) throw new Error(tail(dropped.stdout, 3))
    },
  })
  const create = `create database ${hiveDatabase} location '${hdfs}/hive'`
  const { exit, stdout, stderr } = await run.shell(sh`hive -e ${create}`)
  if (exit !== 0) throw new CheckFailure(tail(stderr || stdout, 8), 'howdah pipeline check --only hive')
}

const enrolments = (smoke: Smoke): PipelineCheck => ({
  name: ENROLMENTS.name,
  title: `EnrollmentDailyTask fills ${ENROLMENTS.name} of the result store`,
  // In turn, because a small cluster has room for the containers of one job only.
  after: ['total-events'],
  async prepare(run) {
    if (!withStore(run)) return 'cluster.yml has no resultStore'
    await makeHiveDatabase(smoke, run)
    return undefined
  },
  async run(run) {
    const { reportsDatabase } = smoke.scratch
    const { storeAdmin } = run.input
    if (!storeAdmin) throw new CheckFailure('cluster.yml has no resultStore')
    run.undos.push({
      what: `database ${reportsDatabase} of the result store`,
      undo: async () => {
        const admin = await storeAdmin()
        await admin.query(`DROP DATABASE IF EXISTS ${ident(reportsDatabase)}`).finally(() => admin.destroy())
      },
    })
    await launch(smoke, run, 'EnrollmentDailyTask', interval(smoke))
    const admin = await storeAdmin()
    const found = await readReport(admin, reportsDatabase, ENROLMENTS).finally(() => admin.destroy())
    return keep(smoke, compareRows(ENROLMENTS.name, smoke.feed.enrolments, found, ENROLMENTS.keyColumns))
  },
})

/** All steps, in order. They share `smoke`. */
export const smokeSteps = (smoke: Smoke): readonly PipelineCheck[] =>
  [source, settings, logs, totals, enrolments].map((step) => step(smoke))
