import { EXIT } from '../../provisioners/errors.ts'
import { backupStore } from '../../provisioners/operations/store/backup.ts'
import type { Verb } from './context.ts'

export interface StoreBackupOptions {
  readonly file: string
  readonly to?: string
  readonly database?: string
}

/** `howdah store backup`: a dump on this machine, and a list of the rows of every table. */
export const storeBackup: Verb<StoreBackupOptions> = async (console, { file, to, database }) => {
  const report = await backupStore(console.operation(file), {
    ...(to !== undefined && { to }),
    ...(database !== undefined && { database }),
  })
  const { tables, bytes, server } = report.manifest
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  console.result(report, () =>
    [
      `${rows} rows of ${tables.length} tables from ${server.target} (${server.version}), ${bytes} bytes`,
      report.dump,
      report.manifestFile,
    ].join('\n'),
  )
  return EXIT.done
}
