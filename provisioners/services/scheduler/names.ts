/** Names that several files of this service use. */

export const COMPONENT = 'scheduler'

/**
 * The account of the scheduler. It has the key on the scheduler's host, and authorized_keys on the host where jobs run.
 */
export const ACCOUNT = 'scheduler'
export const HOME = '/var/lib/scheduler'

export const ETC = '/etc/howdah/schedule'
/** The settings of each job for the runner, on the scheduler's host. */
export const JOBS = `${ETC}/jobs`
/** The commands of each job, on the host where jobs run. */
export const COMMANDS = `${ETC}/commands`
export const WEBHOOKS = `${ETC}/webhooks`

export const LIB = '/usr/local/lib/howdah'
export const RUNNER = `${LIB}/run-job`
export const GATE = `${LIB}/schedule-gate`
export const RUN_COMMAND = `${LIB}/run-command`

/** History, and the results of jobs, which later jobs read. */
export const STATE = '/var/lib/howdah/schedule'
export const LOGS = '/var/log/howdah/schedule'
/** Locks of running jobs on the host where jobs run. They belong to the account that runs them. */
export const COMMAND_STATE = '/var/lib/howdah-jobs'

/** The prefix of units of jobs. It also identifies those that are no longer in cluster.yml. */
export const UNIT_PREFIX = 'howdah-job-'
export const UNITS = '/etc/systemd/system'
export const CRONTAB = '/etc/cron.d/howdah-schedule'

export const unitOf = (job: string): string => `${UNIT_PREFIX}${job}`
