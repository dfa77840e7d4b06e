import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { miniature, verifyLines } from '../../../provisioners/services/scheduler/verify-job.ts'
import { contextOf, FIVE, SEED } from '../a-context.ts'

const dir = mkdtempSync(join(tmpdir(), 'howdah-proof-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const stub = (name: string, text: string): void =>
  writeFileSync(join(dir, name), `#!/bin/bash\necho "${name} $*" >>${dir}/calls\n${text}\n`, { mode: 0o755 })

/** The script of the job with stand-ins for the three tools, which print like Sqoop. A test on real hosts shows what the tools do with the records; this one shows how the script handles their output.
 */
function prove(options: { rows: string; hive?: string }): { exit: number; out: string; calls: string } {
  rmSync(join(dir, 'calls'), { force: true })
  writeFileSync(join(dir, 'rows'), options.rows)
  stub('hadoop', 'exit 0')
  stub('hive', options.hive ?? '[ "$1" = -f ] && cp "$2" "$(dirname "$0")/hql"; exit 0')
  stub(
    'sqoop',
    `case "$*" in *SELECT*) echo ----; while read -r row; do printf '| %-60s | \\n' "$row"; done <${dir}/rows; echo ---- ;; esac`,
  )
  const { expected } = miniature()
  writeFileSync(join(dir, 'expected.txt'), expected)
  const script = verifyLines(contextOf(FIVE))
    .join('\n')
    .replaceAll('/etc/howdah/schedule/verify/', `${dir}/`)
    .replace('export PATH="/usr/local/bin:$PATH"', `export PATH="${dir}:$PATH"`)
  const ran = spawnSync('bash', ['-c', `now=20261128T000000Z\n${script}`], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  return {
    exit: ran.status ?? -1,
    out: ran.stdout + ran.stderr,
    calls: readFileSync(join(dir, 'calls'), 'utf8'),
  }
}

describe('the miniature flow as a job', () => {
  const { expected } = miniature()

  it('uses the options of `hadoop fs` of its generation', () => {
    const words = (text: string): string[] =>
      verifyLines(contextOf(text))
        .filter((line) => /hadoop fs .*(mkdir|rm)/.test(line))
        .map((line) => line.trim().replace(/ "\$hdfs.*/, ''))
    expect(words(SEED)).toEqual(['hadoop fs -rmr -skipTrash', 'hadoop fs -Ddfs.umaskmode=002 -mkdir'])
    expect(words(FIVE)).toEqual([
      'hadoop fs -rm -r -skipTrash',
      'hadoop fs -Dfs.permissions.umask-mode=002 -mkdir -p',
    ])
  })

  it('succeeds when every row is right, in any order, and removes older rows', () => {
    const { exit, out, calls } = prove({
      rows: expected.trim().split('\n').reverse().join('\n').concat('\n'),
    })
    expect(exit, out).toBe(0)
    expect(out).toMatch(/all 15 rows of howdah_schedule are right/)
    expect(calls).toMatch(/sqoop eval .*DELETE FROM howdah_schedule WHERE run <> '20261128T000000Z_\d+'/)
    expect(calls).toMatch(/hadoop fs -rm -r -skipTrash \/tmp\/howdah-schedule-20261128T000000Z_\d+/)
    expect(calls).toContain('--password-file file:///etc/howdah/schedule/store.password')
    // The script for Hive: every name is filled in, and the tab of the records is still two characters.
    const hql = readFileSync(join(dir, 'hql'), 'utf8')
    expect(hql).toMatch(
      /CREATE DATABASE howdah_schedule_20261128t000000z_\d+ LOCATION '\/tmp\/howdah-schedule-/,
    )
    expect(hql).toContain("FIELDS TERMINATED BY '\\t'")
    expect(hql).not.toContain('$')
  })

  it.each([
    ['a row is wrong', expected.replace('|9|8\n', '|9|9\n')],
    ['a row is missing', expected.replace(/^.*\n/, '')],
    ['a row is twice', `${expected}${expected.split('\n')[0]}\n`],
    ['there are none', ''],
  ])('ends with 17 when %s', (_title, rows) => {
    const { exit, out, calls } = prove({ rows })
    expect(exit).toBe(17)
    expect(out).toContain('the lines marked < are right')
    expect(calls).not.toContain('DELETE')
    expect(calls).toContain('-skipTrash')
  })

  it('exits with the code of Hive, and removes what it created', () => {
    const { exit, calls } = prove({ rows: expected, hive: '[ "$1" = -e ] || exit 3' })
    expect(exit).toBe(3)
    expect(calls).toMatch(/hive -e DROP DATABASE IF EXISTS howdah_schedule_\S+ CASCADE/)
    expect(calls).not.toContain('sqoop')
  })

  it('has few enough records to read them', () => {
    const lines = execFileSync('wc', ['-l'], { input: miniature().records, encoding: 'utf8' })
    expect(Number(lines)).toBeLessThan(200)
  })
})
