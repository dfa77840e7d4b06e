import type { Path } from '../document/document.ts'
import type { ResolveContext } from '../resolve/context.ts'
import { checkDay } from '../resolve/pipeline.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { Cluster } from '../types.ts'
import type { Job, Schedule } from '../types-schedule.ts'
import { WORKFLOW_NEEDS, type WorkflowNeeds } from './edx-workflows.ts'

/** Checks of the schedule that need the whole cluster: what its jobs lack, and whether its days agree. */
export function checkSchedule(cluster: Cluster, input: ClusterInput, context: ResolveContext): void {
  const { schedule } = cluster
  if (schedule === undefined) return
  checkFirstDay(cluster, schedule, input, context)
  const jobs = schedule.jobs.filter(({ work, enabled }) => enabled && work.kind === 'workflow')
  if (jobs.length === 0) return
  if (cluster.pipeline === undefined) {
    warnNoPipeline(jobs, input, context)
    return
  }
  warnUser(cluster, schedule, context)
  for (const job of jobs) warnLacks(job, cluster, input, context)
}

/** The place of a job in the file: its own entry, or the set that contains it. */
function pathOf({ name }: Job, { schedule }: ClusterInput): Path {
  const index = (schedule?.jobs ?? []).findIndex((job) => job.name === name)
  return index < 0 ? ['schedule', 'set'] : ['schedule', 'jobs', index]
}

function warnNoPipeline(jobs: readonly Job[], input: ClusterInput, { problems }: ResolveContext): void {
  const [first] = jobs
  if (first === undefined) return
  const names = jobs.map(({ name }) => name).join(', ')
  problems.warn(
    pathOf(first, input),
    `there is no section \`pipeline\`, so the tasks of ${names} find no settings, no credentials and no directories of HDFS: write pipeline: {python: {version: 2.7}}`,
  )
}

function warnUser({ pipeline }: Cluster, { user }: Schedule, { problems }: ResolveContext): void {
  if (pipeline === undefined || pipeline.user === user) return
  problems.warn(
    ['schedule', 'user'],
    `jobs run as ${user}, and the pipeline's account is ${pipeline.user}: ${user} can read none of its credentials; leave schedule.user out`,
  )
}

/** What a job lacks, one line each: what is missing, and how to add it. */
export function lacksOf(needs: WorkflowNeeds, { lms, resultStore, pipeline }: Cluster): readonly string[] {
  const given = (section: string, key: string): boolean => (pipeline?.overrides[section]?.[key] ?? '') !== ''
  const lacks: string[] = []
  if (needs.lms !== undefined && lms === undefined) {
    lacks.push(`the LMS database, of which it imports ${needs.lms}: write \`lms\``)
  }
  if (needs.store === true && resultStore === undefined) {
    lacks.push('a result store, into which it writes: write `resultStore`')
  }
  if (needs.geolocation === true && !given('geolocation', 'geolocation_data')) {
    lacks.push(
      "geolocation data, by which it finds countries: put the file into HDFS and write pipeline.overrides: {geolocation: {geolocation_data: 'hdfs://…/geo.dat'}}",
    )
  }
  if (needs.elasticsearch === true && !given('elasticsearch', 'host')) {
    lacks.push(
      'Elasticsearch, in which it fills the index of learners: write pipeline.overrides: {elasticsearch: {host: \'["http://…:9200/"]\'}}',
    )
  }
  if (needs.manifest === true && pipeline?.manifestJar === undefined) {
    lacks.push(
      'the manifest jar, without which every log is an argument of one command, and some thousands are too many for it: put edx-analytics-hadoop-util.jar into HDFS and write pipeline.manifestJar',
    )
  }
  return lacks
}

function warnLacks(job: Job, cluster: Cluster, input: ClusterInput, { problems }: ResolveContext): void {
  if (job.work.kind !== 'workflow') return
  for (const lack of lacksOf(WORKFLOW_NEEDS[job.work.task] ?? {}, cluster)) {
    problems.warn(pathOf(job, input), `the job ${job.name} lacks ${lack}, or enabled: false for ${job.name}`)
  }
}

/** An interval of two days, as Luigi writes it. */
const INTERVAL = /^(\d{4}-\d{2}-\d{2})-(\d{4}-\d{2}-\d{2})$/

/** The first days of the schedule, of the pipeline's settings and of its calendar must agree. */
function checkFirstDay(
  { pipeline }: Cluster,
  { firstDay }: Schedule,
  input: ClusterInput,
  context: ResolveContext,
): void {
  const { problems } = context
  const path = ['schedule', 'firstDay']
  const own = input.schedule?.firstDay !== undefined
  if (own) checkDay(path, firstDay, context)
  if (pipeline === undefined) return
  if (own && pipeline.intervalStart !== firstDay) {
    problems.warn(
      path,
      `schedule.firstDay is ${firstDay}, and pipeline.intervalStart is ${pipeline.intervalStart}: some results begin on the one day and some on the other; write one of the two fields, and the other follows it`,
    )
  }
  const written = pipeline.overrides.calendar?.interval ?? ''
  const begin = INTERVAL.exec(written)?.[1]
  if (begin === undefined || begin <= firstDay) return
  problems.add({
    code: 'SPEC_SCHEDULE_CALENDAR',
    path: ['pipeline', 'overrides', 'calendar', 'interval'],
    message: `the calendar begins on ${begin}, and the schedule's first day is ${firstDay}: results leave the days between out`,
    found: written,
    expected: `an interval that begins on ${firstDay} or before`,
    next: 'leave it out: the calendar then begins with the first day',
  })
}
