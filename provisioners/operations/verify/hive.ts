/** The HiveQL of the flow: ASCII only, in statements that Hive 0.11 to 3.1 run as one MapReduce job each. */

import type { Properties } from './dialect.ts'
import type { Place } from './place.ts'
import type { Interval } from './rows/generator.ts'
import { columnKind, LMS_TABLES, type LmsTable } from './rows/lms-tables.ts'
import { importDir } from './tools.ts'

const name = (identifier: string): string => `\`${identifier}\``

const text = (value: string): string => {
  if (/['\\;\n]/.test(value)) throw new TypeError(`not a plain HiveQL text: ${value}`)
  return `'${value}'`
}

/** Settings without jobs that gather statistics or merge files, and without jobs inside the client. */
export const sessionSettings = (place: Place): Properties => ({
  ...place.hive.settings,
  ...place.hadoop.small,
  [place.hadoop.reduces]: '1',
  ...place.quick.hive,
})

const settings = (place: Place): string[] => [
  ...Object.entries(sessionSettings(place)).map(([key, value]) => `SET ${key}=${value}`),
  `CREATE DATABASE IF NOT EXISTS ${place.hiveDatabase} LOCATION ${text(`${place.root}/hive`)}`,
  `USE ${place.hiveDatabase}`,
]

const script = (statements: readonly string[]): string =>
  statements.map((statement) => `${statement};\n`).join('')

function external(table: string, columns: readonly string[], rest: string): string[] {
  return [
    `DROP TABLE IF EXISTS ${name(table)}`,
    `CREATE EXTERNAL TABLE ${name(table)} (${columns.join(', ')}) ${rest}`,
  ]
}

const outputTable = (place: Place, table: string, columns: readonly string[]): string[] =>
  external(table, columns, `STORED AS TEXTFILE LOCATION ${text(`${place.root}/${table}`)}`)

const field = (path: string): string => `get_json_object(line, '$.${path}')`

/** Distinct learners of each week by edX's labels, from the raw lines. Other lines yield NULLs and are filtered out. */
const activity = (interval: Interval): string => `INSERT OVERWRITE TABLE course_activity
SELECT course_id, concat(CAST(monday AS STRING), ' 00:00:00'), concat(CAST(date_add(monday, 7) AS STRING), ' 00:00:00'),
  label, CAST(COUNT(DISTINCT username) AS INT)
FROM (
  SELECT course_id, username, date_sub(event_day, pmod(datediff(event_day, '1900-01-01'), 7)) AS monday,
    concat('ACTIVE',
      CASE WHEN event_source = 'server' AND event_type = 'problem_check' THEN ',ATTEMPTED_PROBLEM' ELSE '' END,
      CASE WHEN event_source IN ('browser', 'mobile') AND event_type = 'play_video' THEN ',PLAYED_VIDEO' ELSE '' END
    ) AS labels
  FROM (
    SELECT ${field('username')} AS username, ${field('event_type')} AS event_type,
      ${field('event_source')} AS event_source, ${field('context.course_id')} AS course_id,
      ${field('time')} AS time_text, substr(${field('time')}, 1, 10) AS event_day
    FROM tracking_log_lines
  ) parsed
  WHERE username IS NOT NULL AND username <> '' AND username NOT LIKE '{%'
    AND event_type IS NOT NULL AND event_type NOT LIKE '[%' AND event_type NOT LIKE 'edx.course.enrollment.%'
    AND event_source <> 'task' AND course_id IS NOT NULL AND course_id <> ''
    AND time_text RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T' AND event_day >= ${text(interval.from)} AND event_day < ${text(interval.to)}
) events LATERAL VIEW explode(split(labels, ',')) labelled AS label
GROUP BY course_id, monday, label`

/** For the `hive` command: tables over the raw logs and the rows of the streaming job, and both result tables. */
export function logScript(place: Place, interval: Interval): string {
  return script([
    ...settings(place),
    ...external(
      'tracking_log_lines',
      ['line STRING'],
      `STORED AS TEXTFILE LOCATION ${text(`${place.root}/tracking`)}`,
    ),
    ...external(
      'course_enrollment',
      ['`date` STRING', 'course_id STRING', 'user_id INT', 'at_end TINYINT', '`change` TINYINT'],
      `ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' STORED AS TEXTFILE LOCATION ${text(`${place.root}/course_enrollment`)}`,
    ),
    ...outputTable(place, 'course_enrollment_daily', [
      'course_id STRING',
      '`date` STRING',
      '`count` INT',
      'cumulative_count INT',
    ]),
    ...outputTable(place, 'course_activity', [
      'course_id STRING',
      'interval_start STRING',
      'interval_end STRING',
      'label STRING',
      '`count` INT',
    ]),
    `INSERT OVERWRITE TABLE course_enrollment_daily
SELECT course_id, \`date\`, CAST(SUM(at_end) AS INT), CAST(COUNT(user_id) AS INT)
FROM course_enrollment GROUP BY course_id, \`date\``,
    activity(interval),
  ])
}

/** A column of an import as text, the same for every type that the JDBC driver returns. */
function audited(table: LmsTable, column: string): string {
  const kind = columnKind(table, column)
  if (kind === 'flag') return `CASE WHEN lower(${name(column)}) IN ('true', '1') THEN '1' ELSE '0' END`
  const value = kind === 'moment' ? `substr(${name(column)}, 1, 19)` : name(column)
  return `coalesce(${value}, '~')`
}

/** A row in hexadecimal digits, which no client or terminal changes. */
const auditOf = (table: LmsTable): string =>
  `SELECT concat('audit:${table.name}:', hex(concat_ws('|', ${table.imported.map((each) => audited(table, each)).join(', ')}))) AS line FROM ${name(table.name)}`

/**
 * Where HiveServer2 does not report which job it started, the counting task returns its own id. A column is among the
 * arguments, because Hive would otherwise evaluate the call once, in its own JVM.
 */
const taskId = (place: Place): string =>
  place.hive.reportsJobs
    ? ''
    : `, reflect('java.lang.System', 'getProperty', ${text(place.hadoop.ownId)}, line)`

/** A map-side join of two imported tables: HiveServer2 hashes the smaller one in a separate JVM. */
const join: readonly string[] = [
  'SET hive.auto.convert.join=true',
  `SELECT concat('joined:', CAST(COUNT(*) AS STRING)) AS line
FROM student_courseenrollment e JOIN auth_user u ON e.user_id = u.id`,
]

/** For HiveServer2: tables over the imports, one job that returns every row and column of all of them, and a join. */
export function importStatements(place: Place, day: string): string[] {
  const tables = LMS_TABLES.flatMap((table) => [
    ...external(
      table.name,
      table.imported.map((column) => `${name(column)} STRING`),
      `PARTITIONED BY (dt STRING) STORED AS TEXTFILE LOCATION ${text(importDir(place, table.name))}`,
    ),
    `ALTER TABLE ${name(table.name)} ADD PARTITION (dt=${text(day)})`,
  ])
  return [
    ...settings(place),
    ...tables,
    `SELECT line, COUNT(*)${taskId(place)} FROM (\n${LMS_TABLES.map(auditOf).join('\nUNION ALL\n')}\n) audited GROUP BY line`,
    ...join,
  ]
}

export const importScript = (place: Place, day: string): string => script(importStatements(place, day))

/** A separate database, because two sessions that create the same one in parallel would fail. */
export const joinsDatabase = (place: Place): string => `${place.run}_joins`

export const dropScript = (place: Place): string =>
  script([place.hiveDatabase, joinsDatabase(place)].map((name) => `DROP DATABASE IF EXISTS ${name} CASCADE`))

/** Parses the rows of the audit from beeline's output: the table, the columns joined by `|`, and the number of such rows. */
export const parseAudit = (output: string): [string, string, number][] =>
  [...output.matchAll(/\baudit:(\w+):([0-9A-F]*)['"]?[\t,]['"]?(\d+)/g)].map(
    ([, table = '', digits = '', count]) => [
      table,
      Buffer.from(digits, 'hex').toString('utf8'),
      Number(count),
    ],
  )

/** Parses the number of rows of the join from beeline's output. */
export function parseJoined(output: string): number | undefined {
  const count = /\bjoined:(\d+)/.exec(output)?.[1]
  return count === undefined ? undefined : Number(count)
}
