import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BackupOptions, BackupReport } from '../../../provisioners/operations/store/backup.ts'
import type { RestoreOptions, RestoreReport } from '../../../provisioners/operations/store/restore.ts'

/** A real server that may be killed, and the operations on it. */
export interface LossStage {
  /** A directory of this machine, for the backups of these tests alone. */
  dir(): string
  backup(options: BackupOptions, signal?: AbortSignal): Promise<BackupReport>
  restore(options: RestoreOptions): Promise<RestoreReport>
  /** Statements of the server's own root, and their rows as text. */
  sql(text: string): Promise<string>
  /**
   * Looks out, from the moment it resolves, for a connection at a statement with these words, and stops the server
   * there (SIGSTOP). `held` tells whether it did, or was given up before.
   */
  lookOut(words: string, givenUp: AbortSignal): Promise<{ readonly held: Promise<boolean> }>
  /** Lets a server that was stopped go on. */
  release(): Promise<void>
  /** Ends the server by SIGKILL. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Paths of whatever a backup or a restore keeps on the host while it works. */
  remains(): Promise<string>
}

const DATABASE = 'lossy'
/** So many rows that each of the statements waited for takes a second and more. */
const DOUBLINGS = 17

const LOST = { code: 'STORE_LOST', exitCode: 11 }

/** How a work ends that something befalls while the server is at a statement with these words. Throws where it ended before. */
async function struckAt(
  stage: LossStage,
  words: string,
  work: () => Promise<unknown>,
  strike: () => unknown,
): Promise<unknown> {
  const over = new AbortController()
  const { held } = await stage.lookOut(words, over.signal)
  const ended = work().then(
    (value) => ({ value }),
    (error: unknown) => error,
  )
  ended.then(() => over.abort())
  if (!(await held)) throw new Error(`it ended before ${words} was seen: ${inspect(await ended)}`)
  await strike()
  return ended
}

/** Runs on a server that stands ready, and leaves it running, without the database of these tests. */
export function lossCases(stage: LossStage): void {
  describe('a server that is killed in the middle', () => {
    let saved: BackupReport
    const backup = () => stage.backup({ database: DATABASE, to: stage.dir() })
    const again = (): RestoreOptions => ({
      ...{ backup: saved.dump, into: DATABASE, replace: true, confirm: DATABASE },
    })
    const read = () =>
      stage.sql(`CHECKSUM TABLE ${DATABASE}.many, ${DATABASE}.kept; SELECT * FROM ${DATABASE}.kept;
        SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '${DATABASE}%' ORDER BY 1`)

    beforeAll(async () => {
      const double = `INSERT INTO many (t) SELECT CONCAT(UUID(), RAND()) FROM many;`
      await stage.sql(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
        USE ${DATABASE};
        CREATE TABLE kept (word VARCHAR(20));
        INSERT INTO kept VALUES ('before');
        CREATE TABLE many (n INT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(64));
        INSERT INTO many (t) VALUES ('first'); ${double.repeat(DOUBLINGS)}`)
    })
    afterAll(async () => {
      const names = await stage.sql(
        `SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '%${DATABASE}%'`,
      )
      const drops = names.split('\n').filter((name) => name !== '')
      await stage.sql(drops.map((name) => `DROP DATABASE \`${name}\`;`).join('\n'))
    })

    it('leaves nothing of a backup, and the next one is whole', async () => {
      const before = await read()
      // Half a dump would still read like one up to its last line.
      expect(await struckAt(stage, 'FROM `many`', backup, stage.kill)).toMatchObject(LOST)
      expect(readdirSync(stage.dir())).toEqual([])
      expect(await stage.remains()).toBe('')
      await expect(backup()).rejects.toMatchObject({ exitCode: 11 })
      await stage.start()
      expect(await read()).toBe(before)
      saved = await backup()
      expect(dirname(saved.dump)).toBe(stage.dir())
      expect(saved.manifest.tables.map(({ name, rows }) => `${name} ${rows}`)).toEqual([
        'kept 1',
        `many ${2 ** DOUBLINGS}`,
      ])
    })

    it('that lives on while the backup is stopped by hand has no password of it left beside it', async () => {
      const held = readdirSync(stage.dir()).sort()
      const hand = new AbortController()
      const strike = () => {
        hand.abort()
        return stage.release()
      }
      const stopped = () => stage.backup({ database: DATABASE, to: stage.dir() }, hand.signal)
      expect(await struckAt(stage, 'FROM `many`', stopped, strike)).toMatchObject({
        code: 'RUN_ABORTED',
        exitCode: 130,
      })
      expect(readdirSync(stage.dir()).sort()).toEqual(held)
      // The host's part ends by itself, once it finds that nobody reads it any more.
      await vi.waitFor(async () => expect(await stage.remains()).toBe(''), { timeout: 30_000, interval: 200 })
    })

    it('leaves what a restore was to replace, killed while it loads and while it proves', async () => {
      await stage.sql(`INSERT INTO ${DATABASE}.kept VALUES ('later')`)
      const before = await read()
      for (const words of ['INSERT INTO `many`', 'COUNT(*) AS total']) {
        expect(await struckAt(stage, words, () => stage.restore(again()), stage.kill), words).toMatchObject(
          LOST,
        )
        expect(await stage.remains(), words).toBe('')
        await stage.start()
        expect(await read(), words).toBe(before)
      }
      const report = await stage.restore(again())
      expect(report).toMatchObject({ ok: true, rows: 2 ** DOUBLINGS + 1, differences: [] })
      expect(await stage.sql(`SELECT * FROM ${DATABASE}.kept`)).toBe('before')
      expect(await stage.sql(`SELECT * FROM ${report.moved?.to}.kept`)).toBe('before\nlater')
      expect(await stage.sql("SHOW DATABASES LIKE 'howdah%'")).toBe('')
    })
  })
}
