/** Hive's classic command line. A run parses its stdout as data. */

import { hdfsPaths } from '../../services/pipeline/index.ts'
import { sh } from '../../shell.ts'
import { CheckFailure, tail } from '../verify/checks.ts'
import { hadoopDialect, hiveDialect } from '../verify/dialect.ts'
import { checkJoins, type JoinsOptions, joinCommand, joinFiles } from '../verify/joins.ts'
import { jobIds, logsOf } from '../verify/tools.ts'
import { stepOf } from './checks-hdfs.ts'
import { failedHosts } from './failed-hosts.ts'
import { both, parseSteps, type StepResult, steps, writes } from './script.ts'
import type { PipelineCheck, PipelineRun } from './types.ts'

const PARTITION = "dt='2026-03-01'"

function hiveScript(run: PipelineRun, database: string): string {
  const location = `${run.fs}${hdfsPaths(run.input.pipeline).warehouse}/${database}`
  const show = (table: string, partition: string): string =>
    `use ${database}; show partitions ${table} partition (${partition})`
  const made = [
    `CREATE DATABASE IF NOT EXISTS ${database};`,
    `USE ${database};`,
    'DROP TABLE IF EXISTS enrolled;',
    `CREATE EXTERNAL TABLE enrolled (course STRING) PARTITIONED BY (\`dt\` STRING) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LOCATION '${location}';`,
    `ALTER TABLE enrolled ADD PARTITION (${PARTITION});`,
    `SHOW PARTITIONS enrolled PARTITION (${PARTITION});`,
  ].join('\n')
  return steps(
    writes('made.hql', made),
    sh`step make hive -f made.hql --hiveconf ${`mapred.job.name='${run.name}'`}`,
    sh`step absent hive -e ${show('enrolled', "dt='1999-12-31'")}`,
    sh`step missing hive -e ${show('no_such_table', PARTITION)}`,
  )
}

/** Problems in the output of `hive`, a line each. Every line of stdout counts as data. */
export function checkHive(found: ReadonlyMap<string, StepResult>): string[] {
  const printed = (name: string): string => stepOf(found, name).out.join('\n')
  const wrong: string[] = []
  for (const name of ['make', 'absent']) {
    const step = stepOf(found, name)
    if (step.exit !== 0) wrong.push(`${name}: exit ${step.exit}\n${tail(both(step), 8)}`)
  }
  if (printed('make') !== 'dt=2026-03-01') {
    wrong.push(`statements that end with showing one partition print ${JSON.stringify(printed('make'))}`)
  }
  if (printed('absent') !== '') {
    wrong.push(`for a missing partition hive prints on stdout, so it counts as there: ${printed('absent')}`)
  }
  if (stepOf(found, 'missing').exit === 0) wrong.push('hive does not fail for a missing table')
  return wrong
}

const hive: PipelineCheck = {
  name: 'hive',
  title: '`hive` prints data on stdout and nothing else, and fails where a table is missing',
  after: ['hdfs'],
  async run(run) {
    const database = run.name
    run.undos.push({
      what: `database ${database} of Hive`,
      undo: async () => {
        const drop = `drop database if exists ${database} cascade`
        const dropped = await run.shell(
          sh`hive -e ${drop} 2>&1; hadoop fs -rm -r -skipTrash ${`${hdfsPaths(run.input.pipeline).warehouse}/${database}`} >/dev/null 2>&1; :`,
          { evenIfStopped: true },
        )
        if (/FAILED|Exception/.test(dropped.stdout)) throw new Error(tail(dropped.stdout, 3))
      },
    })
    const { stdout } = await run.shell(hiveScript(run, database))
    const wrong = checkHive(parseSteps(stdout))
    if (wrong.length === 0) return 'a table, its partition, a missing partition and a missing table'
    throw new CheckFailure(
      wrong.join('\n'),
      `on ${run.master}, as ${run.input.pipeline.user}: hive -e 'show databases' 2>/dev/null; it must be Hive's own command line, not beeline`,
    )
  },
}

function joinOptions({ input: { cluster }, name }: PipelineRun): JoinsOptions {
  const { small, reduces } = hadoopDialect(cluster)
  return {
    database: `${name}_joins`,
    settings: { ...hiveDialect(cluster.versions.hive).settings, ...small, [reduces]: '1' },
  }
}

const joins: PipelineCheck = {
  name: 'joins',
  title: 'Hive joins on the workers: map-side into partitions, reduce-side, with a function of an added jar',
  after: ['hive'],
  async run(run) {
    const options = joinOptions(run)
    const { cluster, pipeline } = run.input
    run.undos.push({
      what: `database ${options.database} of Hive`,
      undo: async () => {
        const drop = `drop database if exists ${options.database} cascade`
        const dropped = await run.shell(sh`hive -e ${drop} 2>&1`, { evenIfStopped: true })
        if (dropped.exit !== 0) throw new Error(tail(dropped.stdout, 3))
      },
    })
    const { stdout, stderr } = await run.shell(
      steps(joinFiles(cluster, options), `step joins sh -c '${joinCommand}'`),
    )
    const found = parseSteps(stdout)
    if (!found.has('joins')) throw new CheckFailure(tail(stderr), `on ${run.master}: ls ${pipeline.home}`)
    const step = stepOf(found, 'joins')
    const output = both(step)
    const logs = jobIds(output).map((id) => logsOf(hadoopDialect(cluster).jobs, id))
    const next = ['howdah plan', ...logs.map((line) => `on ${run.master}: ${line}`)].join('; ')
    if (step.exit !== 0) {
      const hosts = await failedHosts(run, output)
      throw new CheckFailure([...hosts, `hive ended with ${step.exit}`, tail(output, 20)].join('\n'), next)
    }
    const wrong = checkJoins(step.out)
    if (wrong.length > 0) throw new CheckFailure(wrong.join('\n'), next)
    return `${step.out.length} rows as expected, in ${logs.length} jobs`
  },
}

export const HIVE_CHECKS: readonly PipelineCheck[] = [hive, joins]
