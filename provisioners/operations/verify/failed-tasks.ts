/** Finds the hosts on which tasks failed, and why, in the history of a job. The output of tools never names the host. */

import type { Cluster } from '../../config/types.ts'
import { sh } from '../../shell.ts'
import { hostOf, hostOfAddress, hostsWith, webAddress } from './place.ts'
import { askEachJob, parseAnswers } from './proof.ts'
import { jobTrackerScript, parseSections, trackedAttempts } from './proof-jobtracker.ts'

/** A failed attempt of a task, or a worker that does not answer. */
export interface FailedTask {
  readonly host: string
  /** `attempt_…`, or `nodemanager`. */
  readonly what: string
  readonly why: string
}

/** The most useful line of a stack trace: a missing class, else the innermost cause, else the first line. */
export function causeOf(diagnostics: string): string {
  const lines = diagnostics
    .split('\n')
    .map((line) => line.trim().replace(/^(Caused by|Error|Exception in thread "[^"]*"): /, ''))
    .filter((line) => line !== '')
  const causes = diagnostics.match(/^\s*Caused by: .*$/gm) ?? []
  const missing = lines.find((line) => /^\S*(NoClassDefFoundError|NoSuchMethodError)\b/.test(line))
  const absent = lines.find((line) => /^\S*ClassNotFoundException\b/.test(line))
  const innermost = causes
    .at(-1)
    ?.trim()
    .replace(/^Caused by: /, '')
  return (missing ?? absent ?? innermost ?? lines[0] ?? 'no reason is recorded').slice(0, 300)
}

/** Shell that asks for the attempts of every task of these jobs. */
const askHistory = (base: string, ids: readonly string[]): string =>
  askEachJob(
    base,
    ids,
    30,
    `  for task in $(ask "jobs/$id/tasks" | grep -o '"task_[0-9]*_[0-9]*_[mr]_[0-9]*"' | tr -d '"' | sort -u); do
    ask "jobs/$id/tasks/$task/attempts"
  done`,
  )

/** Shell that asks each worker, because the ResourceManager still counts a dead one for ten minutes. */
const askWorkers = (cluster: Cluster): string =>
  hostsWith(cluster, 'nodemanager')
    .map((host) => {
      const url = `${webAddress(cluster, 'nodemanager', host)}/ws/v1/node/info`
      return sh`printf '@@ %s\n' ${`nodemanager ${host.name}`}; curl -sS -m 5 ${url} 2>&1; echo
`
    })
    .join('')

interface Attempts {
  readonly taskAttempts?: {
    readonly taskAttempt?: readonly {
      readonly id: string
      readonly state: string
      readonly nodeHttpAddress?: string
      readonly diagnostics?: string
    }[]
  }
}

/** A script for the gateway that asks about jobs. `failedTasks` parses its output. */
export const askFailedTasks = (cluster: Cluster, ids: readonly string[]): string =>
  cluster.generation === 'hadoop1'
    ? jobTrackerScript(ids)
    : `${askHistory(webAddress(cluster, 'jobhistory', hostOf(cluster, 'jobhistory')), ids)}${askWorkers(cluster)}`

function ofJobTracker(
  cluster: Cluster,
  output: string,
  ids: readonly string[],
  toolOutput: string,
): FailedTask[] {
  const answers = parseSections(output)
  return ids.flatMap((id) =>
    trackedAttempts(answers, id)
      .filter(({ status }) => status === 'FAILED')
      .map(({ attempt, tracker }) => ({
        host: hostOfAddress(cluster, tracker)?.name ?? tracker,
        what: attempt,
        why: causeOf(toolOutput),
      })),
  )
}

/** Parses the answers. `toolOutput` is the output of the tool, because the JobTracker keeps no reasons. Pure. */
export function failedTasks(
  cluster: Cluster,
  output: string,
  ids: readonly string[],
  toolOutput: string,
): FailedTask[] {
  if (cluster.generation === 'hadoop1') return ofJobTracker(cluster, output, ids, toolOutput)
  const answers = parseAnswers(output)
  const attempts = [...answers.values()].flatMap(
    (answer) => (answer as Attempts | undefined)?.taskAttempts?.taskAttempt ?? [],
  )
  const failed = attempts
    .filter(({ state }) => state === 'FAILED')
    .map(({ id, nodeHttpAddress = '', diagnostics = '' }) => ({
      host: hostOfAddress(cluster, nodeHttpAddress)?.name ?? nodeHttpAddress,
      what: id,
      why: causeOf(diagnostics),
    }))
  const silent = hostsWith(cluster, 'nodemanager')
    .filter(({ name }) => {
      const section = output.split(`@@ nodemanager ${name}\n`)[1]
      return section !== undefined && !section.startsWith('{')
    })
    .map(({ name }) => ({ host: name, what: 'nodemanager', why: 'it does not answer' }))
  return [...failed, ...silent]
}

/** Failed tasks as text, a line for each host and reason. */
export function describeFailedTasks(failed: readonly FailedTask[]): string[] {
  const lines = failed.map(({ host, what, why }) =>
    what === 'nodemanager'
      ? `the NodeManager of ${host} does not answer`
      : `a task failed on ${host}: ${why}`,
  )
  return [...new Set(lines)]
}
