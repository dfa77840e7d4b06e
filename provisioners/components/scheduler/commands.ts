import { render } from '../../../hadoop-templates/index.ts'
import { quote } from '../../shell.ts'
import { piecesOf } from '../../spec/placeholders.ts'
import type { Job, Schedule } from '../../spec/schedule-types.ts'
import type { ComponentContext } from '../types.ts'
import type { SetFile } from './file-set.ts'
import { verifyLines } from './verify-job.ts'

/** What each job does on the host of the commands: a file of bash each, run as the account of the jobs. */

/** Where remote-task keeps the environments of the pipeline. */
const ENVIRONMENTS = '/var/lib/analytics-tasks'

/** Words of an argument by what stands for them in bash. */
function word(name: string, days: number, schedule: Schedule, hdfs: string): string {
  if (name === 'today') return `"$(day ${days})"`
  if (name === 'now') return '"$now"'
  if (name === 'first-day') return quote(schedule.firstDay)
  return quote(name === 'hdfs' ? hdfs : String(schedule.reduceTasks))
}

/** One argument as one word of bash. */
export const argumentOf = (argument: string, schedule: Schedule, hdfs: string): string =>
  piecesOf(argument)
    .map((piece) => ('text' in piece ? quote(piece.text) : word(piece.word, piece.days, schedule, hdfs)))
    .join('')

function linesOf(job: Job, schedule: Schedule, hdfs: string, context: ComponentContext): readonly string[] {
  const { work } = job
  if (work.kind === 'verify') return verifyLines(context)
  const given = work.arguments.map((argument) => ` ${argumentOf(argument, schedule, hdfs)}`).join('')
  if (work.kind === 'command') return [`${work.command}${given}`]
  const place = `${ENVIRONMENTS}/${schedule.remoteName}`
  return [
    `cd ${quote(`${place}/repo`)} || exit 1`,
    `. ${quote(`${place}/venv/bin/activate`)} || exit 1`,
    `exec launch-task ${quote(work.task)} --local-scheduler${given}`,
  ]
}

/** The files of all jobs; `hdfs` is the address of HDFS. */
export const commandFiles = (schedule: Schedule, hdfs: string, context: ComponentContext): SetFile[] =>
  schedule.jobs.map((job) => ({
    name: job.name,
    content: render('scheduler/command', {
      title: `The job ${job.name}`,
      timeout: job.timeoutSeconds,
      lines: linesOf(job, schedule, hdfs, context),
    }),
  }))
