import { EXIT } from '../../provisioners/errors.ts'
import { applySchedule, planSchedule } from '../../provisioners/operations/schedule/index.ts'
import { type JobRun, runJob } from '../../provisioners/operations/schedule/run.ts'
import {
  type Attempt,
  type JobStatus,
  type ScheduleStatus,
  scheduleStatus,
} from '../../provisioners/operations/schedule/status.ts'
import { type Colors, duration, table } from '../render/text.ts'
import type { Verb } from './context.ts'
import { partVerbs } from './part.ts'

export interface ScheduleOptions {
  readonly file: string
}

/** `howdah schedule plan`, which changes nothing, and `howdah schedule apply`. */
export const { plan, change } = partVerbs({
  plan: planSchedule,
  change: applySchedule,
  whose: 'the schedule of ',
})

const resultText = ({ result, exit, why }: Attempt, c: Colors): string => {
  const words = [result === 'failed' ? `failed (exit ${exit})` : result, ...(why === '' ? [] : [why])].join(
    ': ',
  )
  return result === 'succeeded' ? c.green(words) : c.red(words)
}

/** How a run ended, in a line or two. */
export function runText({ job, host, result, attempts }: JobRun, c: Colors): string {
  if (result === 'left') {
    return `${c.yellow('left')} ${c.bold(job)} goes on on ${host}\n  next  ${c.cyan('howdah schedule status')}`
  }
  const last = attempts.at(-1)
  if (last === undefined) return `${c.red('failed')} ${c.bold(job)}: ${host} has no record of the run`
  const tries = attempts.length > 1 ? `, try ${last.attempt} of ${last.attempts}` : ''
  return `${c.bold(job)} ${resultText(last, c)} after ${duration(last.seconds * 1000)}${tries}\n  log   ${host}:${last.log}`
}

export const runExit = ({ result }: JobRun): number => {
  if (result === 'left') return EXIT.interrupted
  return result === 'succeeded' ? EXIT.done : EXIT.stepFailed
}

/** `howdah schedule run JOB`: starts it, shows its log, reports how it ended. */
export const run: Verb<ScheduleOptions & { readonly job: string }> = async (console, { file, job }) => {
  const found = await runJob(console.operation(file), job)
  console.result(found, () => runText(found, console.out))
  return runExit(found)
}

const minutes = (time: string): string => time.replace('T', ' ').replace(/:\d\dZ$/, '')

const nextOf = ({ state, next, enabled }: JobStatus): string => {
  if (state === 'absent') return 'not applied yet'
  if (state === 'running') return 'runs now'
  if (!enabled) return 'by hand'
  return next === undefined ? 'unknown' : minutes(next)
}

/** The schedule as a table, times in UTC; of one job its history. */
export function statusText(status: ScheduleStatus, c: Colors, only?: string): string {
  const rows = status.jobs.map((job) => {
    const { last } = job
    const took = last === undefined ? '' : duration(last.seconds * 1000)
    return [
      job.name,
      nextOf(job),
      last === undefined ? 'never' : minutes(last.start),
      ...(last === undefined ? ['', ''] : [resultText(last, c), took]),
      last?.log ?? '',
    ]
  })
  if (only === undefined) {
    const head = `${c.bold(status.cluster)}: jobs on ${status.host} (times in UTC)`
    return `${head}\n${table(['job', 'next', 'last', 'result', 'took', 'log'], rows)}`
  }
  const job = status.jobs.find(({ name }) => name === only)
  if (job === undefined) return `there is no job ${only}`
  const history = job.history.map((one) => [
    minutes(one.start),
    one.asked,
    one.attempt === 0 ? '' : `${one.attempt}/${one.attempts}`,
    resultText(one, c),
    duration(one.seconds * 1000),
    one.log,
  ])
  return table(['start', 'asked by', 'try', 'result', 'took', 'log'], history)
}

/** `howdah schedule status`: when each job runs next, how it ended last, where its log is. */
export const status: Verb<ScheduleOptions & { readonly job?: string }> = async (console, { file, job }) => {
  const found = await scheduleStatus(console.operation(file))
  console.result(found, () => statusText(found, console.out, job))
  return EXIT.done
}
