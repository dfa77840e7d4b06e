import type { Job, Schedule } from '../../config/types-schedule.ts'
import { HowdahError } from '../../errors.ts'
import { ask } from '../../runtime/ask.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { LOGS, STATE, unitOf } from '../../services/scheduler/index.ts'
import { raw, sh } from '../../shell.ts'
import { scheduleOf } from './index.ts'

/** One attempt of a run, or a skipped run: a line of the history of a job. */
export interface Attempt {
  readonly job: string
  readonly run: string
  readonly asked: 'schedule' | 'hand'
  /** 0 when the run was skipped. */
  readonly attempt: number
  readonly attempts: number
  /** ISO 8601, UTC. */
  readonly start: string
  readonly end: string
  readonly seconds: number
  readonly result: 'succeeded' | 'failed' | 'skipped' | 'stopped'
  readonly exit: number
  readonly log: string
  readonly why: string
}

export interface JobStatus {
  readonly name: string
  readonly enabled: boolean
  readonly when: string
  /** ISO 8601, UTC; absent where it is not run automatically. */
  readonly next?: string
  /** absent: the host does not have the job yet. */
  readonly state: 'idle' | 'running' | 'absent'
  readonly last?: Attempt
  /** Newest first. */
  readonly history: readonly Attempt[]
}

export interface ScheduleStatus {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly host: string
  readonly jobs: readonly JobStatus[]
}

/** How many attempts of each job are shown. */
const SHOWN = 20

/** Shell for the scheduler's host. Prints a block for each job: `key=value` lines, and the last lines of its history. */
export const statusScript = (jobs: readonly Job[]): string => sh`set -u
export LC_ALL=C TZ=UTC
utc() { if [ -n "$1" ]; then date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null; fi; }
job() {
  echo "@job $1"
  unit=$2.service
  state=idle
  [ "$(systemctl show -p LoadState --value "$unit")" = loaded ] || state=absent
  case $(systemctl show -p ActiveState --value "$unit") in activating | active | reloading | deactivating) state=running ;; esac
  if [ -e "/run/howdah/schedule/$1.lock" ] && ! flock -n "/run/howdah/schedule/$1.lock" true; then state=running; fi
  echo "state=$state"
  # Values such as n/a and infinity are not times.
  next=$(utc "$(systemctl show -p NextElapseUSecRealtime --value "$2.timer" 2>/dev/null)")
  if [ -z "$next" ] && grep -qs "run-job $1 " /etc/cron.d/howdah-schedule; then
    next=$(utc "$(unset TZ; systemd-analyze calendar -- "$3" 2>/dev/null | sed -nE 's/^ *(\\(in UTC\\)|Next elapse): *//p' | tail -n 1)")
  fi
  echo "next=$next"
  if [ -e ${raw(STATE)}/"$1.history" ]; then tail -n ${SHOWN} ${raw(STATE)}/"$1.history"; fi
}
${raw(jobs.map(({ name, when }) => sh`job ${name} ${unitOf(name)} ${when}`).join('\n'))}
`

function attemptOf(line: string): Attempt[] {
  try {
    return [JSON.parse(line) as Attempt]
  } catch {
    // A line that was cut by a power failure.
    return []
  }
}

/** The status of each job, from the output of the script. Pure. */
export function parseStatus(text: string, jobs: readonly Job[]): JobStatus[] {
  const blocks = new Map(
    text.split(/^@job /m).map((block) => {
      const [name = '', ...lines] = block.split('\n')
      return [name, lines] as const
    }),
  )
  return jobs.map(({ name, enabled, when }): JobStatus => {
    const lines = blocks.get(name) ?? []
    const value = (key: string): string =>
      lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? ''
    const history = lines
      .filter((line) => line.startsWith('{'))
      .flatMap(attemptOf)
      .reverse()
    const state = value('state')
    return {
      name,
      enabled,
      when,
      ...(enabled && value('next') !== '' ? { next: value('next') } : {}),
      state: state === 'running' || state === 'idle' ? state : 'absent',
      ...(history[0] === undefined ? {} : { last: history[0] }),
      history,
    }
  })
}

/** Throws SCHEDULE_UNREADABLE. */
async function read(session: Session, schedule: Schedule): Promise<JobStatus[]> {
  const { signal } = session
  const result = await ask(session.transports, schedule.host, {
    title: 'the state of the schedule',
    script: statusScript(schedule.jobs),
    as: 'root',
    timeoutMs: 60_000,
    ...(signal && { signal }),
  })
  if (!result.stdout.includes('@job') && schedule.jobs.length > 0) {
    throw new HowdahError({
      code: 'SCHEDULE_UNREADABLE',
      exit: 'stepFailed',
      message: `the schedule on ${schedule.host} could not be read`,
      where: `${schedule.host}:${LOGS}`,
      detail: result.stderr.slice(-2000),
      next: 'howdah schedule plan',
    })
  }
  return parseStatus(result.stdout, schedule.jobs)
}

/** The next run of each job, its last result, and its history. Throws SCHEDULE_ABSENT, SCHEDULE_UNREADABLE. */
export async function scheduleStatus(options: OperationOptions): Promise<ScheduleStatus> {
  const session = await openSession(options)
  try {
    const schedule = scheduleOf(session.cluster)
    const jobs = await read(session, schedule)
    return { formatVersion: '1.0', cluster: session.cluster.name, host: schedule.host, jobs }
  } finally {
    await session.close()
  }
}
