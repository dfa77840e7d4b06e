import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labCut, labSshArgs } from '../../../../lab/index.ts'
import type { Plan } from '../../../../provisioners/engine/types.ts'
import type { LogsReport, SourceReport } from '../../../../provisioners/operations/logs/report.ts'
import type { ShipReport } from '../../../../provisioners/operations/logs/run.ts'
import { expectExit, variant } from '../../support.ts'

const DIRECTORY = '/edx/var/log/tracking'
const SHIP = '/usr/local/lib/howdah/tracking-logs/ship-tracking-logs'
const EXPIRE = '/usr/local/lib/howdah/tracking-logs/expire-tracking-logs'
const FILES = 1000
const DAYS = 31
const KEEP = 60
/** Seconds: longer than a transfer may stall, so that each cut breaks the running transfer. */
const [STALL, CUT] = [4, 7]

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

/** `back` days before today (UTC), as 20261127. */
const dayBack = (back: number): string =>
  new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
const dashed = (day: string): string => day.replace(/(....)(..)(..)/, '$1-$2-$3')

/**
 * Tracking logs from the host of an LMS to HDFS, on a running cluster: `lms1` is the host of the LMS, `m1` of the NameNode.
 * With a month of real files, a link that is cut, and runs that are killed.
 */
export function logsTests(place: { lab: string; file: string }): void {
  describe('the shipping of tracking logs', () => {
    let dir = ''
    let file = ''
    const sums: Record<string, string> = {}

    async function on(host: string, script: string): Promise<string> {
      const [program = 'ssh', ...args] = await labSshArgs(place.lab, host)
      const { stdout } = await execa(program, [...args, 'sudo', 'sh', '-s'], {
        input: script,
        timeout: 150_000,
      })
      return stdout
    }
    const lms = (script: string): Promise<string> => on('lms1', `set -eu; cd ${DIRECTORY}\n${script}`)
    const ship = async (code = 0): Promise<ShipReport> =>
      JSON.parse((await expectExit(code, ['logs', 'ship', '--json', file])).out) as ShipReport
    const source = async (code: number): Promise<SourceReport> => {
      const report = JSON.parse(
        (await expectExit(code, ['logs', 'status', '--json', file])).out,
      ) as LogsReport
      return report.sources[0] as SourceReport
    }
    const ledgerLines = async (): Promise<number> =>
      Number((await lms('cat /var/lib/howdah/logs/ledger 2>/dev/null | wc -l')).trim())

    /** Puts files there as a tarball, and keeps the hashes of their content. */
    async function put(files: Readonly<Record<string, Buffer>>): Promise<void> {
      const here = mkdtempSync(join(dir, 'files-'))
      for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(here, name), content)
        sums[name] = sha256(content)
      }
      await execa('tar', ['-C', here, '-czf', `${here}.tgz`, '.'])
      const [program = 'ssh', ...args] = await labSshArgs(place.lab, 'lms1')
      await execa(program, [...args, `sudo tar -C ${DIRECTORY} --no-same-owner -xzf -`], {
        inputFile: `${here}.tgz`,
      })
    }
    const log = (text: string): Buffer => gzipSync(`{"event_type": "page_close", "n": "${text}"}\n`)

    /** Hashes of the files in HDFS whose names contain `part`, by their names on the host of the LMS. */
    async function inHdfs(part: string): Promise<Record<string, string>> {
      const out = await on(
        'm1',
        `set -eu; rm -rf /tmp/logs-back; install -d -o hdfs /tmp/logs-back
         runuser -u hdfs -- hdfs dfs -get '/data/tracking/*${part}*' /tmp/logs-back/ >&2
         cd /tmp/logs-back; sha256sum *; rm -rf /tmp/logs-back`,
      )
      const lines = out
        .trim()
        .split('\n')
        .map((line) => line.split('  '))
      return Object.fromEntries(
        lines.map(([sum = '', name = '']) => [name.replace(/-lms1\.gz$/, '.gz'), sum]),
      )
    }

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'howdah-logs-'))
      file = await variant(place.file, 'tracking-logs', (spec) => {
        spec.trackingLogs = { sources: [{ host: 'lms1' }], keep: KEEP, stallSeconds: STALL, every: 1440 }
      })
      await on('lms1', `mkdir -p ${DIRECTORY}`)
    })
    afterAll(async () => {
      await labCut(place.lab, 'lms1', false)
      await expectExit(0, ['logs', 'apply', '--yes', place.file])
      rmSync(dir, { recursive: true, force: true })
    })

    it('is installed by `logs apply`, and a second one changes nothing', async () => {
      await expectExit(0, ['logs', 'apply', '--yes', file])
      const plan = JSON.parse((await expectExit(0, ['logs', 'plan', '--json', file])).out) as Plan
      expect(plan.steps).toEqual([])
      expect(await on('lms1', 'systemctl is-active howdah-tracking-ship.timer')).toContain('active')
    })

    it('a thousand files of a month arrive complete through a link that is cut five times', async () => {
      const files: Record<string, Buffer> = {}
      for (let i = 0; i < FILES; i++) {
        // One day of the month has no log.
        const back = 1 + (i % DAYS)
        const day = dayBack(back === 9 ? 10 : back)
        files[`tracking.log-${day}-${1_700_000_000 + i}.gz`] = log(`${i}`)
      }
      await put(files)
      const running = ship()
      const ended = running.then(() => true)
      for (const wanted of [64, 192, 320, 448, 576]) {
        while ((await ledgerLines()) < wanted) {
          const over = await Promise.race([ended, delay(300, false)])
          expect(over, 'the run ended before the link was cut five times').toBe(false)
        }
        await labCut(place.lab, 'lms1', true)
        await delay(CUT * 1000)
        await labCut(place.lab, 'lms1', false)
      }
      const report = await running
      expect(report.hosts).toMatchObject([{ outcome: 'done', shipped: FILES }])
      const there = await inHdfs('')
      expect(Object.keys(there)).toHaveLength(FILES)
      expect(there).toEqual(sums)
    }, 400_000)

    it('each once: another run sends nothing, and the day without a log is named', async () => {
      expect((await ship()).hosts).toMatchObject([{ outcome: 'done', shipped: 0 }])
      const report = await source(17)
      expect(report).toMatchObject({
        inHdfs: { files: FILES },
        waiting: { files: 0 },
        gaps: [dashed(dayBack(9))],
      })
      await put({ [`tracking.log-${dayBack(9)}.gz`]: log('late') })
      expect((await source(0)).waiting.files).toBe(1)
      await ship()
      expect(await source(0)).toMatchObject({ gaps: [], inHdfs: { files: FILES + 1 } })
    })

    it('a run that is killed in the middle is completed by the next', async () => {
      const files: Record<string, Buffer> = {}
      for (let i = 0; i < 100; i++)
        files[`tracking.log-${dayBack(2)}-18000000${String(i).padStart(2, '0')}.gz`] = log(`k${i}`)
      await put(files)
      const before = await ledgerLines()
      await lms(`setsid ${SHIP} run >/dev/null 2>&1 & pid=$!
        until [ "$(wc -l </var/lib/howdah/logs/ledger)" -gt ${before} ]; do kill -0 $pid; sleep 0.05; done
        kill -9 -$pid`)
      await ship()
      const [there, wanted] = [await inHdfs('-18000000'), Object.keys(files)]
      expect(there).toEqual(Object.fromEntries(wanted.map((name) => [name, sums[name]])))
    })

    it('a file that shrinks while it is read is reported, never shown, and sent when it is complete', async () => {
      const name = `tracking.log-${dayBack(3)}-1900000000.gz`
      const said =
        await lms(`head -c 100000000 /dev/urandom | gzip -1 >/edx/whole.gz; cp /edx/whole.gz ${name}
        ${SHIP} run >/edx/said 2>&1 & pid=$!
        until curl -s 'http://m1:9870/webhdfs/v1/data/.tracking-incoming/lms1?op=LISTSTATUS&user.name=tracking' | grep -q 1900000000; do
          kill -0 $pid; sleep 0.02
        done
        truncate -s 1000 ${name}
        wait $pid || echo "exit $?"
        cat /edx/said
        curl -s 'http://m1:9870/webhdfs/v1/data/tracking?op=LISTSTATUS&user.name=tracking' | grep -c 1900000000 || :`)
      expect(said).toContain('exit 3')
      expect(said).toMatch(/^changed\tlms1\t\S+\t\d+\t\d+ bytes when the run began, 1000 now$/m)
      expect(said.trim().split('\n').pop()).toBe('0')
      expect((await source(17)).changed).toMatchObject([{ name }])
      sums[name] = (await lms(`cp /edx/whole.gz ${name}; sha256sum <${name}`)).slice(0, 64)
      await ship()
      expect(await inHdfs('-1900000000')).toEqual({ [name]: sums[name] })
    })

    it('a duplicate is not sent, and a conflict is not overwritten', async () => {
      const [twin, taken] = [
        `tracking.log-${dayBack(4)}-2000000000.gz`,
        `tracking.log-${dayBack(4)}-2000000001.gz`,
      ]
      await put({ [twin]: log('late'), [taken]: log('ours') })
      const theirs = log('theirs')
      await on(
        'm1',
        `echo ${theirs.toString('base64')} | base64 -d >/tmp/theirs.gz; chmod 644 /tmp/theirs.gz
        runuser -u hdfs -- hdfs dfs -put /tmp/theirs.gz /data/tracking/${taken.replace('.gz', '-lms1.gz')}`,
      )
      const report = await ship(15)
      expect(report.sources[0]).toMatchObject({ duplicates: [{ name: twin }], conflicts: [{ name: taken }] })
      expect(await inHdfs('-200000000')).toEqual({ [taken]: sha256(theirs) })
      await on(
        'm1',
        `runuser -u hdfs -- hdfs dfs -rm -skipTrash /data/tracking/${taken.replace('.gz', '-lms1.gz')}`,
      )
      await ship()
      expect(await inHdfs('-200000000')).toEqual({ [taken]: sums[taken] })
      await source(0)
    })

    it('the configuration of logrotate gives names that are sent', async () => {
      const before = (await source(0)).inHdfs.files
      await lms(`for turn in 1 2; do
          echo '{"event_type": "turn"}' >tracking.log
          # The name holds the second of the turn.
          until [ "$(date +%s)" -gt "\${last:-0}" ]; do sleep 0.1; done
          logrotate -f -s /tmp/logrotate.state /etc/logrotate.d/howdah-tracking
          last=$(date +%s)
        done; ls`)
      await ship()
      const after = await source(0)
      expect(after.inHdfs.files).toBe(before + 1)
      expect(after.uncompressed).toBe(1)
    })

    it('the retention removes older logs, and no other files', async () => {
      const before = (await source(0)).inHdfs.files
      const old = `tracking.log-${dayBack(KEEP + 40)}-lms1.gz`
      await on(
        'm1',
        `for name in ${old} notes-20200101.gz; do
          runuser -u hdfs -- hdfs dfs -put /tmp/theirs.gz /data/tracking/$name
        done; ${EXPIRE}`,
      )
      const report = JSON.parse((await expectExit(0, ['logs', 'status', '--json', file])).out) as LogsReport
      expect(report.foreign).toEqual(['notes-20200101.gz'])
      expect(report.sources[0]).toMatchObject({ inHdfs: { files: before } })
      const expired = await on('m1', 'cut -f 2 /var/lib/howdah/logs/expired')
      expect(expired.split('\n')).toEqual([old])
    })
  })
}
