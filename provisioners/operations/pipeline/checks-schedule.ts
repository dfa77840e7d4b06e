/** The files of the schedule's jobs on the master. The account must be able to read the paths that each job names. */

import { WORKFLOW_NEEDS } from '../../config/schedule/edx-workflows.ts'
import type { Cluster } from '../../config/types.ts'
import type { Job } from '../../config/types-schedule.ts'
import { environmentOf } from '../../services/scheduler/commands.ts'
import { COMMANDS } from '../../services/scheduler/names.ts'
import { generationOf } from '../../services/support/index.ts'
import { sh } from '../../shell.ts'
import { CheckFailure, tail } from '../verify/checks.ts'
import { parseSteps, type StepResult, steps } from './script.ts'
import type { PipelineCheck, PipelineRun } from './types.ts'

/** Options whose values are paths that a workflow reads. Other paths are written by it. */
const READ: readonly string[] = ['--credentials', '--src', '--source', '--lib-jar', '--geolocation-data']

const workflows = ({ schedule }: Cluster): readonly Job[] =>
  (schedule?.jobs ?? []).filter(({ work, enabled }) => enabled && work.kind === 'workflow')

/** Prints the arguments that each job passes to `launch-task`, as bash parses them from the file of the job. Starts nothing. */
export const wordsScript = (names: readonly string[], directory: string = COMMANDS): string =>
  sh`for name in ${names}; do
  file=${directory}/$name
  echo "job $name"
  if ! [ -r "$file" ]; then echo "word absent"; continue; fi
  {
    grep -v '^cd \\|^\\. \\|^exec ' "$file"
    printf '%s\\n' 'args() { printf "word %s\\n" "$@"; }'
    sed -n 's/^exec launch-task /args /p' "$file"
  } | bash
done`

/** The paths that each job reads, by job. A job without a file has none. */
export function readsOf(stdout: string): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, string[]>()
  let current: string[] = []
  for (const line of stdout.split('\n')) {
    if (line.startsWith('job ')) {
      current = []
      words.set(line.slice(4), current)
    } else if (line.startsWith('word ')) current.push(line.slice(5))
  }
  return new Map(
    [...words].map(([name, all]) => [name, all.flatMap((word, i) => valuesOf(word, all[i + 1]))]),
  )
}

/** A value may be a list, as JSON. */
function valuesOf(option: string, value: string | undefined): readonly string[] {
  if (!READ.includes(option) || value === undefined) return []
  if (!value.startsWith('[')) return [value]
  try {
    return (JSON.parse(value) as unknown[]).map(String)
  } catch {
    return [value]
  }
}

/** Paths that jobs read because override.cfg names them. */
function settingsOf({ pipeline }: Cluster, jobs: readonly Job[]): readonly string[] {
  const located = jobs.some(({ work }) => work.kind === 'workflow' && WORKFLOW_NEEDS[work.task]?.geolocation)
  const data = pipeline?.overrides.geolocation?.geolocation_data
  return located && data !== undefined ? [data] : []
}

const isUrl = (path: string): boolean => path.startsWith('hdfs://')

const existsScript = (paths: readonly string[], exists: readonly string[]): string =>
  steps(
    ...paths.map((path, i) =>
      isUrl(path) ? sh`step path${i} hadoop fs ${exists} ${path}` : sh`step path${i} test -r ${path}`,
    ),
  )

/** Problems with the paths, a line each. `who` has the jobs that name a path. */
export function checkJobs(
  paths: ReadonlyMap<string, readonly string[]>,
  found: ReadonlyMap<string, StepResult>,
  fs: string,
): string[] {
  return [...paths].flatMap(([path, who], i) => {
    if (isUrl(path) && !path.startsWith(`${fs}/`)) return [`${who.join(', ')}: ${path} is not in ${fs}`]
    const step = found.get(`path${i}`)
    if (step === undefined) return [`the script ended before ${path}`]
    return step.exit === 0
      ? []
      : [`${who.join(', ')}: ${path} is missing, or cannot be read: ${step.err.at(-1) ?? ''}`]
  })
}

/** Each path with the jobs that name it. */
function byPath(
  reads: ReadonlyMap<string, readonly string[]>,
  more: readonly string[],
): Map<string, string[]> {
  const paths = new Map<string, string[]>()
  const add = (path: string, who: string) => paths.set(path, [...(paths.get(path) ?? []), who])
  for (const [name, all] of reads) for (const path of all) add(path, name)
  for (const path of more) add(path, 'override.cfg')
  return paths
}

async function runJobs(run: PipelineRun): Promise<string> {
  const { cluster } = run.input
  const { schedule } = cluster
  const jobs = workflows(cluster)
  if (schedule === undefined) throw new CheckFailure('cluster.yml has no schedule')
  const next = `howdah schedule plan; on ${run.master}: cat ${COMMANDS}/*`
  const written = await run.shell(wordsScript(jobs.map(({ name }) => name)))
  if (written.exit !== 0) throw new CheckFailure(tail(written.stderr || written.stdout, 5), next)
  const absent = written.stdout.match(/^job (.*)\nword absent$/gm) ?? []
  if (absent.length > 0)
    throw new CheckFailure(`${absent.length} jobs are not applied yet`, 'howdah schedule apply')
  const paths = byPath(readsOf(written.stdout), settingsOf(cluster, jobs))
  const { repo, activate } = environmentOf(schedule)
  const { stdout } = await run.shell(
    [
      existsScript([...paths.keys()], generationOf(cluster).fs.exists),
      sh`step environment sh -c ${sh`test -d ${repo} && test -r ${activate}`}`,
    ].join('\n'),
  )
  const found = parseSteps(stdout)
  const wrong = checkJobs(paths, found, run.fs)
  if (wrong.length > 0) throw new CheckFailure(wrong.join('\n'), next)
  const note = found.get('environment')?.exit === 0 ? '' : `; the pipeline is not installed in ${repo} yet`
  return `${jobs.length} jobs, and ${paths.size} paths that they read${note}`
}

const jobs: PipelineCheck = {
  name: 'jobs',
  title: 'The account can read what the jobs of the schedule need',
  after: ['shell'],
  run: runJobs,
}

/** No check where the schedule runs no workflow. */
export const scheduleChecks = ({ input }: Pick<PipelineRun, 'input'>): readonly PipelineCheck[] =>
  workflows(input.cluster).length > 0 ? [jobs] : []
