/** The commands of the flow, as a user would type them on the gateway. Pure. */

import type { Cluster } from '../../config/types.ts'
import { SHORT_LIVED, streamingJar } from '../../services/support/index.ts'
import { raw, sh } from '../../shell.ts'
import type { HadoopDialect } from './dialect.ts'
import type { Place } from './place.ts'
import { daysOf } from './rows/expected.ts'
import type { Interval } from './rows/generator.ts'
import type { LmsTable } from './rows/lms-tables.ts'

/** Runs a command in a directory of its own below that of the run, so that it leaves files nowhere else. */
export const asTool = (place: Place, name: string, command: string): string => sh`set -eu
umask 022
mkdir -p ${`${place.local}/${name}`}
cd ${`${place.local}/${name}`}
export HOME=${place.local} PATH="/usr/local/bin:$PATH" LC_ALL=C.UTF-8
export HADOOP_CLIENT_OPTS=${SHORT_LIVED}
exec ${raw(command)} </dev/null`

const defines = (properties: Readonly<Record<string, string>>): string[] =>
  Object.entries(properties).map(([key, value]) => `-D${key}=${value}`)

/** The name and the tag that identify the jobs of the run. */
const marks = ({ hadoop, run }: Place, name: string): string[] => [
  `-D${hadoop.jobName}=${run} ${name}`,
  ...(hadoop.tags ? [`-D${hadoop.tags}=${run}`] : []),
]

const jobOptions = (place: Place, name: string): string[] => [
  ...defines(place.hadoop.small),
  ...defines(place.quick.sqoop),
  ...marks(place, name),
  // HiveServer2 may read the files as another user.
  `-D${place.hadoop.umask}=022`,
]

/** Options for where Sqoop puts the record class that it generates and compiles. */
const generated = (place: Place, name: string): string[] => {
  const dir = `${place.local}/${name}`
  return ['--outdir', dir, '--bindir', dir]
}

export const importDir = (place: Place, table: string): string => `${place.root}/import/${table}`

/** edX's arguments for Sqoop, except `--direct`, which needs mysqldump on every worker. */
export function sqoopImport(
  place: Place,
  source: { readonly url: string; readonly user: string; readonly day: string },
  table: LmsTable,
): string {
  const options = [
    ...jobOptions(place, `import ${table.name}`),
    ...['--connect', source.url, '--username', source.user],
    ...['--password-file', `file://${place.local}/lms.password`],
    ...['--table', table.name, '--columns', table.imported.join(',')],
    ...['--target-dir', `${importDir(place, table.name)}/dt=${source.day}`, '--num-mappers', '1'],
    ...['--null-string', '\\\\N', '--null-non-string', '\\\\N'],
    ...['--fields-terminated-by', '\\001', '--hive-delims-replacement', ' '],
    ...generated(place, `import-${table.name}`),
  ]
  return asTool(place, `import-${table.name}`, sh`sqoop import ${options}`)
}

export function sqoopExport(
  place: Place,
  target: { readonly url: string; readonly user: string },
  table: { readonly name: string; readonly columns: readonly string[] },
): string {
  const options = [
    ...jobOptions(place, `export ${table.name}`),
    ...['--connect', target.url, '--username', target.user],
    ...['--password-file', `file://${place.local}/reports.password`],
    ...['--table', table.name, '--columns', table.columns.join(',')],
    ...['--export-dir', `${place.root}/${table.name}`, '--num-mappers', '1'],
    ...['--input-null-string', '\\\\N', '--input-null-non-string', '\\\\N'],
    ...['--input-fields-terminated-by', '\\001'],
    ...generated(place, `export-${table.name}`),
  ]
  return asTool(place, `export-${table.name}`, sh`sqoop export ${options}`)
}

/**
 * Enrolment of each day, course and user from the raw logs, by Hadoop streaming with awk, so that workers need no Python.
 * Not in uber mode, because this job must have real map and reduce containers.
 */
export function streamingEnrolment(
  cluster: Cluster,
  place: Place,
  interval: Interval,
  logBytes: number,
): string {
  const { combine, reduces, whole } = place.hadoop
  const awk = (file: string, variables: readonly string[]): string =>
    `env LC_ALL=C awk ${variables.map((each) => `-v ${each}`).join(' ')} -f ${file}`
  const options = [
    ...marks(place, 'enrolment'),
    ...defines(whole),
    ...defines(place.quick.hadoop),
    `-D${reduces}=1`,
    // Two maps for many small files: gz files are not split, and a map reads several.
    ...(combine ? [`-D${combine.splitMax}=${Math.ceil(logBytes / 2)}`] : []),
    '-Dstream.map.input.ignoreKey=true',
    // Course, user, time and action are the key, so a reducer gets the events of a learner in order of time.
    '-Dstream.num.map.output.key.fields=4',
    ...['-files', `${place.local}/enrolment_map.awk,${place.local}/enrolment_reduce.awk`],
    ...(combine ? ['-inputformat', combine.format] : []),
    ...['-input', `${place.root}/tracking`, '-output', `${place.root}/course_enrollment`],
    ...['-mapper', awk('enrolment_map.awk', [`from=${interval.from}`, `to=${interval.to}`])],
    ...['-reducer', awk('enrolment_reduce.awk', [`days=${daysOf(interval).join(',')}`])],
  ]
  return asTool(place, 'enrolment', sh`hadoop jar ${streamingJar(cluster)} ${options}`)
}

export const hiveFile = (place: Place, file: string): string =>
  asTool(place, `hive-${file}`, sh`hive -f ${`${place.local}/${file}`}`)

/** Statements for HiveServer2. The oldest Beeline cannot read a file, so each statement is an argument. */
export function beelineScript(
  place: Place,
  url: string,
  user: string,
  script: { readonly file: string; readonly statements: readonly string[] },
): string {
  const { beeline } = place.hive
  const what = beeline.script
    ? ['-f', `${place.local}/${script.file}`]
    : script.statements.flatMap((statement) => ['-e', statement])
  const command = sh`beeline -u ${url} -n ${user} ${`--outputformat=${beeline.format}`} --showHeader=false ${what}`
  return asTool(place, `beeline-${script.file}`, command)
}

/** A command that HiveServer2 must refuse: it would list files as the account of HiveServer2. */
export const forbiddenScript = (place: Place, url: string, user: string): string =>
  asTool(place, 'beeline-dfs', sh`beeline -u ${url} -n ${user} -e ${'dfs -ls /;'}`)

/** Asks the JobTracker for the counters of a job. In later releases the client prints them. */
export const jobStatus = (place: Place, id: string): string =>
  asTool(place, 'counters', sh`hadoop job -status ${id}`)

/** Kills the jobs of the run. The JobTracker lists no names, so the file of each job is searched for the name of the run. */
export function killScript(place: Place): string {
  const { run } = place
  const tagged = `for id in $(yarn application -list -appTags ${run} 2>/dev/null | grep -o 'application_[0-9_]*'); do
  yarn application -kill "$id"
done`
  const named = `for id in $(hadoop job -list 2>/dev/null | grep -o '^job_[0-9_]*'); do
  file=$(hadoop job -status "$id" 2>/dev/null | sed -n 's/^file: *//p')
  hadoop fs -cat "$file" 2>/dev/null | grep -q ${run} && hadoop job -kill "$id"
done`
  return asTool(place, 'kill', sh`sh -c ${place.hadoop.jobs === 'yarn' ? tagged : named}`)
}

/** The command for the logs of a failed job. The JobTracker lists the page of each attempt. */
export const logsOf = (jobs: HadoopDialect['jobs'], id: string): string =>
  jobs === 'yarn'
    ? `yarn logs -applicationId ${id.replace('job_', 'application_')}`
    : `hadoop job -events ${id} 0 1000`

/** Ids of the jobs in the output of a tool, also from ids of attempts and applications; each once, in order. */
export const jobIds = (output: string): string[] => [
  ...new Set(
    [...output.matchAll(/\b(?:job|attempt|application)_(\d{6,}_\d{4,})(?=_[mr]_|\b)/g)].map(
      ([, id]) => `job_${id}`,
    ),
  ),
]

/** Whether a tool ran its job in its own JVM instead of on the cluster. */
export const ranLocally = (output: string): boolean => /\bjob_local\d*_\d+\b/.test(output)
