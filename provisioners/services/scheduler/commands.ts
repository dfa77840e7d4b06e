import { render } from '../../../hadoop-templates/index.ts'
import { piecesOf } from '../../config/document/placeholders.ts'
import { PIPELINE_ROOT } from '../../config/schedule/edx-workflows.ts'
import type { Cluster } from '../../config/types.ts'
import type { Job, Schedule } from '../../config/types-schedule.ts'
import { trackingDirectory } from '../../config/types-tracking-logs.ts'
import { quote } from '../../shell.ts'
import type { ComponentContext } from '../types.ts'
import type { SetFile } from './file-set.ts'
import { verifyLines } from './verify-job.ts'

/** What each job does on the host of the commands: a file of bash each, run as the account of the jobs. */

/** Where remote-task keeps the environments of the pipeline. */
const ENVIRONMENTS = '/var/lib/analytics-tasks'

/** The pipeline's checkout and virtualenv on the host of the commands. */
export const environmentOf = ({ remoteName }: Schedule) => ({
  repo: `${ENVIRONMENTS}/${remoteName}/repo`,
  activate: `${ENVIRONMENTS}/${remoteName}/venv/bin/activate`,
})

/** What the words of arguments that name no time stand for: the addresses that override.cfg has as well. */
export const wordsOf = (
  { pipeline, ...cluster }: Pick<Cluster, 'pipeline' | 'trackingLogs'>,
  schedule: Schedule,
  hdfs: string,
): Readonly<Record<string, string>> => ({
  'first-day': schedule.firstDay,
  'reduce-tasks': String(schedule.reduceTasks),
  hdfs,
  root: `${hdfs}${pipeline?.root ?? PIPELINE_ROOT}`,
  logs: `${hdfs}${pipeline?.logs ?? trackingDirectory(cluster)}/`,
})

/** One argument as one word of bash. Throws on a word that stands for nothing, which the spec refuses before. */
export const argumentOf = (argument: string, words: Readonly<Record<string, string>>): string =>
  piecesOf(argument)
    .map((piece) => {
      if ('text' in piece) return quote(piece.text)
      if (piece.word === 'today') return `"$(day ${piece.days})"`
      if (piece.word === 'now') return '"$now"'
      const value = words[piece.word]
      if (value === undefined) throw new Error(`{${piece.word}} stands for nothing`)
      return quote(value)
    })
    .join('')

function linesOf(job: Job, schedule: Schedule, hdfs: string, context: ComponentContext): readonly string[] {
  const { work } = job
  if (work.kind === 'verify') return verifyLines(context)
  const words = wordsOf(context.cluster, schedule, hdfs)
  const given = work.arguments.map((argument) => ` ${argumentOf(argument, words)}`).join('')
  if (work.kind === 'command') return [`${work.command}${given}`]
  const { repo, activate } = environmentOf(schedule)
  return [
    `cd ${quote(repo)} || exit 1`,
    `. ${quote(activate)} || exit 1`,
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
