import { z } from 'zod'
import { JOB_SETS } from '../schedule/edx-workflows.ts'
import { choice, givenSecret, login, matching, positive, text } from './fields.ts'

/** The schedule of cluster.yml. */

const duration = (about: string) =>
  matching(/^(\d+(s|min|h|d))+$/, 'a time such as 90s, 30min, 5h or 1h30min', about)

const jobName = (about: string) =>
  matching(/^[a-z][a-z0-9-]{0,47}$/, 'small letters, digits and dashes, at most 48', about)

const SETS = Object.keys(JOB_SETS) as [string, ...string[]]

const retry = (from: string) =>
  z
    .strictObject({
      times: z
        .int()
        .min(0, { error: 'a number from 0 to 20' })
        .max(20, { error: 'a number from 0 to 20' })
        .describe('How often it is tried again after a failure. Default: 2.')
        .optional(),
      delay: duration('How long to wait before it is tried again. Default: 5min.').optional(),
    })
    .describe(`Trying again after a failure. ${from}`)

const onFailure = (from: string) =>
  z
    .strictObject({
      mail: matching(
        /^[^\s@,;<>"]+@[^\s@,;<>"]+$/,
        'an address such as ops@example.org',
        'Who gets a mail, by the sendmail of the scheduler host. Default: nobody.',
      ).optional(),
      webhook: givenSecret(
        'A URL that the failure is posted to, as JSON. It may hold a token, so it is a secret: {file: …}, {env: …} or {stdin: true}. Default: none.',
      ).optional(),
    })
    .describe(`Whom a failure is told to, once all tries are used up. ${from}`)

const OWN = 'Default: that of `schedule`.'

const job = z
  .strictObject({
    name: jobName("The job's name; one of the set that has it is changed by what stands here."),
    workflow: matching(
      /^[A-Za-z][A-Za-z0-9_]*$/,
      'the name of a task of the pipeline, or verify',
      "A task of edX's pipeline, run by launch-task; or `verify`, the miniature flow that proves schedule, cluster and result store. Default: none.",
    ).optional(),
    command: matching(
      /^[^\p{Cc}]*\S[^\p{Cc}]*$/u,
      'one line of text',
      'A command instead of a workflow, as it is typed in bash on the master. Default: none.',
    ).optional(),
    arguments: z
      .array(
        text(
          'An argument; `{today}`, `{today-7}`, `{now}`, `{first-day}`, `{reduce-tasks}`, `{hdfs}`, `{root}`, `{logs}` are filled in.',
        ),
      )
      .describe('Arguments of the workflow or the command, a word each. Default: those of the workflow.')
      .optional(),
    when: text(
      'When it runs, as OnCalendar of systemd: `daily`, `05:30`, `Mon *-*-* 01:30`. Default: that of the set.',
    ).optional(),
    after: z
      .array(jobName('The name of a job.'))
      .describe(
        'Jobs that must have succeeded since this one was last due: it waits while they run, and is skipped when they failed. Default: none.',
      )
      .optional(),
    patience: duration(
      'How long it waits for a job of `after` that has not begun yet. Default: 1h.',
    ).optional(),
    retry: retry(OWN).optional(),
    timeout: duration(`How long one try may take. ${OWN}`).optional(),
    onFailure: onFailure(OWN).optional(),
    keepLogs: positive(`Days that logs are kept. ${OWN}`).optional(),
    enabled: z
      .boolean()
      .describe('Whether it runs by itself; `howdah schedule run` works either way. Default: true.')
      .optional(),
  })
  .describe('A job.')

export const schedule = z
  .strictObject({
    set: choice(SETS, "A set of jobs to begin with: `edx-daily` is edX's. Default: none.").optional(),
    by: choice(
      ['timers', 'cron'],
      'What runs the jobs: systemd timers, or cron. Default: timers.',
    ).optional(),
    user: login(
      'The account on the master that jobs run as. Default: `pipeline.user`, or hadoop.',
    ).optional(),
    remoteName: matching(
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      'letters, digits, dots, dashes',
      'The environment of the pipeline on the master, as remote-task --remote-name made it below /var/lib/analytics-tasks. Default: automation.',
    ).optional(),
    reduceTasks: positive(
      'What `{reduce-tasks}` becomes. Default: twice the number of NodeManagers (TaskTrackers).',
    ).optional(),
    firstDay: matching(
      /^\d{4}-\d{2}-\d{2}$/,
      'a date such as 2012-01-01',
      'First day of the tracking logs: what `{first-day}` becomes. Default: `pipeline.intervalStart`, or 2012-01-01.',
    ).optional(),
    retry: retry('Of jobs that say nothing of it. Default: 2 times, 5min apart.').optional(),
    timeout: duration('How long one try of a job may take. Default: 5h.').optional(),
    onFailure: onFailure('Of jobs that say nothing of it. Default: nobody.').optional(),
    keepLogs: positive('Days that logs of jobs are kept. Default: 30.').optional(),
    jobs: z.array(job).describe('The jobs. Default: those of the set.').optional(),
  })
  .describe(
    'What runs by itself, on the host with the role `scheduler`, or on the master where there is none. Taken out again by `jobs: []`.',
  )

export type ScheduleInput = z.infer<typeof schedule>
export type JobInput = NonNullable<ScheduleInput['jobs']>[number]
