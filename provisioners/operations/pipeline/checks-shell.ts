/** The account and its shell, the settings and the credentials, which a run reads first. */

import type { Pipeline } from '../../config/types-pipeline.ts'
import { CLIENT_CFG, pipelinePaths } from '../../services/pipeline/index.ts'
import { SHORT_LIVED } from '../../services/support/index.ts'
import { raw, sh } from '../../shell.ts'
import { CheckFailure, tail } from '../verify/checks.ts'
import { parseValues, program } from './script.ts'
import type { PipelineCheck, PipelineRun } from './types.ts'

const COMMANDS = ['hadoop', 'hive', 'sqoop', 'yarn', 'mapred'] as const

/** Hadoop 1 has no YARN: `hadoop job` kills jobs. */
const commandsOf = ({ input }: Pick<PipelineRun, 'input'>): readonly string[] =>
  input.cluster.generation === 'hadoop1' ? ['hadoop', 'hive', 'sqoop'] : COMMANDS

/** Variables that a caller may set. Tests of the pipeline set their own. */
const CALLERS = ['LUIGI_CONFIG_PATH', 'HADOOP_CLIENT_OPTS', 'HADOOP_CONF_DIR', 'HIVE_CONF_DIR', 'JAVA_HOME']
const OF_THE_CALLER = '/of/the/caller'

/** Prints `kept.NAME`: the value of each variable after ~/.bashrc, when the caller has set it. */
const keptScript = (): string =>
  sh`for name in ${CALLERS}; do printf 'kept.%s=%s\n' "$name" "$(env "$name="${OF_THE_CALLER} bash -c ${raw(`'. "$HOME/.bashrc"; printf %s "\${!1}"'`)} - "$name")"; done`

export const shellScript = (run: Pick<PipelineRun, 'input'>): string =>
  [
    'printf "user=%s\\nhome=%s\\nsettings=%s\\n" "$(id -un)" "$HOME" "${LUIGI_CONFIG_PATH:-}"',
    sh`for name in ${commandsOf(run)}; do printf 'command.%s=%s\n' "$name" "$(command -v "$name")"; done`,
    'if [ -x "${JAVA_HOME:-/nowhere}/bin/java" ]; then echo java=yes; else echo "java=${JAVA_HOME:-no JAVA_HOME}"; fi',
    'if made=$(mktemp "${TMPDIR:-/tmp}/howdah-XXXXXX" 2>&1); then rm -f "$made"; echo tmp=yes; else echo "tmp=$made"; fi',
    'if [ -r "${LUIGI_CONFIG_PATH:-/nowhere}" ]; then echo readable=yes; else echo readable=no; fi',
    'echo "options=${HADOOP_CLIENT_OPTS:-}"',
    keptScript(),
  ].join('\n')

/** Problems with the shell of the account, a line each. */
export function checkShell(found: Readonly<Record<string, string>>, pipeline: Pipeline, settings: string) {
  const wrong: string[] = []
  if (found.user !== pipeline.user)
    wrong.push(`commands run as ${found.user ?? 'nobody'}, not as ${pipeline.user}`)
  if (found.home !== pipeline.home) wrong.push(`HOME is ${found.home}, not ${pipeline.home}`)
  for (const [key, value] of Object.entries(found)) {
    if (key.startsWith('command.') && value === '') wrong.push(`${key.slice(8)} is not on its PATH`)
  }
  if (found.java !== 'yes') wrong.push(`JAVA_HOME has no bin/java: ${found.java}`)
  if (found.tmp !== 'yes') wrong.push(`a temporary file cannot be created: ${found.tmp}`)
  if (found.settings !== settings)
    wrong.push(`LUIGI_CONFIG_PATH is ${found.settings || 'not set'}, not ${settings}`)
  else if (found.readable !== 'yes') wrong.push(`${settings} cannot be read`)
  const lacking = lackingOptions(found.options)
  if (lacking.length > 0) {
    wrong.push(
      `HADOOP_CLIENT_OPTS lacks ${lacking.join(' ')}, so each of the hundreds of clients of a run starts slowly`,
    )
  }
  for (const [key, value] of Object.entries(found)) {
    if (key.startsWith('kept.') && value !== OF_THE_CALLER)
      wrong.push(`~/.bashrc overwrites the caller's ${key.slice(5)}`)
  }
  return wrong
}

/** The options for short JVMs that HADOOP_CLIENT_OPTS lacks. */
export const lackingOptions = (found: string | undefined): readonly string[] => {
  const given = (found ?? '').split(' ')
  return SHORT_LIVED.split(' ').filter((option) => !given.includes(option))
}

const shell: PipelineCheck = {
  name: 'shell',
  title: 'sudo and ~/.bashrc give a run its commands, Java and settings, without a terminal',
  after: [],
  async run(run) {
    const { pipeline, cluster } = run.input
    const { exit, stdout, stderr } = await run.shell(shellScript(run))
    const next = `howdah plan; as a login user of ${run.master}: sudo -Hu ${pipeline.user} bash -c '. ~/.bashrc; env'`
    if (exit !== 0) throw new CheckFailure(`exit ${exit}\n${tail(stderr || stdout)}`, next)
    const wrong = checkShell(parseValues(stdout), pipeline, pipelinePaths(cluster).override)
    if (wrong.length > 0) throw new CheckFailure(wrong.join('\n'), next)
    return `${pipeline.user} finds ${commandsOf(run).join(', ')} by ${pipeline.home}/.bashrc`
  },
}

const semaphores: PipelineCheck = {
  name: 'semaphores',
  title: 'A run can create POSIX semaphores (/dev/shm)',
  after: ['shell'],
  async run(run) {
    const { command } = run.input.pipeline.python
    const text = 'import multiprocessing; multiprocessing.Semaphore(1); print("made")'
    const { exit, stdout, stderr } = await run.shell(sh`${command} -c ${text}`)
    if (exit === 0 && stdout.trim() === 'made') return 'created one'
    throw new CheckFailure(
      tail(stderr || stdout, 3),
      `on ${run.master}: mount -t tmpfs -o mode=1777 tmpfs /dev/shm; ls -ld /dev/shm`,
    )
  },
}

/** What programs/settings.py prints. */
export interface Settings {
  readonly read: readonly string[]
  readonly sections: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly defaultFs: unknown
  readonly patterns: unknown
  readonly source: unknown
  /** The day on the host: 2026-11-28. */
  readonly today: string
  readonly programs: readonly string[]
  readonly absent: readonly string[]
}

const RETURN_CODES = [
  'already_running',
  'missing_data',
  'not_run',
  'task_failed',
  'scheduling_error',
  'unhandled_exception',
]

const errorOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'error' in value ? String(value.error) : undefined

/** URLs of HDFS with another authority than fs.defaultFS, a line each. */
function otherAddresses({ sections, defaultFs }: Settings): string[] {
  return Object.entries(sections).flatMap(([section, options]) =>
    Object.entries(options).flatMap(([key, value]) =>
      (value.match(/hdfs:\/\/[^/"\s,]*/g) ?? [])
        .filter((url) => url !== String(defaultFs).replace(/\/+$/, ''))
        .map((url) => `[${section}] ${key} names ${url}, and fs.defaultFS is ${defaultFs}`),
    ),
  )
}

/** A calendar without a row for today, which is then silently missing in the results. Luigi checks other forms of interval. */
function calendarFault({ sections, today }: Settings): string[] {
  const interval = sections.calendar?.interval ?? ''
  const [, begin, end] = /^(\d{4}-\d{2}-\d{2})-(\d{4}-\d{2}-\d{2})$/.exec(interval) ?? []
  if (begin === undefined || end === undefined || (begin <= today && today < end)) return []
  return [`[calendar] interval is ${interval}, so today (${today}) has no row in it`]
}

/** Problems with the settings, a line each. */
export function checkSettings(found: Settings, files: readonly string[]): string[] {
  const { sections } = found
  const codes = RETURN_CODES.filter((name) => !(Number(sections.retcode?.[name]) > 0))
  return [
    ...files
      .filter((file) => !found.read.includes(file))
      .map((file) => `${file} is missing, or cannot be read`),
    ...(codes.length > 0
      ? [`[retcode] has no code for ${codes.join(', ')}: a run that fails would end with 0`]
      : []),
    ...(typeof found.defaultFs === 'string' && found.defaultFs.startsWith('hdfs://')
      ? otherAddresses(found)
      : [`fs.defaultFS is not an hdfs: address: ${errorOf(found.defaultFs) ?? found.defaultFs}`]),
    ...(Array.isArray(found.patterns) ? [] : [`[event-logs] pattern: ${errorOf(found.patterns)}`]),
    ...(Array.isArray(found.source) ? [] : [`[event-logs] source: ${errorOf(found.source)}`]),
    ...calendarFault(found),
    ...found.programs.map((path) => `${path} cannot be executed`),
    ...found.absent.map((path) => `${path} is missing`),
  ]
}

const filesOf = ({ input }: PipelineRun): string[] => [CLIENT_CFG, pipelinePaths(input.cluster).override]

const settingsCommand = (run: PipelineRun): string =>
  `howdah plan; on ${run.master}: cat ${filesOf(run).join(' ')}`

async function readSettings(run: PipelineRun): Promise<Settings> {
  const { command } = run.input.pipeline.python
  const { exit, stdout, stderr } = await run.shell(
    sh`${command} -c ${program('settings.py')} ${filesOf(run)}`,
  )
  if (exit !== 0) throw new CheckFailure(tail(stderr, 5), settingsCommand(run))
  return JSON.parse(stdout) as Settings
}

/** Options that every streaming job gets, as override.cfg has them on the master. Throws CheckFailure. */
export const jobConfOf = async (run: PipelineRun): Promise<Readonly<Record<string, string>>> =>
  (await readSettings(run)).sections['job-conf'] ?? {}

const settings: PipelineCheck = {
  name: 'settings',
  title: "Python reads client.cfg and override.cfg, and they agree with Hadoop's configuration",
  after: ['shell'],
  async run(run) {
    const found = await readSettings(run)
    const wrong = checkSettings(found, filesOf(run))
    if (wrong.length > 0) throw new CheckFailure(wrong.join('\n'), settingsCommand(run))
    return `${Object.keys(found.sections).length} sections, all of ${found.defaultFs}; a failed task ends with ${found.sections.retcode?.task_failed}`
  },
}

/** What programs/credentials.py prints about a file. */
export interface Credentials {
  readonly path: string
  readonly mode?: string
  readonly owner?: string
  readonly host?: unknown
  readonly port?: unknown
  readonly username?: unknown
  readonly password?: unknown
  readonly error?: string
}

/** Problems with the credentials, a line each. */
export function checkCredentials(found: readonly Credentials[], user: string): string[] {
  return found.flatMap(({ path, mode, owner, host, port, username, password, error }) => [
    ...(error === undefined ? [] : [`${path}: ${error}`]),
    ...(mode !== undefined && mode !== '0600' ? [`${path} has the mode ${mode}, not 0600`] : []),
    ...(owner !== undefined && owner !== user ? [`${path} belongs to ${owner}, not to ${user}`] : []),
    ...(error === undefined &&
    !(typeof host === 'string' && host !== '' && Number(port) > 0 && username && password === true)
      ? [`${path} lacks a host, a port, a username or a password`]
      : []),
  ])
}

const credentials: PipelineCheck = {
  name: 'credentials',
  title: 'The credentials are valid JSON, and nobody else can read them',
  after: ['shell'],
  async run(run) {
    const { cluster, pipeline } = run.input
    const { input, output } = pipelinePaths(cluster)
    const paths = [...(cluster.lms ? [input] : []), ...(cluster.resultStore ? [output] : [])]
    const { exit, stdout, stderr } = await run.shell(
      sh`${pipeline.python.command} -c ${program('credentials.py')} ${paths}`,
    )
    const next = `howdah plan; on ${run.master}: ls -l ${paths.join(' ')}`
    if (exit !== 0) throw new CheckFailure(tail(stderr, 5), next)
    const found = JSON.parse(stdout) as Credentials[]
    const wrong = checkCredentials(found, pipeline.user)
    if (wrong.length > 0) throw new CheckFailure(wrong.join('\n'), next)
    return found.map(({ path, username, host, port }) => `${path}: ${username} at ${host}:${port}`).join('\n')
  },
}

export const SHELL_CHECKS: readonly PipelineCheck[] = [shell, semaphores, settings, credentials]
