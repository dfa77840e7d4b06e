import { sh } from '../../shell.ts'

/** How long the processes of a user may take to end. */
const END_SECONDS = 20

/**
 * Removes an account with all that it can log in by. The account itself goes last, so that a run which is
 * killed in the middle finds it again and ends the work.
 */
export const removeAccount = (name: string, home: string): string =>
  endAccount(name, [
    // What lies about with this number would belong to the next user who gets it.
    'find /tmp /var/tmp -xdev -depth -user "$uid" -delete 2>/dev/null || :',
    sh`if [ -L ${home} ]; then rm -f ${home}; else rm -rf --one-file-system -- ${home}; fi`,
  ])

/**
 * Removes an account and keeps its home, closed: whoever gets the number of the account next does not get into it.
 * Keys and rules of sudo are of no use without the account.
 */
export const closeAccount = (name: string, home: string): string =>
  endAccount(name, [
    'find /tmp /var/tmp -xdev -depth -user "$uid" -delete 2>/dev/null || :',
    sh`if [ -d ${home} ] && [ ! -L ${home} ]; then chown root:root ${home}; chmod 0700 ${home}; fi`,
  ])

function endAccount(name: string, home: readonly string[]): string {
  return [
    sh`[ "\${SUDO_USER:-}" != ${name} ] || howdah_die ${`Howdah is logged in as ${name}: the account stays`}`,
    sh`if getent passwd ${name} >/dev/null; then`,
    sh`uid=$(id -u ${name})`,
    sh`[ "$uid" -ge 500 ] || howdah_die ${`${name} is an account of the system: it stays`}`,
    // No new login while the old ones end.
    sh`usermod -e 1 ${name}`,
    sh`if command -v loginctl >/dev/null; then loginctl disable-linger ${name} 2>/dev/null || :; loginctl terminate-user ${name} 2>/dev/null || :; fi`,
    'theirs() { find /proc -mindepth 1 -maxdepth 1 -user "$uid" -name "[0-9]*" 2>/dev/null; }',
    'tries=0',
    'while pids=$(theirs); [ -n "$pids" ]; do',
    '  for pid in $pids; do kill -KILL "${pid#/proc/}" 2>/dev/null || :; done',
    '  tries=$((tries + 1))',
    sh`  [ "$tries" -lt ${END_SECONDS * 5} ] || howdah_die ${`processes of ${name} do not end`}`,
    '  sleep 0.2',
    'done',
    sh`if command -v crontab >/dev/null; then crontab -r -u ${name} 2>/dev/null || :; fi`,
    ...home,
    sh`rm -f ${`/var/mail/${name}`} ${`/var/spool/mail/${name}`}`,
    sh`userdel ${name}`,
    'fi',
    // Where userdel keeps the private group, for instance since somebody else is in it, it stays.
    sh`line=$(getent group ${name}) || exit 0`,
    sh`if [ -z "\${line##*:}" ]; then groupdel ${name} 2>/dev/null || :; fi`,
  ].join('\n')
}
