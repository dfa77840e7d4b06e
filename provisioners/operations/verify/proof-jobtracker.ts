/** Asks the JobTracker of Hadoop 1 for the state of each job and the hosts of its tasks, to prove that the cluster ran it. */

import { has } from '../../config/placed.ts'
import type { Cluster } from '../../config/types.ts'
import { raw, sh } from '../../shell.ts'
import { hostOfAddress, type Place } from './place.ts'
import type { JobProof } from './proof.ts'
import { asTool } from './tools.ts'

/** The most events of a job that are read. The jobs of a run have some dozens. */
const MOST_EVENTS = 10_000
/** JVMs of the client that run in parallel. */
const AT_ONCE = 2

/** One client lists all jobs, and one for each job lists its events. Prints `@@ list` or `@@ events.<job>` before each answer. */
export const askJobTracker = (place: Place, ids: readonly string[]): string =>
  asTool(place, 'jobs', sh`sh -c ${jobTrackerScript(ids)}`)

/** The same for a shell that has Hadoop's commands on its PATH and runs in a directory of its own. */
export const jobTrackerScript = (ids: readonly string[]): string =>
  sh`hadoop job -list all >list 2>list.err || { cat list.err >&2; exit 1; }
printf '%s\n' ${ids} | xargs -P ${AT_ONCE} -I ID sh -c 'hadoop job -events ID 0 ${raw(String(MOST_EVENTS))} >events.ID 2>&1'
for each in list ${ids.map((id) => `events.${id}`)}; do printf '@@ %s\n' "$each"; cat "$each"; done`

/** JobStatus of Hadoop 1, by the number in the output of `hadoop job -list all`. */
const STATES: Readonly<Record<string, string>> = {
  1: 'RUNNING',
  2: 'SUCCEEDED',
  3: 'FAILED',
  4: 'PREP',
  5: 'KILLED',
}

export type JobTrackerAnswers = ReadonlyMap<string, readonly string[]>

export function parseSections(output: string): JobTrackerAnswers {
  const sections = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of output.split('\n')) {
    if (line.startsWith('@@ ')) {
      lines = []
      sections.set(line.slice(3), lines)
    } else lines.push(line)
  }
  return sections
}

/** The states of jobs, from lines of `job_… TAB state TAB start TAB user …`. */
export const jobStates = (answers: JobTrackerAnswers): Map<string, string> =>
  new Map(
    (answers.get('list') ?? []).flatMap((line) => {
      const [id = '', state = ''] = line.split('\t').map((cell) => cell.trim())
      return id.startsWith('job_') ? [[id, STATES[state] ?? `in state ${state}`] as const] : []
    }),
  )

interface Attempt {
  readonly attempt: string
  readonly status: string
  readonly kind: 'm' | 'r'
  /** `w1:50060`. */
  readonly tracker: string
}

const EVENT = /^(\w+) (attempt_\d+_\d+_([mr])_\d+_\d+) (?:https?:\/\/)?([^/\s]+)/

export const trackedAttempts = (answers: JobTrackerAnswers, id: string): Attempt[] =>
  (answers.get(`events.${id}`) ?? []).flatMap((line) => {
    const [, status = '', attempt = '', kind = '', tracker = ''] = EVENT.exec(line.trim()) ?? []
    return kind ? [{ attempt, status, kind: kind as 'm' | 'r', tracker }] : []
  })

/** The proof of one job, from the answers. Failed attempts do not count, because another attempt did the work. Pure. */
export function proveTrackedJob(cluster: Cluster, answers: JobTrackerAnswers, id: string): JobProof {
  const state = jobStates(answers).get(id)
  if (!state)
    return { id, uber: false, maps: 0, reduces: 0, hosts: [], doubts: ['the JobTracker has no record of it'] }
  const doubts: string[] = state === 'SUCCEEDED' ? [] : [state]
  const attempts = trackedAttempts(answers, id).filter(({ status }) => status === 'SUCCEEDED')
  if (attempts.length === 0) doubts.push('no task is recorded')
  const hosts = new Set<string>()
  for (const { tracker } of attempts) {
    const host = hostOfAddress(cluster, tracker)
    if (host && has(host, 'tasktracker')) hosts.add(host.name)
    else doubts.push(`ran on ${tracker}, which has no TaskTracker in cluster.yml`)
  }
  const count = (wanted: Attempt['kind']): number => attempts.filter(({ kind }) => kind === wanted).length
  return { id, uber: false, maps: count('m'), reduces: count('r'), hosts: [...hosts].sort(), doubts }
}
