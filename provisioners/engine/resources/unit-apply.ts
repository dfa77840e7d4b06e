import { quote, raw, sh } from '../../shell.ts'
import { heredoc, placeFile } from '../fragments.ts'
import { sha256 } from '../hash.ts'
import type { Change, Unit } from '../types.ts'
import { dropInContent, listContent, recordStart, unitPaths } from './unit-files.ts'
import { LOG_HEAD } from './unit-log.ts'

/** Writes a file only where it differs, so that daemon-reload runs only when it is needed. */
function place(path: string, content: string, mode: string): string {
  return [
    sh`if [ ! -f ${path} ] || [ "$(howdah_sha256 ${path})" != ${sha256(content)} ]; then`,
    placeFile({ path, content, owner: 'root', group: 'root', mode }).trimEnd(),
    '  reload=yes',
    'fi',
  ].join('\n')
}

function definition(root: string, u: Unit): string {
  const paths = unitPaths(root, u.name)
  const dirs = [paths.dropInDir, dirOf(paths.list), dirOf(paths.recorder)]
  return [
    'reload=no',
    sh`mkdir -p ${dirs}`,
    place(paths.recorder, recordStart(root), '0755'),
    place(paths.list, listContent(root, u), '0644'),
    place(paths.dropIn, dropInContent(root, u.name), '0644'),
    ...(u.content === undefined ? [] : [place(paths.unit, u.content, '0644')]),
    'if [ "$reload" = yes ]; then systemctl daemon-reload; fi',
  ].join('\n')
}

const dirOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

// `ask` reads the unit's state in one call. A restart by systemd shows in NRestarts or in MainPID.
const FUNCTIONS = `
ask() {
  active=unknown pid=0 restarts=0
  for line in $(systemctl show -p ActiveState -p MainPID -p NRestarts "$1"); do
    case $line in
      ActiveState=*) active=\${line#*=} ;;
      MainPID=*) pid=\${line#*=} ;;
      NRestarts=*) restarts=\${line#*=} ;;
    esac
  done
}
# What this start wrote into a log: an older error must not explain it.
written() {
  skip=$(printf '%s\\n' "$sizes" | while read -r size path; do if [ "$path" = "$1" ]; then echo "$size"; fi; done)
  now=$(wc -c <"$1")
  if [ "$now" -lt "\${skip:-0}" ]; then skip=0; fi
  tail -c "+$((\${skip:-0} + 1))" "$1" | tail -c "$2"
}
fail_with_log() {
  printf '%s\\n' "$1"
  echo "${LOG_HEAD}journal of $unit"
  journalctl -q -u "$unit" --since "@$began" -n 200 --no-pager -o short-iso 2>/dev/null | tail -c 12000 || :
  shift
  room=24000 count=0
  for log in "$@"; do
    if [ ! -f "$log" ] || [ "$count" -ge 5 ]; then continue; fi
    echo "${LOG_HEAD}$log"
    written "$log" "$room" || :
    room=4000 count=$((count + 1))
  done
  exit 1
}
`.trim()

/** Log globs are expanded by the host's shell, so everything but the glob characters is quoted. */
const globs = (patterns: readonly string[]): string =>
  patterns
    .map((p) =>
      p
        .split(/([*?])/)
        .map((part) => (/^[*?]$/.test(part) ? part : part && quote(part)))
        .join(''),
    )
    .join(' ')

/** Notes the time and the sizes of the logs. A process that already runs wrote its errors before: then all of it counts. */
const beforeStart = (u: Unit, verb: 'restart' | 'start'): string =>
  [
    'began=$(date +%s)',
    u.logs.length === 0
      ? "sizes=''"
      : `sizes=$(for log in ${globs(u.logs)}; do if [ -f "$log" ]; then printf '%s %s\\n' "$(wc -c <"$log")" "$log"; fi; done)`,
    ...(verb === 'restart'
      ? []
      : [
          'ask "$unit"',
          'case $active in active | reloading | activating) began=$((began - 3600)) sizes="" ;; esac',
        ]),
  ].join('\n')

function waitUntilReady(u: Unit): string {
  const words = globs(u.logs)
  const title = u.ready.title
  return [
    `deadline=$(($(date +%s) + ${u.ready.timeoutSeconds}))`,
    'delay=0.1 said=""',
    'ask "$unit"; first=$restarts',
    'while :; do',
    '  ask "$unit"; before=$pid',
    '  case $active in',
    '    active | reloading | activating) ;;',
    sh`    *) fail_with_log ${`${u.name} stopped before it was ready`}" ($active)" ${raw(words)} ;;`,
    '  esac',
    '  if [ "$restarts" -lt "$first" ]; then first=$restarts; fi',
    '  if [ "$((restarts - first))" -ge 2 ]; then',
    sh`    fail_with_log ${`${u.name} dies again and again`}" ($((restarts - first)) restarts by systemd)" ${raw(words)}`,
    '  fi',
    '  left=$((deadline - $(date +%s)))',
    '  if [ "$left" -le 0 ]; then',
    sh`    fail_with_log ${`${u.name} is not ready after ${u.ready.timeoutSeconds} s: ${title}`}"\${said:+ ($said)}" ${raw(words)}`,
    '  fi',
    `  if answer=$(howdah_bounded "$left" 2>&1 ${heredoc(u.ready.script).text}  ); then`,
    // Another process may hold the port while ours fails because of that. So the answer counts only when the MainPID
    // is the same before and after it.
    '    ask "$unit"',
    '    case $active in active | reloading) if [ "$pid" = "$before" ]; then break; fi ;; esac',
    '  fi',
    // The time may end in the middle of the last question. Then the answer before it explains the failure.
    '  said=${answer:-$said}',
    '  sleep "$delay"',
    '  case $delay in 0.1) delay=0.2 ;; 0.2) delay=0.4 ;; 0.4) delay=0.8 ;; *) delay=1 ;; esac',
    'done',
  ].join('\n')
}

/** Writes the unit's files, enables it, starts or restarts it, and waits until it is ready. */
export function unitApply(root: string, u: Unit, change: Change): string {
  const verb = change.action === 'restart' || change.action === 'create' ? 'restart' : 'start'
  const unit = `${u.name}.service`
  return [
    FUNCTIONS,
    sh`unit=${unit}`,
    definition(root, u),
    'systemctl enable --quiet "$unit"',
    ...(change.action === 'update' ? [] : ['systemctl reset-failed "$unit" 2>/dev/null || :']),
    beforeStart(u, verb),
    // A start that fails is reported here, together with the daemon's log.
    `systemctl ${verb} "$unit" || fail_with_log "systemctl ${verb} $unit failed" ${globs(u.logs)}`,
    waitUntilReady(u),
    sh`[ -s ${unitPaths(root, u.name).started} ] || howdah_die ${`${u.name} runs, but did not record its start`}`,
  ].join('\n')
}
