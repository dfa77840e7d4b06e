import { z } from 'zod'
import { JOB_SETS } from '../schedule/edx-workflows.ts'
import { choice, givenSecret, matching, newAccount, positive, text } from './fields.ts'

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
        .describe('Number of further attempts after a failure. Default: 2.')
        .optional(),
      delay: duration('How long to wait before the next attempt. Default: 5min.').optional(),
    })
    .describe(`Further attempts after a failure. ${from}`)

const onFailure = (from: string) =>
  z
    .strictObject({
      mail: matching(
        /^[^\s@,;<>"]+@[^\s@,;<>"]+$/,
        'an address such as ops@example.org',
        'Address that gets a mail, by the sendmail of the scheduler host. Default: none.',
      ).optional(),
      webhook: givenSecret(
        'A URL that the failure is posted to, as JSON. It may hold a token, so it is a secret: {file: …}, {env: …}, {command: […]} or {stdin: true}. Default: none.',
      ).optional(),
    })
    .describe(`Where a failure is reported, after the last attempt. ${from}`)

const OWN = 'Default: that of `schedule`.'

const job = z
  .strictObject({
    name: jobName('Name of the job. If a job of the set has this name, the fields here change that job.'),
    workflow: matching(
      /^[A-Za-z][A-Za-z0-9_]*$/,
      'the name of a task of the pipeline, or verify',
      "A task of edX's pipeline, run by launch-task; or `verify`, the miniature flow that tests schedule, cluster and result store. Default: none.",
    ).optional(),
    command: matching(
      /^(?=.*\S)[^\p{Cc}]+$/u,
      'one line of text',
      'A command instead of a workflow, as you would type it in bash on the master. Default: none.',
    ).optional(),
    arguments: z
      .array(
        text(
          'An argument; `{today}`, `{today-7}`, `{now}`, `{first-day}`, `{reduce-tasks}`, `{hdfs}`, `{root}`, `{logs}` are filled in.',
        ),
      )
      .describe('Arguments of the workflow or the command, one per entry. Default: those of the workflow.')
      .optional(),
    when: text(
      'When it runs, as OnCalendar of systemd: `daily`, `05:30`, `Mon *-*-* 01:30`. Default: that of the set.',
    ).optional(),
    after: z
      .array(jobName('The name of a job.'))
      .describe(
        'Jobs that must have succeeded since this job was last due. It waits while they run, and is skipped if they failed. Default: none.',
      )
      .optional(),
    patience: duration(
      'How long the job waits for a job of `after` that has not begun. Default: 1h.',
    ).optional(),
    retry: retry(OWN).optional(),
    timeout: duration(`How long one attempt may take. ${OWN}`).optional(),
    onFailure: onFailure(OWN).optional(),
    keepLogs: positive(`Days that logs are kept. ${OWN}`).optional(),
    enabled: z
      .boolean()
      .describe('Whether the job runs at its times; `howdah schedule run` always works. Default: true.')
      .optional(),
  })
  .describe('A job.')

export const schedule = z
  .strictObject({
    set: choice(SETS, 'A set of jobs to start from: `edx-daily` is that of edX. Default: none.').optional(),
    by: choice(
      ['timers', 'cron'],
      'What runs the jobs: systemd timers, or cron. Default: timers.',
    ).optional(),
    user: newAccount(
      'The account on the master that jobs run as. Default: `pipeline.user`, or hadoop.',
    ).optional(),
    remoteName: matching(
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      'letters, digits, dots, dashes',
      'Name of the environment of the pipeline on the master, which remote-task --remote-name made below /var/lib/analytics-tasks. Default: automation.',
    ).optional(),
    reduceTasks: positive(
      'Value of `{reduce-tasks}`. Default: twice the number of NodeManagers (TaskTrackers).',
    ).optional(),
    firstDay: matching(
      /^\d{4}-\d{2}-\d{2}$/,
      'a date such as 2012-01-01',
      'First day of the tracking logs, the value of `{first-day}`. Default: `pipeline.intervalStart`, or 2012-01-01.',
    ).optional(),
    retry: retry('For jobs without a setting of their own. Default: 2 times, 5min apart.').optional(),
    timeout: duration('How long one attempt of a job may take. Default: 5h.').optional(),
    onFailure: onFailure('For jobs without a setting of their own. Default: none.').optional(),
    keepLogs: positive('Days that logs of jobs are kept. Default: 30.').optional(),
    jobs: z
      .array(job)
      .max(500, { error: 'at most 500 jobs' })
      .describe('The jobs. Default: those of the set.')
      .optional(),
  })
  .describe(
    'Jobs that run at set times, on the host with the role `scheduler`, or on the master if no host has it. `jobs: []` removes all jobs.',
  )

export type ScheduleInput = z.infer<typeof schedule>
export type JobInput = NonNullable<ScheduleInput['jobs']>[number]
