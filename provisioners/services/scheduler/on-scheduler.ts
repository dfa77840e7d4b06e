import { render } from '../../../hadoop-templates/index.ts'
import { documentOf } from '../../config/index.ts'
import { cronOf, isCalendarFault, parseCalendar } from '../../config/schedule/calendar.ts'
import type { Cluster, Host } from '../../config/types.ts'
import type { Job, Schedule } from '../../config/types-schedule.ts'
import type { Fact, Resource } from '../../engine/types.ts'
import { quote, sh } from '../../shell.ts'
import { clusterAddress } from '../support/hosts.ts'
import { directory, file } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { account } from './account.ts'
import { KEY_SECRET, keyPairOf } from './key-pair.ts'
import { ACCOUNT, COMPONENT, ETC, HOME, JOBS, LIB, LOGS, RUNNER, STATE, WEBHOOKS } from './names.ts'
import { ownedFiles } from './owned-files.ts'
import type { TimedJob, Timers } from './timers.ts'

/** The resources of the host where timers fire. */

const webhookFile = (job: Job): string =>
  job.onFailure.webhook === undefined ? '' : `${WEBHOOKS}/${job.name}`

function settings(job: Job, schedule: Schedule, cluster: Cluster): string {
  return render('scheduler/job.conf', {
    title: `The job ${job.name}`,
    cluster: cluster.name,
    remote: schedule.host === schedule.target ? '' : schedule.target,
    user: schedule.user,
    after: job.after.join(' '),
    patience: String(job.patienceSeconds),
    attempts: String(job.attempts),
    delay: String(job.retryDelaySeconds),
    timeout: String(job.timeoutSeconds),
    keep: String(job.keepLogsDays),
    mail: job.onFailure.mail ?? '',
    webhook: webhookFile(job),
  })
}

/** A value for a configuration file of curl: in quotes, with a backslash before quotes and backslashes. */
const curlValue = (text: string): string => `"${text.trim().replace(/["\\]/g, '\\$&')}"`

const webhooks = ({ jobs }: Schedule, context: ComponentContext): Resource[] =>
  jobs.flatMap((job) => {
    const { webhook } = job.onFailure
    if (webhook === undefined) return []
    const content = `url = ${curlValue(context.secret(webhook))}\n`
    return [
      file(COMPONENT, webhookFile(job), content, {
        mode: '0600',
        sensitive: true,
        after: [`directory:${WEBHOOKS}`],
      }),
    ]
  })

/** The key, the host that it is for, and the host keys that Howdah's own connection to that host read. */
function toTarget(target: Host, { cluster, facts, secret }: ComponentContext): Resource[] {
  const found = facts[target.name]
  const lines = (found?.hostKeys ?? []).map((key) => `${target.name} ${key}\n`)
  const { privateKey } = keyPairOf(secret(KEY_SECRET), `${ACCOUNT}@${cluster.name}`)
  const after = [`directory:${ETC}`, `user:${ACCOUNT}`]
  return [
    ...account(),
    file(COMPONENT, `${ETC}/id_ed25519`, privateKey, {
      ...{ owner: ACCOUNT, group: ACCOUNT, mode: '0600', sensitive: true, after },
    }),
    file(
      COMPONENT,
      `${ETC}/known_hosts`,
      `# Host keys of ${target.name}, as its sshd has them.\n${lines.join('')}`,
      {
        after,
      },
    ),
    file(
      COMPONENT,
      `${ETC}/ssh_config`,
      render('scheduler/ssh_config', {
        name: target.name,
        address: clusterAddress(target, found) ?? target.address,
        port: target.ssh.port,
        account: ACCOUNT,
      }),
      { after },
    ),
  ]
}

function timed(job: Job, by: Schedule['by']): TimedJob {
  const title = `The job ${job.name}`
  const service = render('scheduler/job.service', { title, name: job.name })
  const timer = render('scheduler/job.timer', { title, name: job.name, when: job.when })
  return { name: job.name, service, ...(by === 'timers' && job.enabled ? { timer } : {}) }
}

function crontab({ by, jobs }: Schedule): string {
  if (by !== 'cron') return ''
  const lines = jobs.flatMap(({ name, when, enabled }) => {
    const calendar = parseCalendar(when)
    const line = isCalendarFault(calendar) ? undefined : cronOf(calendar)
    return enabled && line !== undefined && 'fields' in line ? [{ name, fields: line.fields }] : []
  })
  return render('scheduler/crontab', { lines })
}

/** The systemd of the host checks every time before anything is changed. */
function times({ jobs }: Schedule, cluster: Cluster): Fact {
  const where = (job: Job): string => {
    const section = (documentOf(cluster)?.value as { schedule?: { jobs?: readonly { name?: string }[] } })
      ?.schedule
    const i = section?.jobs?.findIndex(({ name }) => name === job.name) ?? -1
    return documentOf(cluster)?.where(i < 0 ? ['schedule'] : ['schedule', 'jobs', i, 'when']) ?? cluster.file
  }
  return {
    type: 'fact',
    id: 'fact:schedule-times',
    component: COMPONENT,
    title: 'times of the schedule as systemd reads them',
    script: jobs
      .map(
        ({ name, when }) =>
          sh`if said=$(LC_ALL=C systemd-analyze calendar -- ${when} 2>&1); then echo ${name}=ok; else echo ${name}="$(printf '%s' "$said" | head -n 1)"; fi`,
      )
      .join('\n'),
    must: jobs.map((job) => ({
      key: job.name,
      oneOf: ['ok'],
      message: `systemd does not take ${JSON.stringify(job.when)}, the time of the job ${job.name} (${where(job)}): {value}`,
      next: `correct when of ${job.name}: systemd-analyze calendar ${quote(job.when)}`,
    })),
  }
}

export const timersOf = (
  jobs: readonly TimedJob[],
  crontabText: string,
  after: readonly string[],
): Timers => ({
  type: 'x-timers',
  id: 'timers:jobs',
  component: COMPONENT,
  jobs,
  crontab: crontabText,
  after,
})

export function onScheduler(schedule: Schedule, context: ComponentContext): Resource[] {
  const { cluster } = context
  const target = cluster.hosts.find(({ name }) => name === schedule.target)
  const isRemote = target !== undefined && schedule.host !== schedule.target
  const remote = isRemote ? toTarget(target, context) : []
  const hooks = webhooks(schedule, context)
  const configured = ownedFiles(
    COMPONENT,
    'settings of the jobs',
    {
      ...{ dir: JOBS, prefix: '', mode: '0644' },
      files: schedule.jobs.map((job) => ({
        name: `${job.name}.conf`,
        content: settings(job, schedule, cluster),
      })),
    },
    [`directory:${ETC}`],
  )
  return [
    times(schedule, cluster),
    {
      ...{ type: 'package', id: 'package:schedule', component: COMPONENT },
      names: ['curl', 'openssh-client', 'util-linux', ...(schedule.by === 'cron' ? ['cron'] : [])],
    } as Resource,
    directory(COMPONENT, ETC),
    ...remote,
    ...(hooks.length === 0 ? [] : [directory(COMPONENT, WEBHOOKS, { mode: '0700' })]),
    ...hooks,
    directory(COMPONENT, STATE, { data: 'own' }),
    directory(COMPONENT, LOGS, { mode: '0750' }),
    directory(COMPONENT, `${LIB}/schedule`),
    file(COMPONENT, RUNNER, render('scheduler/run-job.sh', { account: ACCOUNT, home: HOME }), {
      mode: '0755',
      after: [`directory:${LIB}/schedule`],
    }),
    configured,
    // Last: a timer may fire as soon as it exists.
    timersOf(
      schedule.jobs.map((job) => timed(job, schedule.by)),
      crontab(schedule),
      [
        ...[`file:${RUNNER}`, configured.id, `directory:${STATE}`, `directory:${LOGS}`, 'package:schedule'],
        ...[...remote, ...hooks].map(({ id }) => id),
      ],
    ),
  ]
}
