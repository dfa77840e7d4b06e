import { sh } from '../../shell.ts'

/** How long the processes of a removed user may take to end. */
const END_SECONDS = 20

/**
 * Removes an account with its home. The account is removed last, so that a run after an interruption finds it again and
 * completes the removal.
 */
export const removeAccount = (name: string, home: string): string =>
  endAccount(name, [
    // Files that keep this uid would belong to the next user who gets it.
    'find /tmp /var/tmp -xdev -depth -user "$uid" -delete 2>/dev/null || :',
    sh`if [ -L ${home} ]; then rm -f ${home}; else rm -rf --one-file-system -- ${home}; fi`,
  ])

/**
 * Removes an account and keeps its home, closed, so that the next user with this uid cannot enter it. Keys and rules of
 * sudo have no effect without the account.
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
    sh`[ "$uid" -ge 500 ] || howdah_die ${`${name} is a system account: it stays`}`,
    // Prevents new logins while the old ones end.
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
    // If userdel keeps the private group, for instance because it has another member, it stays.
    sh`line=$(getent group ${name}) || exit 0`,
    sh`if [ -z "\${line##*:}" ]; then groupdel ${name} 2>/dev/null || :; fi`,
  ].join('\n')
}
