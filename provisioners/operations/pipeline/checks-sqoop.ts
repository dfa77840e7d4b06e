/** Sqoop with the arguments of a run: `--direct`, a password file in HDFS, an address without a port. */

import type { Connection } from 'mysql2/promise'
import { pipelinePaths } from '../../services/pipeline/index.ts'
import { addressOf } from '../../services/result-store/index.ts'
import { sh } from '../../shell.ts'
import { CheckFailure, tail } from '../verify/checks.ts'
import { ident, isDenied, letRead } from '../verify/sql.ts'
import { stepOf } from './checks-hdfs.ts'
import { failedHosts } from './failed-hosts.ts'
import { both, parseSteps, type StepResult, steps } from './script.ts'
import type { PipelineCheck, PipelineRun } from './types.ts'

/** The rows of the table: plain values, NULL, and characters that a format or a client may break. */
const ROWS: readonly (readonly [number, string | null])[] = [
  [1, 'course-v1:edX+Demo+2026'],
  [2, null],
  [3, 'two\nlines'],
  [4, 'it\'s "so", \\ and more'],
  [5, 'Zürich ✓ 😀'],
]

type Format = 'import' | 'direct' | 'dump'

/** The result of each import, with the separators that it sets. */
export const IMPORTED: Readonly<Record<Format, readonly string[]>> = {
  import: [
    '1\u0001course-v1:edX+Demo+2026',
    '2\u0001\\N',
    '3\u0001two lines',
    '4\u0001it\'s "so", \\ and more',
    '5\u0001Zürich ✓ 😀',
  ],
  // Sqoop's parser of dumps reads \n as the letter n and ignores --null-string, with every client.
  direct: [
    '1\u0001course-v1:edX+Demo+2026',
    '2\u0001NULL',
    '3\u0001twonlines',
    '4\u0001it\'s "so", \\ and more',
    '5\u0001Zürich ✓ 😀',
  ],
  dump: [
    "1,'course-v1:edX+Demo+2026'",
    '2,NULL',
    String.raw`3,'two\nlines'`,
    String.raw`4,'it\'s \"so\", \\ and more'`,
    "5,'Zürich ✓ 😀'",
  ],
}

/** ER_OPTION_PREVENTS_STATEMENT: the server runs with --read-only, as replicas do. */
const READ_ONLY = 1290

/** Creates the table. Returns why it cannot, or undefined. */
async function fill(admin: Connection, database: string, reader: string): Promise<string | undefined> {
  try {
    await admin.query(`CREATE DATABASE ${ident(database)} CHARACTER SET utf8mb4`)
  } catch (error) {
    if (isDenied(error) || (error as { errno?: number }).errno === READ_ONLY) {
      return `a table for the import cannot be created there: ${(error as Error).message}`
    }
    throw error
  }
  await admin.query(`CREATE TABLE ${ident(database)}.enrolled (id INT PRIMARY KEY, course VARCHAR(255))`)
  await admin.query(`INSERT INTO ${ident(database)}.enrolled VALUES ?`, [ROWS.map((row) => [...row])])
  await letRead(admin, reader, database, 'GRANT')
  return undefined
}

async function empty(admin: Connection, database: string, reader: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${ident(database)}`)
  await letRead(admin, reader, database, 'REVOKE').catch(() => {})
}

/** Prints the password of a credentials file, into a pipe. */
const PASSWORD = 'import json, sys; sys.stdout.write(json.load(open(sys.argv[1]))["password"])'

const FORMATS: readonly (readonly [Format, readonly string[]])[] = [
  // The arguments of a run. With --columns Sqoop reads by JDBC, without mysqldump.
  ['import', ['--columns', 'id,course', '--hive-delims-replacement', ' ']],
  ['direct', ['--hive-delims-replacement', ' ']],
  ['dump', ['--mysql-delimiters']],
]

/** Imports the table in each format. Only the mode of the password file differs from a run. */
function importScript(run: PipelineRun, host: string, user: string, work: string): string {
  const { cluster, pipeline } = run.input
  const secret = `/tmp/${run.name}_import`
  const { input } = pipelinePaths(cluster)
  const password = sh`${pipeline.python.command} -c ${PASSWORD} ${input} | hadoop fs -D fs.permissions.umask-mode=077 -D dfs.umaskmode=077 -put - ${secret}`
  const dump = ['--opt', '--skip-disable-keys', '--skip-add-locks', '--skip-extended-insert']
  const separators = [
    '--null-string',
    '\\\\N',
    '--null-non-string',
    '\\\\N',
    '--fields-terminated-by',
    '\u0001',
  ]
  const options = (format: Format): string[] => [
    ...['--connect', `jdbc:mysql://${host}/${run.name}`, '--username', user, '--password-file', secret],
    ...['--table', 'enrolled', '--target-dir', `${work}_${format}/dt=2026-03-01/`, '--num-mappers', '1'],
    ...(format === 'dump' ? [] : separators),
    '--direct',
  ]
  return steps(
    sh`trap 'hadoop fs -rm -skipTrash ${secret} >/dev/null 2>&1; rm -rf "$dir"' EXIT`,
    sh`step secret sh -c ${password}`,
    ...FORMATS.map(
      ([format, more]) => sh`step ${format} sqoop import ${[...options(format), ...more]} -- ${dump}`,
    ),
    ...FORMATS.map(([format]) => sh`step read-${format} hadoop fs -cat ${`${work}_${format}/*/*`}`),
  )
}

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /Cannot run program "mysqldump"|mysqldump terminated with status 127/,
    'install default-mysql-client on every worker: howdah plan shows where it is missing',
  ],
  [
    /Communications link failure|Connection refused/,
    'the address has no port, so every worker must reach the database on port 3306',
  ],
  [
    /by mysqldump.* wrote other rows/,
    'howdah bootstrap puts /usr/local/lib/howdah/tasks/mysqldump on every worker; howdah pipeline check --only workers names one without it',
  ],
  [/Access denied/, 'howdah plan sets the account of the reader'],
]

const NAMES: Readonly<Record<Format, string>> = {
  import: 'an import with the arguments of a run',
  direct: 'an import by mysqldump',
  dump: 'an import by mysqldump with --mysql-delimiters',
}

/** Problems with the imports, a line each. */
export function checkImport(found: ReadonlyMap<string, StepResult>): string[] {
  const secret = stepOf(found, 'secret')
  if (secret.exit !== 0) return [`secret: exit ${secret.exit}\n${tail(both(secret), 20)}`]
  return FORMATS.flatMap(([format]) => {
    const step = stepOf(found, format)
    if (step.exit !== 0) return [`${NAMES[format]} ended with ${step.exit}\n${tail(both(step), 20)}`]
    const rows = [...stepOf(found, `read-${format}`).out].sort()
    if (rows.join('\n') === IMPORTED[format].join('\n')) return []
    return [`${NAMES[format]} wrote other rows than those of the table:\n${rows.join('\n')}`]
  })
}

const sqoop: PipelineCheck = {
  name: 'sqoop',
  title:
    'Sqoop imports from the LMS database, by JDBC and by mysqldump in both formats, with the credentials file',
  after: ['hdfs', 'credentials'],
  writes: true,
  async prepare(run) {
    const { cluster, lmsAdmin } = run.input
    const { lms } = cluster
    if (lms === undefined || lmsAdmin === undefined) return 'cluster.yml has no lms'
    const { user } = lms.reader
    const withAdmin = async <T>(work: (admin: Connection) => Promise<T>): Promise<T> => {
      const admin = await lmsAdmin()
      return work(admin).finally(() => admin.destroy())
    }
    run.undos.push({
      what: `database ${run.name} of the LMS server`,
      undo: () => withAdmin((admin) => empty(admin, run.name, user)),
    })
    return withAdmin((admin) => fill(admin, run.name, user))
  },
  async run(run) {
    const { lms } = run.input.cluster
    if (lms === undefined) throw new CheckFailure('cluster.yml has no lms')
    const { user } = lms.reader
    const host = addressOf(lms.server)
    const { stdout, stderr } = await run.shell(importScript(run, host, user, `${run.work}_sqoop`))
    const found = parseSteps(stdout)
    const wrong = checkImport(found)
    if (wrong.length === 0) {
      return `${ROWS.length} rows in ${FORMATS.length} formats from jdbc:mysql://${host} as ${user}`
    }
    const failed = FORMATS.flatMap(([name]) => found.get(name) ?? []).filter(({ exit }) => exit !== 0)
    wrong.unshift(...(await failedHosts(run, failed.map(both).join('\n'))))
    const text = `${wrong.join('\n')}\n${tail(stderr, 3)}`.trimEnd()
    const next = REMEDIES.find(([pattern]) => pattern.test(text))?.[1]
    throw new CheckFailure(text, next ?? `on ${run.master}, as ${run.input.pipeline.user}: sqoop version`)
  },
}

export const SQOOP_CHECKS: readonly PipelineCheck[] = [sqoop]
