import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { loadCluster } from '../../../../provisioners/config/index.ts'
import { silent } from '../../../../provisioners/events.ts'
import { loginWorks } from '../../../../provisioners/mysql/index.ts'
import { backupStore } from '../../../../provisioners/operations/store/backup.ts'
import { storePlace } from '../../../../provisioners/operations/store/place.ts'
import { restoreStore } from '../../../../provisioners/operations/store/restore.ts'
import { rotatePasswords } from '../../../../provisioners/operations/store/rotate.ts'
import { databaseLink } from '../../../../provisioners/runtime/database.ts'
import { openSession } from '../../../../provisioners/runtime/session.ts'
import type { OperationOptions } from '../../../../provisioners/runtime/types.ts'
import { Secret } from '../../../../provisioners/secret.ts'
import { expectExit } from '../../support.ts'

/** The result store of a whole deployment: audit, rotation of passwords in use, backup and restore. */
export function storeTests({ file }: { readonly lab: string; readonly file: string }): void {
  const options: OperationOptions = {
    file,
    report: silent,
    prompts: { confirm: async () => false, stdin: async () => '' },
  }

  /** One connection of the administrator, for a few statements. */
  async function admin(...statements: readonly string[]): Promise<string[]> {
    const session = await openSession(options)
    try {
      const connection = await storePlace(session).connect()
      const said: string[] = []
      for (const sql of statements) {
        const [rows] = await connection.query(sql)
        said.push(JSON.stringify(rows))
      }
      connection.destroy()
      return said
    } finally {
      await session.close()
    }
  }

  it('the result store passes the audit', async () => {
    await expectExit(0, ['store', 'audit', file])
  })

  it('its passwords change while clients log in, and none is refused', async () => {
    const { name, resultStore: store } = await loadCluster(file)
    if (!store) throw new Error('the deployment has a result store')
    const secrets = join(dirname(file), '.howdah', name, 'secrets')
    const session = await openSession(options)
    const seen = { ok: 0, refused: 0 }
    let stop = false
    const accounts = [store.pipeline, store.api].flatMap(({ user, password }) =>
      password.kind === 'generate' ? [{ user, path: join(secrets, password.name) }] : [],
    )
    expect(accounts.length).toBe(2)
    const before = accounts.map(({ path }) => readFileSync(path, 'utf8'))
    const client = (async () => {
      while (!stop) {
        for (const { user, path } of accounts) {
          const password = new Secret(readFileSync(path, 'utf8').trim(), user)
          const works = await loginWorks(() => databaseLink(session, store.server), { user, password })
          seen[works ? 'ok' : 'refused'] += 1
        }
      }
    })()
    try {
      const rotate = { accounts: ['pipeline', 'api'] } as const
      const { withdrawn } = await rotatePasswords(options, rotate, async () => true)
      expect(withdrawn).toEqual(['pipeline', 'api'])
    } finally {
      stop = true
      await client
      await session.close()
    }
    expect(seen.refused).toBe(0)
    expect(seen.ok).toBeGreaterThan(5)
    for (const [i, { path }] of accounts.entries()) {
      expect(readFileSync(path, 'utf8')).not.toBe(before[i])
      expect(existsSync(`${path}.old`) || existsSync(`${path}.next`)).toBe(false)
    }
    await expectExit(0, ['store', 'audit', file])
    // Every host has the new password, and nothing still runs with the old one.
    const plan = JSON.parse((await expectExit(0, ['plan', '--json', file])).out) as { steps: unknown[] }
    expect(plan.steps).toEqual([])
  })

  it('a dropped table is restored from a backup, row for row', async () => {
    await admin(
      'CREATE TABLE IF NOT EXISTS reports.howdah_backup_check (course_id VARCHAR(255) NOT NULL, n INT)',
      "INSERT INTO reports.howdah_backup_check VALUES ('edX/Demo', 1), ('edx/demo', 2)",
    )
    const { dump, manifest } = await backupStore(options, {})
    expect(manifest.tables.find(({ name }) => name === 'howdah_backup_check')?.rows).toBe(2)
    await admin('DROP TABLE reports.howdah_backup_check')
    const place = { backup: dump, into: 'reports', replace: true, confirm: 'reports' }
    const report = await restoreStore(options, place, async () => true)
    expect(report).toMatchObject({ ok: true, differences: [] })
    const [rows] = await admin('SELECT course_id, n FROM reports.howdah_backup_check ORDER BY n')
    expect(rows).toBe('[{"course_id":"edX/Demo","n":1},{"course_id":"edx/demo","n":2}]')
    await admin(
      'DROP TABLE reports.howdah_backup_check',
      ...(report.moved ? [`DROP DATABASE ${report.moved.to}`] : []),
    )
  })
}
