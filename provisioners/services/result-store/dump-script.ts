import { render } from '../../../hadoop-templates/index.ts'
import { removeLeftovers } from '../../engine/index.ts'
import type { Secret } from '../../secret.ts'
import { raw, sh } from '../../shell.ts'
import { optionValue } from './managed-server.ts'

/** The login of a database client that runs on a host of the cluster. */
export interface ClientLogin {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: Secret
  readonly requireTls: boolean
}

/** Lines of a dump script's output that are not data; base64 has no `@`. */
export const DUMP_STARTED = '@started'
export const DUMP_ENDED = '@ended'

/** Exit code of the scripts where the host has no client of MySQL or MariaDB. */
export const NO_CLIENT = 69

/** The last line, which shows that a dump is complete. */
export const WHOLE_DUMP = /^-- Dump completed/

/**
 * Makes a directory that only root can enter, with the password in an option file. It is removed when the script ends.
 */
const withOptions = ({ password, user, ...login }: ClientLogin): string => {
  const options = render('mysql/client.cnf', {
    ...login,
    user: optionValue(user),
    password: optionValue(password.reveal()),
  })
  return [
    'umask 077',
    removeLeftovers(),
    'work=$(mktemp -d "/run/howdah-store.$$.XXXXXX") || exit 1',
    'trap \'rm -rf "$work"\' EXIT',
    // PIPE too: when the reader has closed, the next output would end the shell before it cleans up.
    "trap 'exit 130' HUP INT PIPE TERM",
    // printf is a builtin of the shell: no process has the password in its arguments.
    sh`printf '%s' ${options} >"$work/options"`,
  ].join('\n')
}

const findClient = (names: readonly string[]): string =>
  [
    'program=',
    sh`for name in ${names}; do if command -v "$name" >/dev/null; then program=$name; break; fi; done`,
    sh`[ -n "$program" ] || { echo ${`none of ${names.join(', ')} is installed`} >&2; exit ${NO_CLIENT}; }`,
  ].join('\n')

/**
 * Writes a dump to stdout: gzip in base64, a line when the dump has its snapshot, and at the end a line with the exit
 * code of the dump. The dump names no database, so it can be loaded into any database.
 */
export const dumpScript = (login: ClientLogin, database: string): string =>
  [
    withOptions(login),
    findClient(['mariadb-dump', 'mysqldump']),
    // The dump writes nothing about tables before its snapshot is taken.
    'after_snapshot() {',
    '  while IFS= read -r line; do',
    '    printf \'%s\\n\' "$line"',
    "    case $line in '-- Table structure'* | '-- Temporary '* | '-- Dump'*) break ;; esac",
    '  done',
    sh`  echo ${DUMP_STARTED} >&3`,
    '  cat',
    '}',
    'exec 3>&1',
    '{',
    sh`  "$program" --defaults-file="$work/options" --single-transaction --quick --routines --triggers --events --hex-blob --default-character-set=utf8mb4 --loose-column-statistics=0 --loose-set-gtid-purged=OFF --no-tablespaces --skip-lock-tables -- ${database}`,
    '  echo $? >"$work/exit"',
    '} | after_snapshot | gzip -c | base64 -w 65536',
    sh`echo ${DUMP_ENDED} "$(cat "$work/exit")"`,
  ].join('\n')

/** Loads a dump on the host into a database, and removes the file. */
export const loadScript = (login: ClientLogin, database: string, file: string): string =>
  [
    withOptions(login),
    sh`trap ${raw(`'rm -rf "$work" '${sh`${file}`}`)} EXIT`,
    findClient(['mariadb', 'mysql']),
    sh`gzip -dc <${raw(sh`${file}`)} | "$program" --defaults-file="$work/options" --default-character-set=utf8mb4 --binary-mode --connect-timeout=10 --database=${database}`,
  ].join('\n')
