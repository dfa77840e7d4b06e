import { render } from '../../../hadoop-templates/index.ts'
import type { Resource } from '../../engine/types.ts'
import { file } from '../support/index.ts'
import { COMPONENT } from './places.ts'
import { type TimedJob, unitFile } from './timed-job.ts'

export interface Job {
  readonly name: string
  readonly description: string
  readonly command: readonly string[]
  /** In the syntax of OnCalendar. */
  readonly calendar: string
  /** The longest random delay of a start, so that not all hosts start at once. */
  readonly spreadSeconds: number
  readonly after: readonly string[]
}

/** The two unit files of a job and its timer. */
export function timedJob({ name, description, command, calendar, spreadSeconds, after }: Job): Resource[] {
  const service = unitFile(name, 'service')
  const timer = unitFile(name, 'timer')
  const job: TimedJob = {
    type: 'x-timed-job',
    id: `timer:${name}`,
    component: COMPONENT,
    name,
    after: [`file:${service}`, `file:${timer}`, ...after],
  }
  return [
    file(COMPONENT, service, render('tracking-logs/job.service', { description, command })),
    file(
      COMPONENT,
      timer,
      render('tracking-logs/job.timer', { description, calendar, spread: spreadSeconds }),
    ),
    job,
  ]
}
