/**
 * Joins of small tables whose answer is known, for the `hive` command: on the side of the maps with a partitioned
 * insert, on the side of the reduces, and in both a function of a class that comes by ADD JAR. Two jobs, one session.
 * The tables are files that are loaded, so that no job is spent on filling them. Pure.
 */

import type { Cluster } from '../../config/types.ts'
import { heredoc } from '../../engine/fragments.ts'
import { javaHome } from '../../services/support/index.ts'
import { sh } from '../../shell.ts'
import type { Properties } from './dialect.ts'

const COURSES = ['1\talgebra', '2\tbotany', '3\tchemistry']
const LEARNERS = ['1\tann', '1\tbob', '2\tcy', '4\tdee']

/** Compiled on the gateway: a class that no host has, so that a task can have it from nowhere but the jar. */
const FUNCTION = `import org.apache.hadoop.hive.ql.exec.UDF;
public class HowdahMark extends UDF {
  public String evaluate(String text) {
    return text == null ? null : "<" + text + ">";
  }
}
`

/** Lines of stdout, in any order: of the partitioned table, and of the outer join. */
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

/** A task that fails once fails the check: three more attempts, perhaps on another host, would hide what is broken. */
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
    // Quoted for the shell below: Hive reads the braces.
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
    // Hive of these releases joins to both sides by reducers alone; the setting says so to later ones.
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

/** Shell that writes the files and compiles the function, in the directory in which it runs. */
export function joinFiles(cluster: Cluster, options: JoinsOptions): string {
  const { install } = cluster.directories
  // Hive may run on a JRE. Sqoop compiles what it moves, so its JDK is on the same host (the plan refuses a JRE there).
  const homes = [...new Set([javaHome(cluster, 'hive'), javaHome(cluster, 'sqoop')])]
  const none = `no javac in ${homes.join(' or ')}: the function that Hive loads is compiled there; install a JDK in place of the JRE`
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

/** The command of the session, in the same directory. */
export const joinCommand = 'hive --hiveconf howdah.dir="$PWD" -f joins.hql'

/** What differs from the rows that are known, a line each. */
export function judgeJoins(stdout: readonly string[]): string[] {
  const found = stdout.filter((line) => line.trim() !== '')
  const waiting = [...JOINED]
  const more = found.filter((line) => {
    const at = waiting.indexOf(line)
    if (at >= 0) waiting.splice(at, 1)
    return at < 0
  })
  return [...waiting.map((line) => `missing: ${line}`), ...more.map((line) => `not expected: ${line}`)]
}
