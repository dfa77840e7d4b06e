/** Streaming jobs: one that does everything that a task may do, and one that is killed. */

import { modulesOf } from '../../services/pipeline/index.ts'
import { generationOf, isMapReduce1, streamingJar } from '../../services/support/index.ts'
import { sh } from '../../shell.ts'
import { CheckFailure, tail } from '../verify/checks.ts'
import { listed, stepOf } from './checks-hdfs.ts'
import { jobConfOf, lackingOptions } from './checks-shell.ts'
import { both, parseSteps, program, type StepResult, steps, writes } from './script.ts'
import type { PipelineCheck, PipelineRun } from './types.ts'

const LINES = 40

type JobConf = Readonly<Record<string, string>>

/** Options as a run sets them: old property names, and a job name with the special characters of a task. */
const options = (run: PipelineRun, conf: JobConf, reducers: number): string[] =>
  [
    ['mapred.job.name', `${run.name}(interval=2026-03-01, pattern=["a \\\\d 'b'"])`],
    ['mapred.reduce.tasks', String(reducers)],
    ['stream.jobconf.truncate.limit', '20000'],
    ['mapreduce.job.tags', run.name],
    // One failure fails the check, so three more attempts would only take time.
    ['mapred.map.max.attempts', '1'],
    ['mapred.reduce.max.attempts', '1'],
    ...Object.entries(conf),
  ].flatMap(([key, value]) => ['-D', `${key}=${value}`])

function streamingScript(run: PipelineRun, conf: JobConf, work: string): string {
  const { cluster, pipeline } = run.input
  const { mkdir } = generationOf(cluster).fs
  const python = pipeline.python.command
  const job = { token: run.name, files: `${work}_files`, mkdir, modules: modulesOf(pipeline.python) }
  const inputs = [`${work}_in/a`, `${work}_in/b`]
  return steps(
    writes('mrrunner.py', program('task.py')),
    writes('packages.tar', run.name),
    writes('job-instance.json', JSON.stringify(job)),
    'mkdir in',
    sh`seq 1 ${LINES / 2} >in/a`,
    sh`seq ${LINES / 2 + 1} ${LINES} >in/b`,
    sh`step put hadoop fs -put in ${`${work}_in`}`,
    sh`step job hadoop jar ${streamingJar(cluster)} ${options(run, conf, 1)} \
-mapper ${`${python} mrrunner.py map`} -reducer ${`${python} mrrunner.py reduce`} \
-file mrrunner.py -file packages.tar -file job-instance.json \
-input ${inputs[0] ?? ''} -input ${inputs[1] ?? ''} -output ${`${work}_out-temp-2026-03-01T00-00-00`}`,
    sh`step move hadoop fs -mv ${`${work}_out-temp-2026-03-01T00-00-00`} ${`${work}_out`}`,
    sh`step files hadoop fs ${generationOf(cluster).fs.list} ${`${work}_files`}`,
    sh`step read hadoop fs -cat ${`${work}_files/*/lines`} ${`${work}_out/part-*`}`,
  )
}

/** A run follows its job by these lines of the client. StreamJob of Hadoop 1 has its own form of the second. */
const followed = (mapReduce1: boolean): string[] => [
  'Running job: ',
  mapReduce1 ? 'Tracking URL: ' : 'The url to track the job: ',
]

/** Problems with the job and with the output of its reducer, a line each. */
export function checkStreaming(
  found: ReadonlyMap<string, StepResult>,
  { user, mapReduce1 }: { readonly user: string; readonly mapReduce1: boolean },
): string[] {
  const job = stepOf(found, 'job')
  if (job.exit !== 0) return [`the job ended with ${job.exit}\n${tail(both(job), 15)}`]
  const output = both(job)
  const wrong: string[] = []
  for (const line of followed(mapReduce1)) {
    if (!output.includes(line))
      wrong.push(`the job's client does not print "${line}", so a run cannot follow it`)
  }
  for (const { path, owner } of listed(stepOf(found, 'files').out)) {
    if (owner !== user) wrong.push(`a reducer wrote ${path} as ${owner}, not as ${user}`)
  }
  const read = stepOf(found, 'read').out
  if (!mapReduce1) wrong.push(...checkReducers(read))
  // Lines with tabs are the output of the job.
  const lines = read
    .filter((line) => !line.includes('\t'))
    .map(Number)
    .sort((a, b) => a - b)
  const wanted = Array.from({ length: LINES }, (_, i) => i + 1)
  if (lines.join() !== wanted.join())
    wrong.push(`${lines.length} of ${LINES} lines came back: ${lines.join(' ')}`)
  if (stepOf(found, 'move').exit !== 0)
    wrong.push(`the output cannot be moved: ${both(stepOf(found, 'move'))}`)
  return wrong
}

/** Problems with the environment of the reducers, which they wrote into the output of the job. */
function checkReducers(read: readonly string[]): string[] {
  const reported = read.map((line) => line.split('\t')).filter(([, word]) => word === 'options')
  if (reported.length === 0) return ['no reducer reported its environment']
  return reported.flatMap(([host, , options]) => {
    const lacking = lackingOptions(options)
    return lacking.length === 0
      ? []
      : [
          `HADOOP_CLIENT_OPTS of a reducer on ${host} lacks ${lacking.join(' ')}: see [job-conf] of override.cfg`,
        ]
  })
}

const jobId = (text: string): string | undefined => /Running job: (job_\w+)/.exec(text)?.[1]

const streaming: PipelineCheck = {
  name: 'streaming',
  title: 'A streaming job runs Python on the workers, and its reducer writes files with `hadoop fs`',
  after: ['hdfs', 'settings'],
  writes: true,
  async run(run) {
    const { stdout, stderr } = await run.shell(
      streamingScript(run, await jobConfOf(run), `${run.work}_streaming`),
    )
    const found = parseSteps(stdout)
    const mapReduce1 = isMapReduce1(run.input.cluster)
    const wrong = checkStreaming(found, { user: run.input.pipeline.user, mapReduce1 })
    const id = jobId(both(stepOf(found, 'job')))
    const ask = mapReduce1
      ? `hadoop job -status ${id}`
      : `yarn logs -applicationId ${id?.replace('job_', 'application_')}`
    const next = id ? `on ${run.master}: ${ask}` : 'howdah verify --quick'
    if (wrong.length > 0) throw new CheckFailure(`${wrong.join('\n')}\n${tail(stderr, 3)}`.trimEnd(), next)
    const hosts = listed(stepOf(found, 'files').out).filter(({ path }) => path.endsWith('/lines'))
    return `${id}: ${LINES} lines, in a file for each of ${hosts.length} workers`
  },
}

/** Seconds that the client may take to print the id of its job, and to end after the job was killed. */
const KILL_SECONDS = 120

function killScript(run: PipelineRun, conf: JobConf, work: string): string {
  const { cluster } = run.input
  const old = isMapReduce1(cluster)
  return steps(
    sh`step put sh -c ${sh`echo x | hadoop fs -put - ${`${work}_in`}`}`,
    sh`hadoop jar ${streamingJar(cluster)} ${options(run, conf, 0)} -mapper 'sleep 300' -input ${`${work}_in`} -output ${`${work}_out`} >client 2>&1 </dev/null &`,
    'client=$!',
    ...(old
      ? ['killed() { hadoop job -kill "$id"; }']
      : ['killed() { yarn application -kill "application_${id#job_}"; }']),
    'job_id() { if [ -n "$id" ]; then echo "$id"; else tail -n 15 client; return 1; fi; }',
    'runs() { kill -0 "$client" 2>/dev/null && [ "$(date +%s)" -lt "$deadline" ]; }',
    sh`deadline=$(($(date +%s) + ${KILL_SECONDS}))`,
    `until id=$(sed -n 's/.*Running job: \\(job_[0-9_]*\\).*/\\1/p' client | head -n 1) && [ -n "$id" ]; do`,
    '  runs || break',
    '  sleep 0.5',
    'done',
    'step id job_id',
    '[ -n "$id" ] || { kill "$client" 2>/dev/null; exit 0; }',
    'step kill killed',
    ...(old ? [] : ['[ "$code" = 0 ] || mapred job -kill "$id" >/dev/null 2>&1']),
    sh`deadline=$(($(date +%s) + ${KILL_SECONDS}))`,
    'while runs; do sleep 0.5; done',
    'if kill "$client" 2>/dev/null; then echo "@@ end 0"; exit 0; fi',
    'wait "$client" && code=0 || code=$?',
    'echo "@@ end $code"',
  )
}

const kill: PipelineCheck = {
  name: 'kill',
  title: 'A run that is stopped can kill its job',
  // In turn, because a small cluster has room for the containers of one job only.
  after: ['streaming'],
  writes: true,
  async run(run) {
    const { stdout, stderr } = await run.shell(killScript(run, await jobConfOf(run), `${run.work}_kill`))
    const found = parseSteps(stdout)
    const started = stepOf(found, 'id')
    if (started.exit !== 0)
      throw new CheckFailure(`the job's client printed no id\n${tail(`${both(started)}\n${stderr}`)}`)
    const id = started.out[0] ?? ''
    const next = isMapReduce1(run.input.cluster)
      ? `on ${run.master}: hadoop job -kill ${id}`
      : `on ${run.master}: yarn application -kill ${id.replace('job_', 'application_')}`
    const killed = stepOf(found, 'kill')
    if (killed.exit !== 0) throw new CheckFailure(`${id} was not killed\n${tail(both(killed), 5)}`, next)
    if (stepOf(found, 'end').exit === 0) {
      throw new CheckFailure(`${id} was killed, but its client did not fail within ${KILL_SECONDS} s`, next)
    }
    return `${id} was killed, and its client ended with ${stepOf(found, 'end').exit}`
  },
}

export const JOB_CHECKS: readonly PipelineCheck[] = [streaming, kill]
