/** Steps that run jobs on the cluster: imports, the streaming job, both clients of Hive, exports. */

import { hasServerSite, serverCommands } from '../../../services/hive/server-site.ts'
import { sh } from '../../../shell.ts'
import { CheckFailure, tail } from '../checks.ts'
import type { Flow, Step } from '../flow.ts'
import { importStatements, joinsDatabase, parseAudit, parseJoined, sessionSettings } from '../hive.ts'
import { jdbcUrl } from '../jdbc.ts'
import { checkJoins, joinCommand, joinFiles } from '../joins.ts'
import { hostOf, lmsOf, portOf, RUN_USER, reportsOf } from '../place.ts'
import { compareRows, describe } from '../rows/compare.ts'
import { importAudit, joinedRows, type Rows } from '../rows/expected.ts'
import { LMS_TABLES, type LmsTable } from '../rows/lms-tables.ts'
import { REPORT_TABLES, type ReportTable } from '../sql.ts'
import {
  asTool,
  beelineScript,
  forbiddenScript,
  hiveFile,
  jobIds,
  jobStatus,
  sqoopExport,
  sqoopImport,
  streamingEnrolment,
} from '../tools.ts'
import { importDay, undoHive } from './data.ts'

const importName = (table: LmsTable): string => `import ${table.name}`

const importStep = (table: LmsTable): Step => ({
  name: importName(table),
  title: `Sqoop imports ${table.name} from the LMS`,
  after: ['grant reader', 'logs in hdfs'],
  run: async (flow) => {
    const { place, versions, data, input } = flow
    const { server, account } = lmsOf(input.cluster)
    const url = jdbcUrl(server, place.lmsDatabase, versions.lms)
    const source = { url, user: account.user, day: importDay(flow) }
    const result = await flow.tool(importName(table), sqoopImport(place, source, table))
    const retrieved = /Retrieved (\d+) records/.exec(result.stderr + result.stdout)?.[1]
    const wanted = data.lms[table.name].length
    if (retrieved !== undefined && Number(retrieved) !== wanted) {
      throw new CheckFailure(`Sqoop retrieved ${retrieved} rows instead of ${wanted}`)
    }
    return `${wanted} rows`
  },
})

/** The value of a counter in an output. */
const counter = (output: string, name: string): number =>
  Number(new RegExp(`^\\s*${name}=(\\d+)\\s*$`, 'm').exec(output)?.[1] ?? Number.NaN)

/** The counters of a job, from the output of the client or from the JobTracker. */
async function counters(flow: Flow, output: string): Promise<string> {
  if (flow.place.hadoop.jobs === 'yarn') return output
  return (await flow.must(jobStatus(flow.place, jobIds(output)[0] ?? ''))).stdout
}

const streaming: Step = {
  name: 'streaming enrolment',
  title: 'Hadoop streaming reads the logs',
  after: ['logs in hdfs'],
  run: async (flow) => {
    const { place, data, input, logBytes } = flow
    const script = streamingEnrolment(input.cluster, place, data.interval, logBytes)
    const result = await flow.tool('streaming enrolment', script)
    const output = await counters(flow, `${result.stdout}\n${result.stderr}`)
    const lines = counter(output, 'Lines')
    const malformed = counter(output, 'Malformed')
    if (lines !== data.lines.total || malformed !== data.lines.unparsable) {
      throw new CheckFailure(
        `the mappers counted ${lines} lines, ${malformed} of them malformed, ` +
          `instead of ${data.lines.total} and ${data.lines.unparsable}\n${tail(output)}`,
      )
    }
    return `${lines} lines, ${malformed} malformed ones skipped`
  },
}

const hiveTables: Step = {
  name: 'hive tables',
  title: 'Hive computes course_enrollment_daily and course_activity',
  after: ['streaming enrolment'],
  run: async (flow) => {
    undoHive(flow)
    await flow.hive('hive tables', hiveFile(flow.place, 'logs.hql'))
    return `${REPORT_TABLES.length} tables in ${flow.place.hiveDatabase}`
  },
}

const hiveJoins: Step = {
  name: 'hive joins',
  title: 'Hive joins on the workers: map-side into partitions, reduce-side, with a function of an added jar',
  after: ['logs in hdfs'],
  run: async (flow) => {
    undoHive(flow)
    const { place, input } = flow
    const files = joinFiles(input.cluster, {
      database: joinsDatabase(place),
      location: `${place.root}/joins`,
      settings: sessionSettings(place),
    })
    const script = asTool(place, 'joins', sh`sh -c ${`${files}\nexec ${joinCommand}`}`)
    const { stdout } = await flow.hive('hive joins', script)
    const wrong = checkJoins(stdout.split('\n'))
    if (wrong.length > 0) throw new CheckFailure(wrong.join('\n'))
    return 'all rows as expected'
  },
}

/** HiveServer2 must not read files for its users by the command `dfs`, unless cluster.yml lets it. */
async function refusesFiles(flow: Flow, url: string): Promise<void> {
  const { cluster } = flow.input
  if (!hasServerSite(cluster.versions.hive) || serverCommands(cluster).includes('dfs')) return
  const { stdout, stderr } = await flow.run(forbiddenScript(flow.place, url, RUN_USER))
  if (/Insufficient privileges to execute dfs/.test(stdout + stderr)) return
  throw new CheckFailure(
    `HiveServer2 did not refuse the command dfs, which reads files as its account\n${tail(stdout + stderr, 10)}`,
    'howdah plan --only hive',
  )
}

const hiveServer: Step = {
  name: 'hiveserver2 query',
  title: 'HiveServer2 reads every imported row and column',
  after: LMS_TABLES.map(importName),
  run: async (flow) => {
    undoHive(flow)
    const { cluster } = flow.input
    const url = `jdbc:hive2://${hostOf(cluster, 'hiveserver2').name}:${portOf(cluster, 'hiveserver2')}/default`
    const script = { file: 'imports.hql', statements: importStatements(flow.place, importDay(flow)) }
    const result = await flow.hive('hiveserver2 query', beelineScript(flow.place, url, RUN_USER, script))
    const found: Rows = parseAudit(result.stdout)
    const comparison = compareRows('imports', importAudit(flow.data.lms), found, 2)
    flow.compared.push(comparison)
    if (comparison.mismatches.length > 0) {
      throw new CheckFailure(`${describe(comparison)}\n${tail(result.stderr, 10)}`)
    }
    await refusesFiles(flow, url)
    const joined = parseJoined(result.stdout)
    const wanted = joinedRows(flow.data.lms)
    if (joined !== wanted) {
      throw new CheckFailure(
        `a join has ${joined ?? 'no'} rows instead of ${wanted}\n${tail(result.stderr, 10)}`,
      )
    }
    return LMS_TABLES.map(({ name }) => `${name} ${found.filter(([table]) => table === name).length}`).join(
      ', ',
    )
  },
}

const exportStep = (table: ReportTable): Step => ({
  name: `export ${table.name}`,
  title: `Sqoop exports ${table.name} to the result store`,
  after: ['hive tables', 'grant pipeline'],
  run: async (flow) => {
    const { place, versions, input } = flow
    const { server, pipeline } = reportsOf(input.cluster)
    const url = jdbcUrl(server, place.reportsDatabase, versions['result-store'])
    const script = sqoopExport(place, { url, user: pipeline.user }, table)
    const result = await flow.tool(`export ${table.name}`, script)
    const exported = /Exported (\d+) records/.exec(result.stderr + result.stdout)?.[1]
    return exported === undefined ? 'done' : `${exported} rows`
  },
})

export const JOB_STEPS: readonly Step[] = [
  // The longest chain first.
  streaming,
  ...LMS_TABLES.map(importStep),
  hiveTables,
  hiveJoins,
  hiveServer,
  ...REPORT_TABLES.map(exportStep),
]
