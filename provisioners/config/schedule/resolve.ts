import type { Path } from '../document/document.ts'
import { unknownPlaceholder } from '../document/placeholders.ts'
import { showPath } from '../document/problems.ts'
import { didYouMean } from '../document/suggest.ts'
import { has, primaryOf, runsTasks } from '../placed.ts'
import { defined, type ResolveContext, secretRef } from '../resolve/context.ts'
import { masterOf } from '../resolve/pipeline.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { JobInput, ScheduleInput } from '../schema/schedule.ts'
import type { Host } from '../types.ts'
import type { Job, JobWork, OnFailure, Schedule } from '../types-schedule.ts'
import { cronOf, isCalendarFault, parseCalendar } from './calendar.ts'
import { type BuiltInJob, FIRST_DAY, JOB_SETS, manifestArguments, WORKFLOWS } from './edx-workflows.ts'
import { checkOrder } from './job-order.ts'

/** A job that comes from the set, from the file, or from both. */
interface Draft {
  readonly name: string
  readonly input: JobInput
  /** ['schedule', 'jobs', 2], or ['schedule', 'set']. */
  readonly path: Path
}

const DEFAULTS = { times: 2, delay: '5min', timeout: '5h', patience: '1h', keepLogs: 30 } as const

/** Resolves the schedule, and checks all that can be checked without a host. Undefined where the file has none. */
export function resolveSchedule(
  input: ClusterInput,
  hosts: readonly Host[],
  context: ResolveContext,
): { readonly schedule?: Schedule } {
  const section = input.schedule
  if (section === undefined) return {}
  const drafts = gather(section, context)
  const by = section.by ?? 'timers'
  const shared = onFailure(section.onFailure, ['schedule', 'onFailure'], context)
  const jobs = drafts.map((draft) => resolveJob(draft, input, shared, context))
  for (const [i, job] of jobs.entries()) checkWhen(job, drafts[i] as Draft, by, context)
  checkOrder(jobs, (name) => (drafts.find((draft) => draft.name === name) as Draft).path, context.problems)
  checkVerify(jobs, drafts, input, hosts, context)
  const target = jobHost(hosts, input)
  return {
    schedule: {
      by,
      host: primaryOf({ hosts }, 'scheduler')?.name ?? target,
      target,
      user: section.user ?? input.pipeline?.user ?? 'hadoop',
      remoteName: section.remoteName ?? 'automation',
      reduceTasks: section.reduceTasks ?? reduceTasks(hosts),
      firstDay: section.firstDay ?? input.pipeline?.intervalStart ?? FIRST_DAY,
      jobs,
    },
  }
}

/** The accounts that need a home in HDFS for the jobs. */
export const jobUsers = (schedule: Schedule | undefined): readonly string[] =>
  schedule === undefined || schedule.jobs.length === 0 ? [] : [schedule.user]

/** The host where commands run: the pipeline's own master, else the host with the clients and Sqoop, else the NameNode's. */
function jobHost(hosts: readonly Host[], { pipeline }: ClusterInput): string {
  const found =
    (pipeline === undefined ? undefined : masterOf(hosts)) ??
    hosts.find((host) => has(host, 'client') && has(host, 'sqoop')) ??
    primaryOf({ hosts }, 'sqoop') ??
    primaryOf({ hosts }, 'namenode')
  return found?.name ?? ''
}

const reduceTasks = (hosts: readonly Host[]): number => Math.max(1, 2 * hosts.filter(runsTasks).length)

/** The jobs of the set, with the changes of the file, then the file's own jobs. */
function gather(section: ScheduleInput, { problems }: ResolveContext): Draft[] {
  const written = section.jobs ?? []
  const builtIn = section.set === undefined ? [] : (JOB_SETS[section.set] ?? [])
  const paths = new Map<string, Path>()
  for (const [i, { name }] of written.entries()) {
    const path = ['schedule', 'jobs', i]
    const first = paths.get(name)
    if (first === undefined) paths.set(name, path)
    else {
      problems.add({
        code: 'SPEC_JOB_TWICE',
        path: [...path, 'name'],
        message: `the job ${name} is there twice, first at ${problems.place([...first, 'name'])}`,
        found: name,
        next: 'keep one entry',
      })
    }
  }
  const changed = builtIn.map((job): Draft => {
    const path = paths.get(job.name)
    const own = written.find(({ name }) => name === job.name)
    return { name: job.name, input: merged(job, own), path: path ?? ['schedule', 'set'] }
  })
  const names = new Set(builtIn.map(({ name }) => name))
  const own = written.flatMap((job, i): Draft[] =>
    names.has(job.name) || written.findIndex(({ name }) => name === job.name) !== i
      ? []
      : [{ name: job.name, input: job, path: ['schedule', 'jobs', i] }],
  )
  return [...changed, ...own]
}

/** A command of the file replaces the workflow of the set. */
function merged(job: BuiltInJob, own: JobInput | undefined): JobInput {
  const { name, workflow, when, after } = job
  const base = own?.command === undefined ? { workflow } : {}
  return { ...base, when, after: [...after], ...own, name }
}

function resolveJob(draft: Draft, whole: ClusterInput, shared: OnFailure, context: ResolveContext): Job {
  const { input, path } = draft
  const section = whole.schedule ?? {}
  const times = input.retry?.times ?? section.retry?.times ?? DEFAULTS.times
  const delay = input.retry?.delay ?? section.retry?.delay ?? DEFAULTS.delay
  return {
    name: draft.name,
    work: workOf(draft, whole.pipeline?.manifestJar, context),
    when: input.when ?? '',
    after: input.after ?? [],
    attempts: times + 1,
    retryDelaySeconds: secondsOf(delay),
    timeoutSeconds: secondsOf(input.timeout ?? section.timeout ?? DEFAULTS.timeout),
    patienceSeconds: secondsOf(input.patience ?? DEFAULTS.patience),
    onFailure: { ...shared, ...onFailure(input.onFailure, [...path, 'onFailure'], context) },
    keepLogsDays: input.keepLogs ?? section.keepLogs ?? DEFAULTS.keepLogs,
    enabled: input.enabled ?? true,
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 }

/** '1h30min' → 5400. */
export const secondsOf = (text: string): number =>
  [...text.matchAll(/(\d+)(s|min|h|d)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? Number.NaN),
    0,
  )

function onFailure(input: ScheduleInput['onFailure'], path: Path, context: ResolveContext): OnFailure {
  return defined({
    mail: input?.mail,
    webhook: secretRef(input?.webhook, [...path, 'webhook'], undefined, context),
  })
}

function workOf({ input, name, path }: Draft, jar: string | undefined, context: ResolveContext): JobWork {
  const { problems } = context
  const { workflow, command } = input
  if ((workflow === undefined) === (command === undefined)) {
    problems.add({
      code: 'SPEC_JOB_WORK',
      path: workflow === undefined ? path : [...path, 'command'],
      message: `the job ${name} has ${workflow === undefined ? 'neither a workflow nor a command' : 'both a workflow and a command'}`,
      expected: 'one of the two',
    })
  }
  for (const [i, argument] of (input.arguments ?? []).entries()) {
    const wrong = unknownPlaceholder(argument)
    if (wrong !== undefined) {
      problems.add({
        code: 'SPEC_JOB_PLACEHOLDER',
        path: [...path, 'arguments', i],
        message: `an argument of ${name} holds ${wrong}, which stands for nothing`,
        found: argument,
        expected: '{today}, {today-7}, {now}, {first-day}, {reduce-tasks}, {hdfs}, {root} or {logs}',
      })
    }
  }
  if (command !== undefined) return { kind: 'command', command, arguments: input.arguments ?? [] }
  if (workflow === 'verify') return verifyWork(input, name, path, context)
  const task = workflow ?? ''
  const known = WORKFLOWS[task]
  if (known === undefined && input.arguments === undefined && task !== '') {
    problems.warn(
      [...path, 'workflow'],
      `${task} is none of the workflows with arguments of their own${suggestion(task)}: it runs without arguments`,
    )
  }
  const usual = known && [...known, ...manifestArguments(task, jar)]
  return { kind: 'workflow', task, arguments: input.arguments ?? usual ?? [] }
}

const suggestion = (task: string): string => {
  const meant = didYouMean(task, [...Object.keys(WORKFLOWS), 'verify'])
  return meant === undefined ? '' : ` (${meant})`
}

function verifyWork(input: JobInput, name: string, path: Path, { problems }: ResolveContext): JobWork {
  if (input.arguments !== undefined) {
    problems.add({
      code: 'SPEC_JOB_WORK',
      path: [...path, 'arguments'],
      message: `the job ${name} is the workflow verify, which takes no arguments`,
      next: 'take the arguments out',
    })
  }
  return { kind: 'verify' }
}

function checkWhen(job: Job, draft: Draft, by: Schedule['by'], { problems }: ResolveContext): void {
  const path = [...draft.path, 'when']
  if (draft.input.when === undefined) {
    problems.add({
      code: 'SPEC_JOB_WHEN',
      path: draft.path,
      message: `the job ${job.name} says nothing of when it runs`,
      expected: 'when: daily, or enabled: false beside it for one that is only run by hand',
      next: `write ${showPath(path)}`,
    })
    return
  }
  const calendar = parseCalendar(job.when)
  if (isCalendarFault(calendar)) {
    problems.add({
      code: 'SPEC_JOB_WHEN',
      path,
      message: `the job ${job.name} can't run at ${JSON.stringify(job.when)}: ${calendar.why}`,
      found: job.when,
      expected: calendar.expected,
      next: `systemd-analyze calendar '${job.when}'`,
    })
    return
  }
  const cron = cronOf(calendar)
  if (by === 'cron' && 'why' in cron) {
    problems.add({
      code: 'SPEC_JOB_CRON',
      path,
      message: `cron can't run ${job.name} at ${JSON.stringify(job.when)}: ${cron.why}`,
      found: job.when,
      next: 'write schedule.by: timers, or another time',
    })
  }
}

/** The miniature flow ends in the result store, and uses every kind of daemon. */
function checkVerify(
  jobs: readonly Job[],
  drafts: readonly Draft[],
  input: ClusterInput,
  hosts: readonly Host[],
  { problems }: ResolveContext,
): void {
  const stored =
    input.resultStore?.external !== undefined || primaryOf({ hosts }, 'result-store') !== undefined
  for (const [i, { name, work }] of jobs.entries()) {
    if (work.kind !== 'verify' || stored) continue
    problems.add({
      code: 'SPEC_JOB_NO_STORE',
      path: [...(drafts[i] as Draft).path, 'workflow'],
      message: `the job ${name} exports to the result store, and the cluster has none`,
      expected: 'a host with the role result-store, or resultStore.external',
    })
  }
}
