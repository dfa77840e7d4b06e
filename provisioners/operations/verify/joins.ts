/**
 * Joins of small tables with known results, for the `hive` command: a map-side join with a partitioned insert and a
 * reduce-side join, both with a function from a jar that ADD JAR adds. Two jobs, one session. The tables are loaded from
 * files, so that filling them needs no job. Pure.
 */

import type { Cluster } from '../../config/types.ts'
import { heredoc } from '../../engine/fragments.ts'
import { javaHome } from '../../services/support/index.ts'
import { sh } from '../../shell.ts'
import type { Properties } from './dialect.ts'

const COURSES = ['1\talgebra', '2\tbotany', '3\tchemistry']
const LEARNERS = ['1\tann', '1\tbob', '2\tcy', '4\tdee']

/** Compiled on the gateway. No host has this class, so a task can get it only from the jar. */
const FUNCTION = `import org.apache.hadoop.hive.ql.exec.UDF;
public class HowdahMark extends UDF {
  public String evaluate(String text) {
    return text == null ? null : "<" + text + ">";
  }
}
`

/** The expected lines of stdout, in any order: those of the partitioned table, and those of the outer join. */
export const JOINED: readonly string[] = [
  '<ann>\talgebra',
  '<bob>\talgebra',
  '<cy>\tbotany',
  'outer <algebra> ann',
  'outer <algebra> bob',
  'outer <botany> cy',
  'outer <chemistry> nobody',
  'outer nothing dee',
]

export interface JoinsOptions {
  readonly database: string
  /** `hdfs://…` or a path; absent: below the warehouse. */
  readonly location?: string
  readonly settings: Properties
}

/** One failed task fails the check. More attempts, perhaps on another host, would hide the broken one. */
const ONE_ATTEMPT: Properties = {
  'mapreduce.map.maxattempts': '1',
  'mapreduce.reduce.maxattempts': '1',
  'mapred.map.max.attempts': '1',
  'mapred.reduce.max.attempts': '1',
}

const TABBED = `ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'`

/** HiveQL of Hive 0.11 and later. `howdah.dir` is the directory of the script's files. */
export function joinStatements({ database, location, settings }: JoinsOptions): string {
  const at = location === undefined ? '' : ` LOCATION '${location}'`
  const set = (properties: Properties) =>
    Object.entries(properties).map(([key, value]) => `SET ${key}=${value}`)
  return [
    ...set({ ...settings, ...ONE_ATTEMPT }),
    `CREATE DATABASE IF NOT EXISTS ${database}${at}`,
    `USE ${database}`,
    `CREATE TABLE courses (id INT, name STRING) ${TABBED}`,
    `CREATE TABLE learners (course INT, name STRING) ${TABBED}`,
    'CREATE TABLE joined (learner STRING) PARTITIONED BY (course STRING)',
    // Hive expands the braces, not the shell.
    "LOAD DATA LOCAL INPATH '${hiveconf:howdah.dir}/courses' INTO TABLE courses",
    "LOAD DATA LOCAL INPATH '${hiveconf:howdah.dir}/learners' INTO TABLE learners",
    'ADD JAR ${hiveconf:howdah.dir}/mark.jar',
    "CREATE TEMPORARY FUNCTION howdah_mark AS 'HowdahMark'",
    ...set({
      'hive.auto.convert.join': 'true',
      'hive.exec.dynamic.partition': 'true',
      'hive.exec.dynamic.partition.mode': 'nonstrict',
    }),
    `INSERT OVERWRITE TABLE joined PARTITION (course)
SELECT howdah_mark(l.name), c.name FROM learners l JOIN courses c ON l.course = c.id`,
    'SELECT * FROM joined',
    // These releases of Hive use reducers for a full outer join. The setting makes later ones do the same.
    ...set({ 'hive.auto.convert.join': 'false' }),
    `SELECT concat('outer ', coalesce(howdah_mark(c.name), 'nothing'), ' ', coalesce(l.name, 'nobody')) AS line
FROM courses c FULL OUTER JOIN learners l ON c.id = l.course`,
    'USE default',
    `DROP DATABASE ${database} CASCADE`,
  ]
    .map((statement) => `${statement};\n`)
    .join('')
}

const text = (name: string, content: string): string => sh`cat >${name} ${heredoc(content)}`

/** Shell that writes the files and compiles the function, in the current directory. */
export function joinFiles(cluster: Cluster, options: JoinsOptions): string {
  const { install } = cluster.directories
  // Hive may run on a JRE. Sqoop compiles classes, so its JDK is on the same host (the plan refuses a JRE there).
  const homes = [...new Set([javaHome(cluster, 'hive'), javaHome(cluster, 'sqoop')])]
  const none = `no javac in ${homes.join(' or ')}: the check compiles a function for Hive; install a JDK instead of the JRE`
  return [
    text('courses', `${COURSES.join('\n')}\n`),
    text('learners', `${LEARNERS.join('\n')}\n`),
    text('HowdahMark.java', FUNCTION),
    text('joins.hql', joinStatements(options)),
    'jars=',
    sh`for jar in ${`${install}/hive/current/lib`}/hive-exec-*.jar ${`${install}/hadoop/current`}/hadoop-core-*.jar ${`${install}/hadoop/current/share/hadoop/common`}/hadoop-common-*.jar; do`,
    '  if [ -e "$jar" ]; then jars=$jars:$jar; fi',
    'done',
    sh`jdk=; for home in ${homes}; do if [ -z "$jdk" ] && [ -x "$home/bin/javac" ]; then jdk=$home; fi; done`,
    sh`[ -n "$jdk" ] || { echo ${none} >&2; exit 1; }`,
    '"$jdk/bin/javac" -nowarn -source 8 -target 8 -cp "$jars" HowdahMark.java 2>javac.err || { cat javac.err >&2; echo "the JDK in $jdk does not compile a function" >&2; exit 1; }',
    '"$jdk/bin/jar" cf mark.jar HowdahMark.class',
  ].join('\n')
}

/** The command that runs the session, in the same directory. */
export const joinCommand = 'hive --hiveconf howdah.dir="$PWD" -f joins.hql'

/** The differences from the expected rows, a line each. */
export function checkJoins(stdout: readonly string[]): string[] {
  const found = stdout.filter((line) => line.trim() !== '')
  const waiting = [...JOINED]
  const more = found.filter((line) => {
    const at = waiting.indexOf(line)
    if (at >= 0) waiting.splice(at, 1)
    return at < 0
  })
  return [...waiting.map((line) => `missing: ${line}`), ...more.map((line) => `not expected: ${line}`)]
}
