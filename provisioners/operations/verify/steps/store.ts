/** Steps on the result store: the grants of the pipeline and of the api user, and all rows of the results. */

import type { Connection } from 'mysql2/promise'
import { CheckFailure } from '../checks.ts'
import type { Flow, Step } from '../flow.ts'
import { reportsOf } from '../place.ts'
import { compareRows, describe } from '../rows/compare.ts'
import { courseActivity, courseEnrollmentDaily, type Rows } from '../rows/expected.ts'
import {
  ident,
  letRead,
  makeReportTables,
  mustBeRefused,
  notBinary,
  REPORT_TABLES,
  type ReportTable,
  readReport,
  rows,
  serverVersion,
} from '../sql.ts'
import { notGranted } from './data.ts'

/** A table with one row in the real database, so that the real grants are tested. */
const probeTable = (flow: Flow): string =>
  `${ident(reportsOf(flow.input.cluster).database)}.${ident(`${flow.place.run}_probe`)}`

function undoStore(flow: Flow): void {
  const { place, input } = flow
  const { api } = reportsOf(input.cluster)
  flow.undos.push({
    what: `what the run made in the result store (${probeTable(flow)}, database ${place.reportsDatabase})`,
    undo: () =>
      flow.sql('result-store', 'admin', async (admin) => {
        await admin.query(`DROP TABLE IF EXISTS ${probeTable(flow)}`)
        if (place.keep) return
        await admin.query(`DROP DATABASE IF EXISTS ${ident(place.reportsDatabase)}`)
        await letRead(admin, api.user, place.reportsDatabase, 'REVOKE').catch(notGranted)
      }),
  })
}

const pipelineMay: Step = {
  name: 'grant pipeline',
  title: 'The pipeline account creates its databases and tables',
  after: [],
  run: async (flow) => {
    undoStore(flow)
    return flow.sql('result-store', 'pipeline', async (pipeline) => {
      flow.versions['result-store'] = await serverVersion(pipeline)
      await pipeline.query(
        `CREATE TABLE ${probeTable(flow)} (id BIGINT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(255))`,
      )
      await pipeline.query(`INSERT INTO ${probeTable(flow)} (word) VALUES ('here')`)
      await makeReportTables(pipeline, flow.place.reportsDatabase)
      const names = REPORT_TABLES.map(({ name }) => name).join(', ')
      return `${names} in ${flow.place.reportsDatabase} on ${flow.versions['result-store']}`
    })
  },
}

const apiMay: Step = {
  name: 'grant api',
  title: 'The api account reads the reports',
  after: ['grant pipeline'],
  run: async (flow) => {
    const { place, input } = flow
    const { database, api } = reportsOf(input.cluster)
    const words = await flow.sql('result-store', 'api', (connection) =>
      rows(connection, `SELECT word FROM ${probeTable(flow)}`),
    )
    if (words.length !== 1 || words[0]?.word !== 'here') {
      throw new CheckFailure(`${api.user} reads ${JSON.stringify(words)} instead of one row`)
    }
    // The account may not read the database of the run, so it gets that grant for this run only.
    if (!place.keep) {
      await flow.sql('result-store', 'admin', (admin) =>
        letRead(admin, api.user, place.reportsDatabase, 'GRANT'),
      )
    }
    return `${api.user} reads ${database}`
  },
}

const refusal = (verb: string, title: string, statement: (flow: Flow) => string): Step => ({
  name: `api ${verb} refused`,
  title,
  after: ['grant api'],
  run: (flow) =>
    flow.sql('result-store', 'api', (connection) =>
      mustBeRefused(connection, reportsOf(flow.input.cluster).api.user, statement(flow)),
    ),
})

const reportsName = (flow: Flow): string => ident(reportsOf(flow.input.cluster).database)

const REFUSALS: readonly Step[] = [
  refusal(
    'insert',
    'The api account may not insert',
    (flow) => `INSERT INTO ${probeTable(flow)} (word) VALUES ('no')`,
  ),
  refusal(
    'create',
    'The api account may not create',
    (flow) => `CREATE TABLE ${reportsName(flow)}.${ident(`${flow.place.run}_no`)} (id INT)`,
  ),
  refusal('drop', 'The api account may not drop', (flow) => `DROP TABLE ${probeTable(flow)}`),
]

const collation: Step = {
  name: 'collation',
  title: 'Every new text column compares by bytes',
  after: ['grant pipeline'],
  run: (flow) =>
    flow.sql('result-store', 'pipeline', async (pipeline) => {
      const { bad, columns } = await notBinary(pipeline, flow.place.reportsDatabase)
      if (bad.length > 0) {
        throw new CheckFailure(
          `not a binary collation: ${bad.join(', ')}`,
          'howdah bootstrap sets the server’s and the database’s default; tables made before keep theirs',
        )
      }
      if (columns === 0) throw new CheckFailure('no text column was found')
      return `${columns} columns`
    }),
}

const EXPECTED: Readonly<Record<string, (flow: Flow) => Rows>> = {
  course_enrollment_daily: ({ data }) => courseEnrollmentDaily(data.events, data.interval),
  course_activity: ({ data }) => courseActivity(data.events, data.interval),
}

/** Queries each course alone, like the Data API. For two courses that differ only in case, a wrong collation returns both. */
async function eachCourse(
  connection: Connection,
  flow: Flow,
  table: ReportTable,
  expected: Rows,
): Promise<void> {
  const at = `${ident(flow.place.reportsDatabase)}.${ident(table.name)}`
  for (const asked of new Set(expected.map((row) => String(row[0])))) {
    const found = await rows(connection, `SELECT COUNT(*) AS n FROM ${at} WHERE course_id = ?`, [asked])
    const wanted = expected.filter((row) => row[0] === asked).length
    if (Number(found[0]?.n) === wanted) continue
    throw new CheckFailure(`for ${asked}, ${table.name} returns ${found[0]?.n} rows, not ${wanted}`)
  }
}

const rowsStep = (table: ReportTable): Step => ({
  name: `rows ${table.name}`,
  title: `The api account reads ${table.name}, and every row is right`,
  after: [`export ${table.name}`, 'grant api'],
  run: (flow) =>
    flow.sql('result-store', 'api', async (connection) => {
      const found = await readReport(connection, flow.place.reportsDatabase, table)
      const expected = EXPECTED[table.name]?.(flow) ?? []
      const comparison = compareRows(table.name, expected, found, table.keyColumns)
      flow.tables.push({ name: table.name, columns: table.columns, rows: found })
      flow.compared.push(comparison)
      if (comparison.mismatches.length > 0) throw new CheckFailure(describe(comparison))
      await eachCourse(connection, flow, table, expected)
      return `${comparison.rows} of ${comparison.rows} rows are right`
    }),
})

export const STORE_STEPS: readonly Step[] = [
  pipelineMay,
  apiMay,
  ...REFUSALS,
  collation,
  ...REPORT_TABLES.map(rowsStep),
]
