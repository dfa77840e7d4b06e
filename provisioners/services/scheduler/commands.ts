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

/** The commands of the jobs: one bash file per job, on the host where jobs run, run as the account of the jobs. */

/** The directory where remote-task keeps the environments of the pipeline. */
const ENVIRONMENTS = '/var/lib/analytics-tasks'

/** The pipeline's checkout and virtualenv on the host where jobs run. */
export const environmentOf = ({ remoteName }: Schedule) => ({
  repo: `${ENVIRONMENTS}/${remoteName}/repo`,
  activate: `${ENVIRONMENTS}/${remoteName}/venv/bin/activate`,
})

/** The values of placeholders in arguments, except those for times. override.cfg has the same addresses. */
export const placeholdersOf = (
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

/** One argument, quoted for bash. Throws for an unknown placeholder; the checks of cluster.yml refuse it earlier. */
export const argumentOf = (argument: string, placeholders: Readonly<Record<string, string>>): string =>
  piecesOf(argument)
    .map((piece) => {
      if ('text' in piece) return quote(piece.text)
      if (piece.word === 'today') return `"$(day ${piece.days})"`
      if (piece.word === 'now') return '"$now"'
      const value = placeholders[piece.word]
      if (value === undefined) throw new Error(`{${piece.word}} has no value`)
      return quote(value)
    })
    .join('')

function linesOf(job: Job, schedule: Schedule, hdfs: string, context: ComponentContext): readonly string[] {
  const { work } = job
  if (work.kind === 'verify') return verifyLines(context)
  const placeholders = placeholdersOf(context.cluster, schedule, hdfs)
  const given = work.arguments.map((argument) => ` ${argumentOf(argument, placeholders)}`).join('')
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
