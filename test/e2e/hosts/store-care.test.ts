import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labDown, labSshArgs } from '../../../lab/index.ts'
import { type BackupReport, backupStore } from '../../../provisioners/operations/store/backup.ts'
import { auditCluster } from '../../../provisioners/operations/store/index.ts'
import { type RestoreOptions, restoreStore } from '../../../provisioners/operations/store/restore.ts'
import { type RotationReport, rotatePasswords } from '../../../provisioners/operations/store/rotate.ts'
import { sh } from '../../../provisioners/shell.ts'
import { expectExit, noLab } from '../support.ts'
import { CLIENT_LOG, desired, HOST, options, settle, storeLab } from './store-lab.ts'
import { lossCases } from './store-loss.ts'

const LAB = 'store-care'
const skip = noLab()

/** Returns 1 as soon as another connection runs a statement with this text, or 0 after a second. */
const watch = (words: string): string => `BEGIN NOT ATOMIC
  DECLARE seen, round INT DEFAULT 0;
  WHILE seen = 0 AND round < 200 DO
    SELECT COUNT(*) > 0 INTO seen FROM information_schema.processlist
      WHERE id <> CONNECTION_ID() AND INSTR(info, '${words}') > 0;
    SET round = round + 1;
    IF seen = 0 THEN DO SLEEP(0.005); END IF;
  END WHILE;
  SELECT seen;
END//`

/** A real server on a real host: passwords change while a program keeps logging in, and backups are verified. */
describe.skipIf(skip)(`care for the result store${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let file = ''
  let saved: BackupReport

  const root = async (script: string): Promise<string> => {
    const [program = 'ssh', ...args] = await labSshArgs(LAB, HOST)
    const { stdout } = await execa(program, [...args, 'sudo', 'sh', '-s'], {
      input: script,
      timeout: 120_000,
    })
    return stdout
  }
  /**
   * Runs in the server, which sees a statement even when its host is busy. Each query takes at most a second, so that the
   * loop ends with the connection, and never stops a server that no test uses.
   */
  const lookOut = async (words: string, givenUp: AbortSignal) => {
    const [program = 'ssh', ...args] = await labSshArgs(LAB, HOST)
    const looking = execa(program, [...args, 'sudo', 'sh', '-s'], {
      ...{ timeout: 120_000, reject: false, cancelSignal: givenUp },
      input: sh`server=$(systemctl show -p MainPID --value mariadb)
        while echo looking; do
          seen=$(mariadb -N --delimiter=// -e ${watch(words)}) || exit
          if [ "$seen" = 1 ]; then kill -STOP "$server"; echo held; exit; fi
        done`,
    })
    const looks = new Promise((resolve) => {
      looking.stdout.once('data', resolve)
    })
    await Promise.race([looks, looking])
    return { held: looking.then(({ stdout }) => stdout.endsWith('held')) }
  }
  const restore = (change: Partial<RestoreOptions> = {}) =>
    restoreStore(options(file), { backup: saved.dump, ...change }, async () => true)
  const backup = () => backupStore(options(file), {})
  const problems = async () =>
    (await auditCluster(options(file))).accounts.map(({ account, problem }) => `${account}: ${problem}`)
  const sql = (text: string) => root(`mariadb -N <<'SQL'\n${text}\nSQL`)
  const secret = (name: string) => join(dirname(file), '.howdah', LAB, 'secrets', name)
  const value = (name: string) => readFileSync(secret(name), 'utf8').trim()
  const rotate = (change: Partial<Parameters<typeof rotatePasswords>[1]> = {}): Promise<RotationReport> =>
    rotatePasswords(options(file), { accounts: ['api'], desired, ...change }, async () => true)
  /** Logins of the two readers since the last time, each 'ok' or 'FAIL'. */
  const logins = async (): Promise<Record<string, number>> => {
    const lines = (await root(`cat ${CLIENT_LOG}; : >${CLIENT_LOG}`))
      .split('\n')
      .filter((line) => line !== '')
    return Object.fromEntries(
      [...new Set(lines)].map((line) => [line, lines.filter((each) => each === line).length]),
    )
  }
  const logsIn = async (user: string, password: string): Promise<boolean> =>
    (await root(`printf '[client]\\nuser=%s\\npassword=%s\\n' ${user} ${password} >/run/try.cnf
      if mariadb --defaults-file=/run/try.cnf -h127.0.0.1 --skip-ssl-verify-server-cert -e 'SELECT 1' >/dev/null 2>&1; then echo yes; else echo no; fi`)) ===
    'yes'
  const checkReaders = async (): Promise<void> => {
    const seen = await logins()
    expect(Object.keys(seen).sort()).toEqual(['daemon ok', 'fresh ok'])
    expect(seen['daemon ok']).toBeGreaterThan(5)
  }

  beforeAll(async () => {
    // All that follows uses TLS, and would be refused without it.
    file = (await storeLab(LAB, { resultStore: { tls: 'required' } })).file
    await settle(file)
    // A server that was killed stays down until a test starts it. systemd would restart it at any time.
    await root(`mkdir -p /run/systemd/system/mariadb.service.d
      printf '[Service]\\nRestart=no\\n' >/run/systemd/system/mariadb.service.d/stays-down.conf
      systemctl daemon-reload`)
    await sql(`CREATE TABLE reports.course_activity (id BIGINT AUTO_INCREMENT PRIMARY KEY, course_id VARCHAR(255) NOT NULL, at DATETIME(6), score DOUBLE, raw BLOB, note TEXT, flag BIT(3), INDEX (course_id));
      INSERT INTO reports.course_activity (course_id, at, score, raw, note, flag) VALUES
        ('edX/Demo', '2026-01-02 03:04:05.678901', 0.1, x'00ff0d0a27', NULL, b'101'), ('edx/demo', NULL, -1e300, '', '', b'000'),
        ('Ünï/çødé/☃', '1000-01-01', 3, x'5c', 'tab\\tquote''back\\\\slash', NULL);
      CREATE TABLE reports.empty_table (n INT);
      CREATE TABLE reports.many (n INT PRIMARY KEY, t VARCHAR(40) COLLATE utf8mb4_bin);
      INSERT INTO reports.many SELECT seq, MD5(seq) FROM reports.seq_1_to_20000;`)
  })
  afterAll(() => labDown(LAB))

  it('a password changes, its file is rewritten, its daemon restarted, and no login fails', async () => {
    const old = value('result-store-api')
    await logins()
    const report = await rotate()
    expect(report.withdrawn).toEqual(['api'])
    expect(report.plan.steps.map(({ action, title }) => `${action} ${title}`)).toEqual([
      'update /etc/results-reader.cnf',
      'restart unit results-reader',
    ])
    await checkReaders()
    const next = value('result-store-api')
    expect(next).not.toBe(old)
    expect(statSync(secret('result-store-api')).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(secret('x'))).filter((name) => /old|next|part/.test(name))).toEqual([])
    expect(await logsIn('api', old)).toBe(false)
    expect(JSON.stringify(report)).not.toMatch(new RegExp(`${old}|${next}`))
    expect(await settle(file)).toEqual([])
    await checkReaders()
  })

  it('a rotation that stopped while both are valid is finished by the next one', async () => {
    const old = value('result-store-api')
    expect((await rotate({ leaveOld: true })).withdrawn).toEqual([])
    const next = value('result-store-api')
    expect([await logsIn('api', old), await logsIn('api', next)]).toEqual([true, true])
    expect(await problems()).toEqual(['api@%: two passwords'])
    const report = await rotate()
    expect(report.accounts[0]?.stage).toBe('switched')
    expect(value('result-store-api')).toBe(next)
    expect([await logsIn('api', old), await logsIn('api', next)]).toEqual([false, true])
    expect(await problems()).toEqual([])
  })

  it('a rotation that is killed at each step and run again ends well, and no login fails', async () => {
    const old = value('result-store-api')
    await logins()
    // The file of the new value exists. Nothing else was done.
    writeFileSync(`${secret('result-store-api')}.next`, 'N3wPasswordOfTheApi\n', { mode: 0o600 })
    // Killed after the server accepted both.
    await sql(
      `ALTER USER api@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('N3wPasswordOfTheApi') OR mysql_native_password USING PASSWORD('${old}')`,
    )
    // A bootstrap in between does not change that.
    expect(await settle(file)).toEqual([])
    const report = await rotate()
    expect(report.accounts[0]?.stage).toBe('begun')
    expect(value('result-store-api')).toBe('N3wPasswordOfTheApi')
    expect([await logsIn('api', old), await logsIn('api', 'N3wPasswordOfTheApi')]).toEqual([false, true])
    await checkReaders()
    expect(await settle(file)).toEqual([])
  })

  it('a step that fails leaves both passwords, and says so', async () => {
    const old = value('result-store-api')
    await root(
      'chattr +i /etc/results-reader.cnf 2>/dev/null || mount --bind -o ro /etc/results-reader.cnf /etc/results-reader.cnf',
    )
    await expect(rotate()).rejects.toMatchObject({ code: 'ROTATE_HALFWAY', exitCode: 14 })
    expect(await logsIn('api', old)).toBe(true)
    await root('chattr -i /etc/results-reader.cnf 2>/dev/null || umount /etc/results-reader.cnf')
    expect((await rotate()).withdrawn).toEqual(['api'])
    expect(await logsIn('api', old)).toBe(false)
    await checkReaders()
  })

  it('the commands ask for consent, and refuse passwords that they cannot store', async () => {
    const before = value('result-store-pipeline')
    const said = await expectExit(18, ['store', 'rotate', 'pipeline', '--file', file])
    expect(said.err).toContain('ROTATE_DECLINED')
    expect(value('result-store-pipeline')).toBe(before)
    expect((await expectExit(10, ['store', 'rotate', 'root', '--file', file])).err).toContain(
      'ROTATE_UNKNOWN',
    )
  })

  it('is backed up with a fingerprint of every table', async () => {
    saved = await backup()
    expect(saved.manifest.tables.map(({ name, rows }) => `${name} ${rows}`)).toEqual([
      'course_activity 3',
      'empty_table 0',
      'many 20000',
    ])
    for (const path of [saved.dump, saved.manifestFile]) expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await root('ls -d /run/howdah-store.* 2>/dev/null | wc -l')).toBe('0')
  })

  it('is restored into a new database, and is equal', async () => {
    const report = await restore()
    expect(report).toMatchObject({ into: 'reports_restored', ok: true, rows: 20003, differences: [] })
    expect(await sql('SELECT HEX(raw), note FROM reports_restored.course_activity WHERE id = 3')).toBe(
      await sql('SELECT HEX(raw), note FROM reports.course_activity WHERE id = 3'),
    )
    // Not over existing tables.
    await expect(restore()).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY', exitCode: 13 })
  })

  it('a dropped table is restored in place, and the tables that were there are kept', async () => {
    await sql("DROP TABLE reports.many; INSERT INTO reports.course_activity (course_id) VALUES ('later')")
    const place = { into: 'reports', replace: true, backup: saved.manifestFile }
    await expect(restore(place)).rejects.toMatchObject({ code: 'RESTORE_UNCONFIRMED', exitCode: 10 })
    const report = await restore({ ...place, confirm: 'reports' })
    expect(report.ok).toBe(true)
    expect(await sql('SELECT COUNT(*) FROM reports.many; SELECT COUNT(*) FROM reports.course_activity')).toBe(
      '20000\n3',
    )
    expect(await sql(`SELECT COUNT(*) FROM ${report.moved?.to}.course_activity`)).toBe('4')
  })

  it('a copy that differs is named, and removed', async () => {
    const text = readFileSync(saved.manifestFile, 'utf8')
    const sum = saved.manifest.tables.find(({ name }) => name === 'many')?.checksum ?? ''
    writeFileSync(saved.manifestFile, text.replace(`"checksum": "${sum}"`, '"checksum": "1"'))
    const ran = await expectExit(17, [
      'store',
      'restore',
      saved.dump,
      '--into',
      'odd',
      '--yes',
      '--file',
      file,
    ])
    expect(ran.out).toMatch(/✗ many: checksum \d+, expected checksum 1/)
    expect(await sql("SHOW DATABASES LIKE '%odd%'")).toBe('')
    writeFileSync(saved.manifestFile, text)
  })

  it('a file that was cut or changed is refused', async () => {
    truncateSync(saved.dump, saved.manifest.bytes - 1)
    await expect(restore({ into: 'never' })).rejects.toMatchObject({ code: 'BACKUP_DAMAGED', exitCode: 10 })
  })

  lossCases({
    dir: () => {
      const dir = join(dirname(file), 'loss')
      mkdirSync(dir, { recursive: true })
      return dir
    },
    backup: (wanted, signal) => backupStore({ ...options(file), ...(signal && { signal }) }, wanted),
    restore: (wanted) => restoreStore(options(file), wanted, async () => true),
    sql,
    lookOut,
    release: async () => {
      await root('systemctl kill -s CONT --kill-whom=main mariadb')
    },
    kill: async () => {
      await root(
        'systemctl kill -s KILL --kill-whom=main mariadb; while systemctl is-active -q mariadb; do sleep 0.1; done',
      )
    },
    start: async () => {
      await root('systemctl reset-failed mariadb; systemctl start mariadb')
    },
    remains: () => root('ls -d /run/howdah-store.* /var/lib/howdah/restore/* 2>/dev/null || :'),
  })
})
