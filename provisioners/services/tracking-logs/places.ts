/** Paths of the tracking logs on a host. */
export const COMPONENT = 'tracking-logs'
export const SETTINGS_DIR = '/etc/howdah/tracking-logs'
export const SHIP_SETTINGS = `${SETTINGS_DIR}/ship.conf`
export const EXPIRE_SETTINGS = `${SETTINGS_DIR}/expire.conf`
export const PROGRAMS = '/usr/local/lib/howdah/tracking-logs'
export const SHIP = `${PROGRAMS}/ship-tracking-logs`
export const EXPIRE = `${PROGRAMS}/expire-tracking-logs`
/** Ledger, lock and last run of a source's host. */
export const STATE = '/var/lib/howdah/logs'
export const LOGROTATE_RULE = '/etc/logrotate.d/howdah-tracking'
export const SHIP_JOB = 'howdah-tracking-ship'
export const EXPIRE_JOB = 'howdah-tracking-expire'

/** Beside the target, so that files can be renamed into it; hidden, so that no job reads it. */
export const incomingOf = (target: string): string => {
  const cut = target.lastIndexOf('/')
  return `${target.slice(0, cut)}/.${target.slice(cut + 1)}-incoming`
}
