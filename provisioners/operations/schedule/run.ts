import { didYouMean } from '../../config/index.ts'
import type { Cluster } from '../../config/types.ts'
import type { Job, Schedule } from '../../config/types-schedule.ts'
import { HowdahError } from '../../errors.ts'
import { ask } from '../../runtime/ask.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { STATE, unitOf } from '../../services/scheduler/index.ts'
import { sh } from '../../shell.ts'
import { scheduleOf } from './index.ts'
import type { Attempt } from './status.ts'

export interface JobRun {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly host: string
  readonly job: string
  /** left: it still runs, and this run no longer watches it. */
  readonly result: Attempt['result'] | 'left'
  /** All attempts; empty with `left`. */
  readonly attempts: readonly Attempt[]
}

/** Prefix of the lines that the script prints itself, between the lines of the log. */
const MARK = '@howdah '
/** How long a job may take to start. */
const BEGIN_SECONDS = 30

/** Starts the unit of the job, which keeps running when the connection is lost, and follows its logs until it ends. */
export const watchScript = (job: string, run: string): string => sh`set -u
name=${job}
run=${run}
unit=${`${unitOf(job)}.service`}
live=/run/howdah/schedule
if [ "$(systemctl show -p LoadState --value "$unit")" != loaded ]; then echo ${`${MARK}absent`}; exit 0; fi
mkdir -p "$live"
if ! flock -n "$live/$name.lock" true; then echo ${`${MARK}runs`} "$(cat "$live/$name.run")"; exit 0; fi
printf '%s\n' "$run" >"$live/$name.now"
systemctl reset-failed "$unit"
systemctl start --no-block "$unit"
log=
deadline=$(($(date +%s) + ${BEGIN_SECONDS}))
mine() { [ -r "$live/$name.run" ] && read -r who at <"$live/$name.run" && [ "$who" = "$run" ]; }
until mine && [ -n "$at" ]; do
  if [ "$(date +%s)" -ge "$deadline" ]; then rm -f "$live/$name.now"; echo ${`${MARK}silent`}; exit 0; fi
  sleep 0.2
done
over() { case $(systemctl show -p ActiveState --value "$unit") in activating | active | deactivating) return 1 ;; esac; }
seen=0
show() {
  size=$(stat -c %s "$log")
  if [ "$size" -gt "$seen" ]; then tail -c "+$((seen + 1))" "$log" | head -c "$((size - seen))"; seen=$size; fi
}
while :; do
  ended=
  if over; then ended=yes; fi
  # The log is read after this check, so the last lines before the end are included.
  if [ -n "$log" ]; then show; fi
  if mine && [ "$at" != "$log" ]; then
    log=$at seen=0
    echo ${`${MARK}log`} "$log"
    show
  fi
  if [ -n "$ended" ]; then break; fi
  sleep 0.5
done
if [ -n "$(tail -c 1 "$log")" ]; then echo; fi
echo ${`${MARK}history`}
grep -F '"run":"'"$run"'"' ${STATE}/"$name.history"
`

const attemptsIn = (text: string): Attempt[] =>
  (text.split(`${MARK}history\n`)[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Attempt)

function startError(text: string, job: string, schedule: Schedule): HowdahError | undefined {
  const { host } = schedule
  if (text.startsWith(`${MARK}absent`)) {
    return new HowdahError({
      code: 'SCHEDULE_NOT_APPLIED',
      exit: 'stepFailed',
      message: `${host} does not have the job ${job} yet`,
      where: `${host}:/etc/systemd/system/${unitOf(job)}.service`,
      next: 'howdah schedule apply',
    })
  }
  if (text.startsWith(`${MARK}runs`)) {
    const [, log = ''] = text.slice(`${MARK}runs `.length).trim().split(' ')
    return new HowdahError({
      code: 'SCHEDULE_RUNNING',
      exit: 'stepFailed',
      message: `the job ${job} is already running, and was not started again`,
      found: log === '' ? 'it waits for jobs that come before it' : `its log is ${log}`,
      where: `${host}:${log}`,
      next: 'howdah schedule status',
    })
  }
  if (!text.startsWith(`${MARK}silent`)) return undefined
  return new HowdahError({
    code: 'SCHEDULE_SILENT',
    exit: 'stepFailed',
    message: `the job ${job} did not begin within ${BEGIN_SECONDS} s`,
    where: `${host}:${unitOf(job)}.service`,
    next: `on ${host}: journalctl -u ${unitOf(job)}`,
  })
}

/** Throws SCHEDULE_NO_JOB. */
function jobNamed(schedule: Schedule, name: string, file: string): Job {
  const job = schedule.jobs.find((one) => one.name === name)
  if (job !== undefined) return job
  const names = schedule.jobs.map((one) => one.name)
  const meant = didYouMean(name, names)
  throw new HowdahError({
    code: 'SCHEDULE_NO_JOB',
    exit: 'configuration',
    message: `there is no job ${name}`,
    found: name,
    expected: names.length === 0 ? 'a job in schedule.jobs' : `one of ${names.join(', ')}`,
    where: file,
    ...(meant === undefined ? {} : { next: meant }),
  })
}

const runName = (): string => `hand-${Date.now().toString(36)}-${process.pid}`

async function watch(session: Session, job: Job, schedule: Schedule) {
  const { report, signal } = session
  const onLine = (text: string): void => {
    if (text.startsWith(`${MARK}log `)) {
      report({
        type: 'phase',
        title: `Log of ${job.name}: ${schedule.host}:${text.slice(`${MARK}log `.length)}`,
      })
    } else if (!text.startsWith('@howdah') && !text.startsWith('{"job":')) {
      report({ type: 'log', level: 'info', text })
    }
  }
  const limitSeconds = job.attempts * (job.timeoutSeconds + 120 + job.retryDelaySeconds) + 120
  const { stdout } = await ask(session.transports, schedule.host, {
    title: `the job ${job.name}`,
    script: watchScript(job.name, runName()),
    as: 'root',
    onLine,
    timeoutMs: limitSeconds * 1000,
    ...(signal && { signal }),
  })
  return stdout
}

/**
 * Runs a job now and reports the lines of its log as they arrive. When the signal fires, the job keeps running and the
 * result is `left`.
 * Throws SCHEDULE_ABSENT, SCHEDULE_NO_JOB, SCHEDULE_NOT_APPLIED, SCHEDULE_RUNNING, SCHEDULE_SILENT.
 */
export async function runJob(options: OperationOptions, name: string): Promise<JobRun> {
  const before = (cluster: Cluster) => void jobNamed(scheduleOf(cluster), name, cluster.file)
  const session = await openSession(options, { before })
  const { cluster, signal } = session
  try {
    const schedule = scheduleOf(cluster)
    const job = jobNamed(schedule, name, cluster.file)
    const base = { formatVersion: '1.0', cluster: cluster.name, host: schedule.host, job: name } as const
    let output: string
    try {
      output = await watch(session, job, schedule)
    } catch (error) {
      if (signal?.aborted) return { ...base, result: 'left', attempts: [] }
      throw error
    }
    const first = output.slice(output.indexOf(MARK))
    const error = startError(first, name, schedule)
    if (error !== undefined) throw error
    const attempts = attemptsIn(output)
    return { ...base, result: attempts.at(-1)?.result ?? 'failed', attempts }
  } finally {
    await session.close()
  }
}
