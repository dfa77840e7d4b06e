/** The commands of the flow, as a person would type them on the gateway. Pure. */

import { raw, sh } from '../../shell.ts'
import type { Cluster } from '../../spec/types.ts'
import { daysOf } from './expected.ts'
import type { Interval } from './generator.ts'
import type { LmsTable } from './lms-tables.ts'
import type { Place } from './place.ts'

/** Short-lived JVMs: the first compiler only, and one thread to collect. */
const CLIENT_OPTS = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto'

/** A command runs in a directory of its own below the run's, which it cannot litter beyond. */
export const asTool = (place: Place, name: string, command: string): string => sh`set -eu
umask 022
mkdir -p ${`${place.local}/${name}`}
cd ${`${place.local}/${name}`}
export HOME=${place.local} PATH="/usr/local/bin:$PATH" LC_ALL=C.UTF-8
export HADOOP_CLIENT_OPTS=${CLIENT_OPTS}
exec ${raw(command)} </dev/null`

const defines = (properties: Readonly<Record<string, string>>): string[] =>
  Object.entries(properties).map(([key, value]) => `-D${key}=${value}`)

/** Small jobs run inside their ApplicationMaster: one container each, still on a NodeManager. */
const jobOptions = (place: Place, name: string): string[] => [
  '-Dmapreduce.job.ubertask.enable=true',
  ...defines(place.quick.sqoop),
  `-Dmapreduce.job.name=${place.run} ${name}`,
  `-Dmapreduce.job.tags=${place.run}`,
  // HiveServer2 may read as another user.
  '-Dfs.permissions.umask-mode=022',
]

/** Where Sqoop puts the record class that it writes and compiles. */
const generated = (place: Place, name: string): string[] => {
  const dir = `${place.local}/${name}`
  return ['--outdir', dir, '--bindir', dir]
}

export const importDir = (place: Place, table: string): string => `${place.root}/import/${table}`

/** edX's arguments for Sqoop, but for `--direct`, which wants mysqldump on every worker. */
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
 * Enrolment of each day, course and user from the raw logs, by Hadoop streaming with awk: no Python on the workers.
 * Not in uber mode: this is the job that must have real map and reduce containers.
 */
export function streamingEnrolment(
  cluster: Cluster,
  place: Place,
  interval: Interval,
  logBytes: number,
): string {
  const jar = `${cluster.directories.install}/hadoop/current/share/hadoop/tools/lib/hadoop-streaming-${cluster.versions.hadoop}.jar`
  const awk = (file: string, variables: readonly string[]): string =>
    `env LC_ALL=C awk ${variables.map((each) => `-v ${each}`).join(' ')} -f ${file}`
  const options = [
    `-Dmapreduce.job.name=${place.run} enrolment`,
    `-Dmapreduce.job.tags=${place.run}`,
    '-Dmapreduce.job.ubertask.enable=false',
    ...defines(place.quick.hadoop),
    '-Dmapreduce.job.reduces=1',
    // Many small files, two maps: each gz file whole, but several to a map.
    `-Dmapreduce.input.fileinputformat.split.maxsize=${Math.ceil(logBytes / 2)}`,
    '-Dstream.map.input.ignoreKey=true',
    // Course, user, time and action are all key, so a reducer sees the events of a learner in order of time.
    '-Dstream.num.map.output.key.fields=4',
    ...['-files', `${place.local}/enrolment_map.awk,${place.local}/enrolment_reduce.awk`],
    ...['-inputformat', 'org.apache.hadoop.mapred.lib.CombineTextInputFormat'],
    ...['-input', `${place.root}/tracking`, '-output', `${place.root}/course_enrollment`],
    ...['-mapper', awk('enrolment_map.awk', [`from=${interval.from}`, `to=${interval.to}`])],
    ...['-reducer', awk('enrolment_reduce.awk', [`days=${daysOf(interval).join(',')}`])],
  ]
  return asTool(place, 'enrolment', sh`hadoop jar ${jar} ${options}`)
}

export const hiveFile = (place: Place, file: string): string =>
  asTool(place, `hive-${file}`, sh`hive -f ${`${place.local}/${file}`}`)

export const beelineFile = (place: Place, url: string, user: string, file: string): string =>
  asTool(
    place,
    `beeline-${file}`,
    sh`beeline -u ${url} -n ${user} --outputformat=tsv2 --showHeader=false -f ${`${place.local}/${file}`}`,
  )

/** Ids of the jobs that a tool's output speaks of, each once, in order. */
export const jobIds = (output: string): string[] => [...new Set(output.match(/\bjob_\d{6,}_\d{4,}\b/g) ?? [])]

/** Whether a tool ran its job in its own JVM, without the cluster. */
export const ranLocally = (output: string): boolean => /\bjob_local\d+_\d+\b/.test(output)
