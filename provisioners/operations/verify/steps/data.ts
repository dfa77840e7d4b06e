/** Steps that load the sample: into the LMS database, onto the gateway, into HDFS. */

import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { ownText } from '../../../files.ts'
import { send } from '../../../runtime/ask.ts'
import { sh } from '../../../shell.ts'
import { CheckFailure } from '../checks.ts'
import type { Flow, Step } from '../flow.ts'
import { dropScript, importScript, logScript } from '../hive.ts'
import { lmsOf, RUN_USER, reportsOf } from '../place.ts'
import { LMS_TABLE_NAMES, LMS_TABLES } from '../rows/lms-tables.ts'
import { ident, letRead, loadLms, rows, serverVersion } from '../sql.ts'
import { hiveFile } from '../tools.ts'
import { loadLogs, parseListing, removeTree } from '../webhdfs.ts'

const UPLOADS_AT_ONCE = 4

/** The day of the imports' partition: the day after the last day of the logs, as in a nightly run. */
export const importDay = ({ data }: Flow): string => data.interval.to

const loadDatabase: Step = {
  name: 'lms data',
  title: 'Fill the LMS database',
  after: [],
  run: async (flow) => {
    const { place, data, input } = flow
    const { account } = lmsOf(input.cluster)
    return flow.sql('lms', 'admin', async (admin) => {
      flow.versions.lms = await serverVersion(admin)
      if (!place.keep) {
        flow.undos.push({
          what: `database ${place.lmsDatabase} of the LMS server`,
          undo: () =>
            flow.sql('lms', 'admin', async (again) => {
              await again.query(`DROP DATABASE IF EXISTS ${ident(place.lmsDatabase)}`)
              await letRead(again, account.user, place.lmsDatabase, 'REVOKE').catch(notGranted)
            }),
        })
      }
      const total = await loadLms(admin, place.lmsDatabase, data.lms)
      if (!place.keep) await letRead(admin, account.user, place.lmsDatabase, 'GRANT')
      return `${total} rows in ${LMS_TABLES.length} tables of ${place.lmsDatabase} on ${flow.versions.lms}`
    })
  },
}

/** ER_NONEXISTING_GRANT: the run stopped before it granted anything. */
export function notGranted(error: unknown): void {
  if ((error as { errno?: number }).errno !== 1141) throw error
}

const readLms: Step = {
  name: 'grant reader',
  title: 'The account that Sqoop imports with can read the LMS tables',
  after: ['lms data'],
  run: (flow) =>
    flow.sql(...lmsOf(flow.input.cluster).login, async (reader) => {
      const counts: string[] = []
      for (const table of LMS_TABLE_NAMES) {
        const at = `${ident(flow.place.lmsDatabase)}.${ident(table)}`
        const found = Number((await rows(reader, `SELECT COUNT(*) AS n FROM ${at}`))[0]?.n)
        const wanted = flow.data.lms[table].length
        if (found !== wanted) throw new CheckFailure(`${table} has ${found} rows instead of ${wanted}`)
        counts.push(`${table} ${found}`)
      }
      return counts.join(', ')
    }),
}

interface Upload {
  readonly name: string
  readonly content: Buffer
  readonly mode: string
}

const awk = (name: string): Upload => ({
  name,
  content: Buffer.from(ownText(`provisioners/operations/verify/streaming/${name}`)),
  mode: '0644',
})

function uploadsOf(flow: Flow): Upload[] {
  const { place, data, input } = flow
  const text = (name: string, content: string, mode = '0644'): Upload => ({
    name,
    content: Buffer.from(content),
    mode,
  })
  const secrets = [
    text('lms.password', input.secret(lmsOf(input.cluster).account.password), '0400'),
    text('reports.password', input.secret(reportsOf(input.cluster).pipeline.password), '0400'),
  ]
  return [
    ...data.files.map(({ name, content }) => ({ name, content: gzipSync(content), mode: '0644' })),
    awk('enrolment_map.awk'),
    awk('enrolment_reduce.awk'),
    text('logs.hql', logScript(place, data.interval)),
    text('imports.hql', importScript(place, importDay(flow))),
    text('drop.hql', dropScript(place)),
    ...secrets,
  ]
}

const deliver: Step = {
  name: 'delivery',
  title: 'Upload logs and scripts to the gateway',
  after: [],
  run: async (flow) => {
    const { local } = flow.place
    const { transports, signal } = flow.input
    flow.undos.push({
      what: `${local} on ${flow.place.gateway.name}`,
      undo: () => flow.must(sh`rm -rf ${local}`, { evenIfStopped: true }),
    })
    await flow.must(sh`umask 077; rm -rf ${local}; mkdir ${local}`)
    const uploads = uploadsOf(flow)
    const waiting = [...uploads]
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { name, content, mode } = next
        await send(transports, flow.place.gateway.name, {
          title: name,
          open: () => Readable.from([content]),
          bytes: content.length,
          sha256: createHash('sha256').update(content).digest('hex'),
          path: `${local}/${name}`,
          mode,
          as: RUN_USER,
          ...(signal && { signal }),
        })
      }
    }
    await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, worker))
    const logs = uploads.filter(({ name }) => name.endsWith('.gz'))
    flow.logBytes = logs.reduce((sum, { content }) => sum + content.length, 0)
    return `${uploads.length} files in ${local}, ${logs.length} of them logs of ${flow.logBytes} bytes`
  },
}

const toHdfs: Step = {
  name: 'logs in hdfs',
  title: 'Put the tracking logs into HDFS',
  after: ['delivery'],
  run: async (flow) => {
    const { place, data } = flow
    const names = data.files.map(({ name }) => name)
    if (!place.keep) {
      flow.undos.push({
        what: `${place.root} in HDFS`,
        undo: () => flow.must(removeTree(place, flow.namenode, flow.homeMade), { evenIfStopped: true }),
      })
    }
    const result = await flow.run(loadLogs(place, flow.namenode, names))
    flow.homeMade = /^home=made$/m.test(result.stdout)
    if (result.exit !== 0) throw new CheckFailure(result.stderr.trim())
    const listing = parseListing(result.stdout)
    const absent = names.filter((name) => !listing.has(name))
    const bytes = names.reduce((sum, name) => sum + (listing.get(name) ?? 0), 0)
    if (absent.length > 0) throw new CheckFailure(`not in ${place.root}/tracking: ${absent.join(', ')}`)
    if (bytes !== flow.logBytes) throw new CheckFailure(`${bytes} bytes arrived instead of ${flow.logBytes}`)
    return `${names.length} files, ${bytes} bytes in ${place.root}/tracking`
  },
}

/** Registers, once, the removal of the Hive tables, so that it runs before the directories are removed. */
export function undoHive(flow: Flow): void {
  const what = `database ${flow.place.hiveDatabase} of Hive`
  if (flow.place.keep || flow.undos.some((each) => each.what === what)) return
  flow.undos.push({
    what,
    undo: () => flow.must(hiveFile(flow.place, 'drop.hql'), { evenIfStopped: true }),
  })
}

export const DATA_STEPS: readonly Step[] = [loadDatabase, readLms, deliver, toHdfs]
