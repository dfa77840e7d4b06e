/** The bash scripts that a smoke run runs on the master, as the account of the pipeline, and the parsers of their output. Pure. */

import type { Sections } from '../../../services/pipeline/index.ts'
import { quote, raw, sh } from '../../../shell.ts'
import { parseValues } from '../script.ts'
import type { Smoke, Source } from './types.ts'

/** Seconds that a run gets to kill its jobs after SIGTERM. */
const GRACE = 60

/** Prints `launcher`, `activate`, `repo` of the first environment with a launcher, or of the launcher on the PATH. */
export const findScript = (environments: readonly string[]): string =>
  sh`for place in ${environments}; do
  [ -x "$place/venv/bin/launch-task" ] || continue
  printf 'launcher=%s\n' "$place/venv/bin/launch-task"
  [ ! -r "$place/venv/bin/activate" ] || printf 'activate=%s\n' "$place/venv/bin/activate"
  [ ! -d "$place/repo" ] || printf 'repo=%s\n' "$place/repo"
  exit 0
done
launcher=$(command -v launch-task) || exit 0
printf 'launcher=%s\n' "$launcher"
beside=$(dirname "$(dirname "$(dirname "$launcher")")")/repo
[ ! -d "$beside" ] || printf 'repo=%s\n' "$beside"`

/** Parses the output of `findScript`; undefined without a launcher. */
export function parseSource(stdout: string): Source | undefined {
  const { launcher, activate, repo } = parseValues(stdout)
  return launcher ? { launcher, ...(activate && { activate }), ...(repo && { repo }) } : undefined
}

const settingsFile = (local: string): string => `${local}/smoke.cfg`
/** Only the changes of the run, because old launchers print the whole override.cfg into their log. */
const changesFile = (local: string): string => `${local}/changes.cfg`

/**
 * Creates the directory of the run and its settings from the files `sources`, of which later ones override. Prints the
 * output of `scratch_settings.py`.
 */
export const prepareScript = (
  { scratch: { local } }: Smoke,
  python: string,
  program: string,
  { changes, sources }: { readonly changes: Sections; readonly sources: readonly string[] },
): string =>
  sh`umask 077; mkdir ${local} ${`${local}/logs`} ${`${local}/tmp`} || exit 1
write_to() { file=$1; shift; ${python} -c ${program} "$file" ${JSON.stringify(changes)} "$@"; }
write_to ${changesFile(local)} >/dev/null && write_to ${settingsFile(local)} ${sources}`

/**
 * Creates the directory in which tasks are launched: links to the content of the checkout, and another override.cfg. Every
 * version of the launcher reads override.cfg in its directory after LUIGI_CONFIG_PATH, and that of a checkout may name
 * the real databases.
 */
const launchPlace = (local: string, repo: string | undefined): string[] => {
  const place = `${local}/launch`
  return [
    sh`mkdir -p ${place} && cd ${place} || exit 1`,
    ...(repo ? [sh`for path in ${raw(quote(repo))}/*; do [ ! -e "$path" ] || ln -sfn "$path" .; done`] : []),
    sh`ln -sfn ${changesFile(local)} override.cfg`,
  ]
}

/**
 * Runs one task in its own process group, whose id is in the file `pid`. Prints the client's lines about its jobs as they
 * are written, then `@@ task CODE`, the ids of the jobs, and the end of the log.
 */
export function launchScript(smoke: Smoke, source: Source, task: string, given: readonly string[]): string {
  const { local } = smoke.scratch
  const words = [task, '--local-scheduler', ...given]
  return [
    ...launchPlace(local, source.repo),
    ...(source.activate ? [sh`. ${source.activate} || exit 1`] : []),
    sh`export LUIGI_CONFIG_PATH=${settingsFile(local)} TMPDIR=${`${local}/tmp`}`,
    sh`log=${`${local}/${task}.log`}`,
    ': >"$log"',
    // timeout creates the process group, and forwards signals to it.
    sh`timeout -k ${GRACE} ${smoke.timeoutSeconds} ${source.launcher} ${words} >"$log" 2>&1 </dev/null &`,
    'pid=$!',
    sh`echo "$pid" >${`${local}/pid`}`,
    `tail -n +1 -s 0.5 -f --pid="$pid" "$log" | grep --line-buffered -o 'Running job: job_[0-9_]*\\|map [0-9]*% *reduce [0-9]*%'`,
    'wait "$pid" && code=0 || code=$?',
    sh`rm -f ${`${local}/pid`}`,
    'echo "@@ task $code"',
    `grep -o 'Running job: job_[0-9_]*' "$log" | sort -u | sed 's/^/1 /'`,
    `tail -n 150 "$log" | awk '{ print "2 " $0 }'`,
  ].join('\n')
}

/** Stops the running task, if there is one. SIGTERM comes first, because the task then kills its jobs. */
export const stopScript = ({ scratch: { local } }: Smoke): string =>
  sh`pid=$(cat ${`${local}/pid`} 2>/dev/null) || exit 0
kill -s TERM "$pid" 2>/dev/null || exit 0
left=${GRACE}
while [ "$left" -gt 0 ] && kill -s 0 -- "-$pid" 2>/dev/null; do sleep 1; left=$((left - 1)); done
if [ "$left" = 0 ]; then kill -s KILL -- "-$pid" 2>/dev/null || :; fi`

/** Returns a function from the lines of a running task to texts such as `job_1: map 50 %, reduce 0 %`. Undefined: no news. */
export function progressReader(): (line: string) => string | undefined {
  let job = 'a job'
  let last = ''
  return (line) => {
    job = /^Running job: (\S+)/.exec(line)?.[1] ?? job
    const at = /^map (\d+)% +reduce (\d+)%/.exec(line)
    const text = at ? `${job}: map ${at[1]} %, reduce ${at[2]} %` : `${job} runs`
    if (text === last || (!at && !line.startsWith('Running job: '))) return undefined
    last = text
    return text
  }
}

/** Puts the logs into HDFS, next to the directories that tasks write to. */
export const logsScript = ({ scratch: { local, hdfs } }: Smoke, mkdir: readonly string[]): string =>
  sh`hadoop fs ${mkdir} ${`${hdfs}/logs`} ${`${hdfs}/tmp`} && hadoop fs -put ${raw(`${local}/logs/*.gz`)} ${`${hdfs}/logs/`} && hadoop fs -ls ${`${hdfs}/logs`}`
