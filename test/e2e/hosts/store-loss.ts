import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BackupOptions, BackupReport } from '../../../provisioners/operations/store/backup.ts'
import type { RestoreOptions, RestoreReport } from '../../../provisioners/operations/store/restore.ts'

/** A real server that may be killed, and the operations on it. */
export interface LossStage {
  /** A directory on this machine for the backups of these tests. */
  dir(): string
  backup(options: BackupOptions, signal?: AbortSignal): Promise<BackupReport>
  restore(options: RestoreOptions): Promise<RestoreReport>
  /** Runs statements as root of the server. Returns the rows as text. */
  sql(text: string): Promise<string>
  /**
   * Once resolved, watches for a connection that runs a statement with this text, and then stops the server (SIGSTOP).
   * `held` resolves to whether it did.
   */
  lookOut(words: string, givenUp: AbortSignal): Promise<{ readonly held: Promise<boolean> }>
  /** Continues a stopped server. */
  release(): Promise<void>
  /** Kills the server (SIGKILL). */
  kill(): Promise<void>
  start(): Promise<void>
  /** Paths of the temporary files of a backup or a restore on the host. */
  remains(): Promise<string>
}

const DATABASE = 'lossy'
/** Enough rows for each of the watched statements to take at least a second. */
const DOUBLINGS = 17

const LOST = { code: 'STORE_LOST', exitCode: 11 }

/** The result of an operation during which `interrupt` runs while the server runs a statement with this text. Throws when it
 * ended before. */
async function interruptedAt(
  stage: LossStage,
  words: string,
  work: () => Promise<unknown>,
  interrupt: () => unknown,
): Promise<unknown> {
  const over = new AbortController()
  const { held } = await stage.lookOut(words, over.signal)
  const ended = work().then(
    (value) => ({ value }),
    (error: unknown) => error,
  )
  ended.then(() => over.abort())
  if (!(await held)) throw new Error(`it ended before ${words} was seen: ${inspect(await ended)}`)
  await interrupt()
  return ended
}

/** Runs on a running server. Leaves it running, without the database of these tests. */
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

    it('leaves no files of a backup, and the next one is complete', async () => {
      const before = await read()
      // An incomplete dump is valid up to its last line.
      expect(await interruptedAt(stage, 'FROM `many`', backup, stage.kill)).toMatchObject(LOST)
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

    it('keeps no password on its host when the backup is interrupted', async () => {
      const held = readdirSync(stage.dir()).sort()
      const hand = new AbortController()
      const interrupt = () => {
        hand.abort()
        return stage.release()
      }
      const stopped = () => stage.backup({ database: DATABASE, to: stage.dir() }, hand.signal)
      expect(await interruptedAt(stage, 'FROM `many`', stopped, interrupt)).toMatchObject({
        code: 'RUN_ABORTED',
        exitCode: 130,
      })
      expect(readdirSync(stage.dir()).sort()).toEqual(held)
      // The script on the host ends once nobody reads its output.
      await vi.waitFor(async () => expect(await stage.remains()).toBe(''), { timeout: 30_000, interval: 200 })
    })

    it('keeps the tables that a restore would replace, when killed during the load and the verification', async () => {
      await stage.sql(`INSERT INTO ${DATABASE}.kept VALUES ('later')`)
      const before = await read()
      for (const words of ['INSERT INTO `many`', 'COUNT(*) AS total']) {
        expect(
          await interruptedAt(stage, words, () => stage.restore(again()), stage.kill),
          words,
        ).toMatchObject(LOST)
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
