/** Asks JobHistory for each job, its tasks and their hosts, to prove that the cluster ran it. */

import { has } from '../../config/placed.ts'
import type { Cluster } from '../../config/types.ts'
import { sh } from '../../shell.ts'
import { hostOfAddress } from './place.ts'

/** Answers of a REST service by path. The scripts below print each as a line `@@ <path>` and a line of JSON. */
export type Answers = ReadonlyMap<string, unknown>

export function parseAnswers(output: string): Answers {
  const answers = new Map<string, unknown>()
  let path = ''
  for (const line of output.split('\n')) {
    if (line.startsWith('@@ ')) path = line.slice(3)
    else if (path && line.startsWith('{') && !answers.has(path)) answers.set(path, parseJson(line))
  }
  return answers
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const asker = (base: string): string => sh`base=${`${base}/ws/v1/history/mapreduce`}
ask() { printf '@@ %s\n' "$1"; curl -sS -m 10 -H 'Accept: application/json' "$base/$1"; echo; }
`

/**
 * Shell that asks JobHistory about each job with the commands in `questions` (POSIX sh; `$id` is the job). JobHistory gets
 * a job a little later than its client, so the shell waits: half a second for each of `tries` in total.
 */
export const askEachJob = (base: string, ids: readonly string[], tries: number, questions: string): string =>
  `${asker(base)}${sh`
tries=${tries}
for id in ${ids}; do
  until curl -sfS -m 10 -o /dev/null "$base/jobs/$id" 2>/dev/null; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || break
    sleep 0.5
  done
`}${questions}
done
`

export const askJobs = (base: string, ids: readonly string[]): string =>
  askEachJob(
    base,
    ids,
    60,
    `  ask "jobs/$id"
  ask "jobs/$id/jobattempts"
  ask "jobs/$id/tasks"`,
  )

export const askAttempts = (base: string, paths: readonly string[]): string =>
  `${asker(base)}${sh`for path in ${paths}; do ask "$path"; done\n`}`

interface JobAnswer {
  readonly job?: {
    readonly state: string
    readonly uberized: boolean
    readonly mapsCompleted: number
    readonly reducesCompleted: number
    readonly diagnostics?: string
  }
}

interface TasksAnswer {
  readonly tasks?: { readonly task?: readonly { id: string; type: string; successfulAttempt: string }[] }
}

interface Placed {
  readonly nodeHttpAddress?: string
}

const attemptOf = (job: string, task: string, attempt: string): string =>
  `jobs/${job}/tasks/${task}/attempts/${attempt}`

const tasksOf = (answers: Answers, job: string) =>
  (answers.get(`jobs/${job}/tasks`) as TasksAnswer | undefined)?.tasks?.task ?? []

/** The paths for the second round: the successful attempt of each task. */
export const attemptPaths = (answers: Answers, ids: readonly string[]): string[] =>
  ids.flatMap((job) =>
    tasksOf(answers, job).map(({ id, successfulAttempt }) => attemptOf(job, id, successfulAttempt)),
  )

export interface JobProof {
  readonly id: string
  readonly uber: boolean
  readonly maps: number
  readonly reduces: number
  /** Hosts in cluster.yml that ran its ApplicationMaster and its tasks. */
  readonly hosts: readonly string[]
  /** Reasons to doubt that the cluster ran it; empty: proved. */
  readonly doubts: readonly string[]
}

/** The proof of one job, from the answers. Pure. */
export function proveJob(cluster: Cluster, answers: Answers, id: string): JobProof {
  const job = (answers.get(`jobs/${id}`) as JobAnswer | undefined)?.job
  if (!job)
    return { id, uber: false, maps: 0, reduces: 0, hosts: [], doubts: ['JobHistory has no record of it'] }
  const doubts: string[] = []
  const { state, diagnostics } = job
  if (state !== 'SUCCEEDED') doubts.push(`${state}${diagnostics ? `: ${diagnostics}` : ''}`)
  const masters =
    (answers.get(`jobs/${id}/jobattempts`) as { jobAttempts?: { jobAttempt?: Placed[] } } | undefined)
      ?.jobAttempts?.jobAttempt ?? []
  const tasks = tasksOf(answers, id)
  const attempts = tasks.map(({ id: task, successfulAttempt }) => {
    const path = attemptOf(id, task, successfulAttempt)
    return (answers.get(path) as { taskAttempt?: Placed } | undefined)?.taskAttempt ?? {}
  })
  if (masters.length === 0) doubts.push('no ApplicationMaster is recorded')
  if (tasks.length === 0) doubts.push('no task is recorded')
  const hosts = new Set<string>()
  for (const { nodeHttpAddress = '' } of [...masters, ...attempts]) {
    const host = hostOfAddress(cluster, nodeHttpAddress)
    if (host && has(host, 'nodemanager')) hosts.add(host.name)
    else
      doubts.push(`ran on ${nodeHttpAddress || 'an unknown node'}, which has no NodeManager in cluster.yml`)
  }
  const { uberized: uber, mapsCompleted: maps, reducesCompleted: reduces } = job
  return { id, uber, maps, reduces, hosts: [...hosts].sort(), doubts }
}

/** Whether a job ran its maps and reduces in separate containers. */
export const hadRealContainers = (proofs: readonly JobProof[]): boolean =>
  proofs.some(({ uber, maps, reduces }) => !uber && maps > 0 && reduces > 0)
