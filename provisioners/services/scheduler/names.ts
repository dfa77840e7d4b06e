/** What the parts of this component call each other's things. */

export const COMPONENT = 'scheduler'

/** The account of the scheduler: with a key on its own host, and on the host of the commands with what that key may do. */
export const ACCOUNT = 'scheduler'
export const HOME = '/var/lib/scheduler'

export const ETC = '/etc/howdah/schedule'
/** What the runner knows of each job, on the scheduler's host. */
export const JOBS = `${ETC}/jobs`
/** What each job does, on the host of the commands. */
export const COMMANDS = `${ETC}/commands`
export const WEBHOOKS = `${ETC}/webhooks`

export const LIB = '/usr/local/lib/howdah'
export const RUNNER = `${LIB}/run-job`
export const GATE = `${LIB}/schedule-gate`
export const RUN_COMMAND = `${LIB}/run-command`

/** History, and what jobs that come after others look at. */
export const STATE = '/var/lib/howdah/schedule'
export const LOGS = '/var/log/howdah/schedule'
/** Locks of running jobs on the host of the commands: of the account that runs them. */
export const COMMAND_STATE = '/var/lib/howdah-jobs'

/** Units of jobs: this is how those are known again that cluster.yml has forgotten. */
export const UNIT_PREFIX = 'howdah-job-'
export const UNITS = '/etc/systemd/system'
export const CRONTAB = '/etc/cron.d/howdah-schedule'

export const unitOf = (job: string): string => `${UNIT_PREFIX}${job}`
