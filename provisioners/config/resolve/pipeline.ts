import { accountsOf, DAEMONS } from '../../catalog/index.ts'
import type { Path } from '../document/document.ts'
import { has, hasAny, primaryOf } from '../placed.ts'
import { FIRST_DAY, PIPELINE_ROOT } from '../schedule/edx-workflows.ts'
import type { PipelineInput } from '../schema/pipeline.ts'
import type { Cluster, DatabaseServer, Directories, Host } from '../types.ts'
import type { Pipeline } from '../types-pipeline.ts'
import { defined, type ResolveContext } from './context.ts'
import { sourceOf } from './pipeline-source.ts'
import { pythonOf } from './python.ts'

/** Accounts that own data or daemons. Tasks that run as one of them could change what no task may change. */
const TAKEN: readonly string[] = ['root', ...accountsOf(DAEMONS), 'nobody', 'sshd']

const PATTERN = '.*tracking\\.log-(?P<date>\\d{8}).*\\.gz'

/** Keys of override.cfg that follow from other fields of cluster.yml, and those fields. */
const DERIVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hive: { database: 'pipeline.hiveDatabase', warehouse_path: 'pipeline.root' },
  'database-import': {
    database: 'lms.database',
    credentials: 'lms.reader',
    destination: 'pipeline.root',
  },
  'database-export': { database: 'resultStore.database', credentials: 'resultStore.pipeline' },
  'map-reduce': { engine: 'the cluster itself', marker: 'pipeline.root' },
  'event-logs': {
    pattern: 'pipeline.logPattern',
    expand_interval: 'pipeline.expandInterval',
    source: 'pipeline.logs',
  },
  manifest: {
    path: 'pipeline.root',
    lib_jar: 'pipeline.manifestJar',
    input_format: 'pipeline.manifestJar',
  },
  hadoop: {
    version: 'versions.hadoop',
    command: 'directories.install',
    'streaming-jar': 'versions.hadoop',
    'python-executable': 'pipeline.python.command',
  },
}

interface Section {
  readonly pipeline?: PipelineInput | undefined
  readonly trackingLogs?: { readonly to?: string | undefined } | undefined
  readonly schedule?:
    | { readonly firstDay?: string | undefined; readonly remoteName?: string | undefined }
    | undefined
}

/** The pipeline's section with its defaults; nothing where the file has none. */
export function resolvePipeline(
  { pipeline: input, trackingLogs, schedule }: Section,
  hosts: readonly Host[],
  { install }: Directories,
  context: ResolveContext,
): { readonly pipeline?: Pipeline } {
  if (input === undefined) return {}
  const user = input.user ?? 'hadoop'
  const master = masterOf(hosts)
  const pipeline: Pipeline = defined({
    master: master?.name ?? '',
    user,
    home: input.home ?? `/home/${user}`,
    python: pythonOf(input.python, install, context),
    root: input.root ?? PIPELINE_ROOT,
    logs: input.logs ?? trackingLogs?.to ?? '/data/tracking',
    logPattern: input.logPattern ?? [PATTERN],
    expandInterval: input.expandInterval ?? '2 days',
    hiveDatabase: input.hiveDatabase ?? 'default',
    intervalStart: input.intervalStart ?? schedule?.firstDay ?? FIRST_DAY,
    manifestJar: input.manifestJar,
    sudoers: input.sudoers ?? loginOf(master),
    source: sourceOf(input, schedule?.remoteName, context),
    overrides: overridesOf(input.overrides ?? {}, context),
  })
  checkPatterns(pipeline, context)
  if (input.intervalStart !== undefined) checkDay(['pipeline', 'intervalStart'], input.intervalStart, context)
  return { pipeline }
}

const HIVE_COMMANDS = ['hive-metastore', 'hiveserver2', 'client'] as const

/** The host of the pipeline. It has both Sqoop and Hive, since a run calls both on one host. */
export const masterOf = (hosts: readonly Host[]): Host | undefined =>
  hosts.find((host) => has(host, 'sqoop') && hasAny(host, HIVE_COMMANDS))

/** Howdah's login user on the master. It may become any user there, but perhaps not without a password. */
const loginOf = (master: Host | undefined): readonly string[] =>
  master === undefined || master.ssh.user === 'root' ? [] : [master.ssh.user]

function overridesOf(
  sections: NonNullable<PipelineInput['overrides']>,
  { problems }: ResolveContext,
): Pipeline['overrides'] {
  for (const [section, keys] of Object.entries(sections)) {
    for (const [key, value] of Object.entries(keys)) {
      const path = ['pipeline', 'overrides', section, key]
      const field = DERIVED[section]?.[key]
      if (field !== undefined) {
        problems.add({
          code: 'SPEC_PIPELINE_DERIVED',
          path,
          at: 'key',
          message: `[${section}] ${key} of override.cfg follows from ${field}`,
          found: String(value),
          expected: 'no value here, so that the two cannot disagree',
          next: `change ${field}, and leave it out here`,
        })
      } else if (section === 'retcode' && !(Number(value) > 0)) {
        problems.add({
          code: 'SPEC_PIPELINE_RETCODE',
          path,
          message: `[retcode] ${key} is ${value}, so a run that failed would look like one that did not`,
          found: String(value),
          expected: 'a number from 1 to 255',
        })
      }
    }
  }
  return Object.fromEntries(
    Object.entries(sections).map(([section, keys]) => [
      section,
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, String(value)])),
    ]),
  )
}

/** JavaScript's RegExp is near enough to Python's `re` to find invalid patterns. */
function checkPatterns({ logPattern }: Pipeline, { problems }: ResolveContext): void {
  for (const [i, pattern] of logPattern.entries()) {
    const path = ['pipeline', 'logPattern', i]
    try {
      new RegExp(pattern.replaceAll('(?P<', '(?<'))
    } catch (cause) {
      problems.add({
        code: 'SPEC_PIPELINE_PATTERN',
        path,
        message: `pipeline.logPattern[${i}] is not a regular expression: ${cause instanceof Error ? cause.message : cause}`,
        found: pattern,
        expected: "one of Python's re",
      })
    }
    if (/\\\\[dwsDWS.]/.test(pattern)) {
      problems.warn(
        path,
        `pipeline.logPattern[${i}] holds a doubled backslash, which matches a backslash in a name: write \\d, as Howdah does the quoting of override.cfg`,
      )
    }
  }
}

/** Refuses a day that no calendar has, such as 2013-02-30. */
export function checkDay(path: Path, day: string, { problems }: ResolveContext): void {
  const date = new Date(`${day}T00:00:00Z`)
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)) return
  problems.add({
    code: 'SPEC_PIPELINE_DAY',
    path,
    message: `${day} is not a day of the calendar`,
    found: day,
    expected: 'a day, such as 2013-01-01',
  })
}

/** Checks of the pipeline that need the whole cluster. */
export function checkPipeline(cluster: Cluster, context: ResolveContext): void {
  const { pipeline } = cluster
  if (pipeline === undefined) return
  checkUser(cluster, pipeline.user, context)
  checkCommands(cluster, context)
  warnDatabases(cluster, context)
  warnTrash(cluster, context)
}

function checkUser(cluster: Cluster, user: string, { problems }: ResolveContext): void {
  const login = cluster.hosts.find(({ ssh }) => ssh.user === user)
  const why = TAKEN.includes(user)
    ? 'is an account of the system or of a daemon'
    : cluster.users.some(({ name }) => name === user)
      ? 'is one of `users` as well'
      : login !== undefined
        ? `is the login user of ${login.name}, which may do anything there`
        : undefined
  if (why === undefined) return
  problems.add({
    code: 'SPEC_PIPELINE_USER',
    path: ['pipeline', 'user'],
    message: `the pipeline's account ${user} ${why}`,
    found: user,
    expected: 'an account of its own',
    next: 'write pipeline.user with another name, such as hadoop',
  })
}

function checkCommands({ hosts, pipeline }: Cluster, { problems }: ResolveContext): void {
  if (pipeline?.master !== '') return
  const sqoop = primaryOf({ hosts }, 'sqoop')?.name
  problems.add({
    code: 'SPEC_PIPELINE_COMMANDS',
    path: ['pipeline'],
    at: 'key',
    message: sqoop
      ? `${sqoop} has Sqoop and not Hive's commands, and the pipeline runs both on one host`
      : 'no host has Sqoop, which the pipeline imports with',
    expected: 'a host with the roles sqoop and client',
    next: sqoop ? `add the role client to ${sqoop}` : 'give a host the role sqoop',
  })
}

const serverPath = (section: string, { kind }: DatabaseServer, key: 'port' | 'tls'): Path =>
  kind === 'external' ? [section, 'external', key] : [section, key]

function warnDatabases({ lms, resultStore }: Cluster, { problems }: ResolveContext): void {
  const { document } = problems
  const at = (path: Path, section: string): Path =>
    document.has(path) ? path : document.has([section]) ? [section] : ['pipeline']
  if (lms === undefined) {
    problems.warn(['pipeline'], 'there is no lms, so the pipeline can import no table')
  } else if (lms.server.port !== 3306) {
    problems.warn(
      at(serverPath('lms', lms.server, 'port'), 'lms'),
      `the pipeline's Sqoop imports ignore the port and go to 3306, not to ${lms.server.port}: let the LMS database answer on 3306`,
    )
  }
  if (resultStore === undefined) {
    problems.warn(['pipeline'], 'there is no resultStore, so the pipeline can publish nothing')
  }
  for (const [section, store] of [
    ['lms', lms],
    ['resultStore', resultStore],
  ] as const) {
    if (store?.server.tls !== 'required') continue
    problems.warn(
      at(serverPath(section, store.server, 'tls'), section),
      `${section} requires TLS, and the pipeline's credentials have no place to ask for it`,
    )
  }
}

/** Sqoop's password file is moved to the trash of HDFS. With a lax umask, other users can read it there. */
function warnTrash({ properties }: Cluster, { problems }: ResolveContext): void {
  const core = properties['core-site'] ?? {}
  const minutes = core['fs.trash.interval'] ?? '0'
  if (!(Number(minutes) > 0) || core['fs.permissions.umask-mode'] === '077') return
  problems.warn(
    ['properties', 'core-site', 'fs.trash.interval'],
    `with a trash of ${minutes} minutes the pipeline leaves Sqoop's password in it for all to read: leave fs.trash.interval at 0`,
  )
}

/** Values for `howdah explain`, by field. */
export const pipelineValues: Readonly<Record<string, (cluster: Cluster) => unknown>> = {
  'pipeline.user': ({ pipeline }) => pipeline?.user,
  'pipeline.home': ({ pipeline }) => pipeline?.home,
  'pipeline.python.version': ({ pipeline }) => pipeline?.python.version,
  'pipeline.python.command': ({ pipeline }) => pipeline?.python.command,
  'pipeline.python.packages': ({ pipeline }) => pipeline?.python.packages,
  'pipeline.python.install': ({ pipeline }) => pipeline && pipeline.python.install !== undefined,
  'pipeline.python.mirrors': ({ pipeline }) => pipeline?.python.install?.mirrors,
  'pipeline.root': ({ pipeline }) => pipeline?.root,
  'pipeline.logs': ({ pipeline }) => pipeline?.logs,
  'pipeline.logPattern': ({ pipeline }) => pipeline?.logPattern,
  'pipeline.expandInterval': ({ pipeline }) => pipeline?.expandInterval,
  'pipeline.hiveDatabase': ({ pipeline }) => pipeline?.hiveDatabase,
  'pipeline.intervalStart': ({ pipeline }) => pipeline?.intervalStart,
  'pipeline.manifestJar': ({ pipeline }) => pipeline?.manifestJar,
  'pipeline.source.requirements': ({ pipeline }) => pipeline?.source?.requirements,
  'pipeline.sudoers': ({ pipeline }) => pipeline?.sudoers,
}
