import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type Credentials,
  judgeCredentials,
  judgeSettings,
  judgeShell,
  type Settings,
  shellScript,
} from '../../../provisioners/operations/pipeline/checks-shell.ts'
import { parseSteps, parseValues, program, steps } from '../../../provisioners/operations/pipeline/script.ts'
import type { PipelineRun } from '../../../provisioners/operations/pipeline/types.ts'
import { clusterOf, FIVE } from '../../services/a-context.ts'
import { noPython, PIPELINE, scratch } from './judge-support.ts'

describe('steps', () => {
  it('keep codes and words of commands apart, and go on after a failure', () => {
    const text = steps(
      "step one sh -c 'echo out; echo err >&2; exit 3'",
      'two() { printf "no newline"; }',
      'step two two',
      "step three sh -c 'cat; echo @@ not a head 9'",
    )
    const { stdout } = spawnSync('bash', ['-c', 'eval "$(cat)"'], { input: text, encoding: 'utf8' })
    expect(Object.fromEntries(parseSteps(stdout))).toEqual({
      one: { exit: 3, out: ['out'], err: ['err'] },
      two: { exit: 0, out: ['no newline'], err: [] },
      three: { exit: 0, out: ['@@ not a head 9'], err: [] },
    })
  })
})

describe('the shell', () => {
  const found = {
    user: 'hadoop',
    home: '/home/hadoop',
    settings: '/etc/o.cfg',
    'command.hadoop': '/usr/local/bin/hadoop',
    'command.yarn': '/usr/local/bin/yarn',
    java: 'yes',
    tmp: 'yes',
    readable: 'yes',
    options: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Dmore=1',
    'kept.LUIGI_CONFIG_PATH': '/of/the/caller',
  }
  const judge = (change: Record<string, string> = {}) =>
    judgeShell({ ...found, ...change }, PIPELINE, '/etc/o.cfg').join('\n')

  it('is right, or told what it lacks', () => {
    expect(judge()).toBe('')
    expect(judge({ 'command.yarn': '' })).toBe('yarn is not on its PATH')
    expect(judge({ user: 'ops' })).toContain('commands run as ops')
    expect(judge({ java: 'no JAVA_HOME' })).toContain('JAVA_HOME leads to no java')
    expect(judge({ settings: '' })).toContain('LUIGI_CONFIG_PATH is not set')
    expect(judge({ readable: 'no' })).toContain('cannot be read')
    expect(judge({ tmp: 'mktemp: Permission denied' })).toContain('Permission denied')
    expect(judge({ options: '' })).toContain(
      'HADOOP_CLIENT_OPTS lacks -XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    )
    expect(judge({ options: '-XX:TieredStopAtLevel=1 -Xshare:auto' })).toContain('lacks -XX:+UseSerialGC,')
    expect(judge({ 'kept.LUIGI_CONFIG_PATH': '/etc/o.cfg' })).toBe(
      "~/.bashrc overwrites the caller's LUIGI_CONFIG_PATH",
    )
  })

  it.each([
    ['defaults', 'export LUIGI_CONFIG_PATH="${LUIGI_CONFIG_PATH:-/etc/o.cfg}"', undefined],
    ['an overwrite', 'export LUIGI_CONFIG_PATH=/etc/o.cfg', '/etc/o.cfg'],
  ])('is asked what a caller has after a ~/.bashrc with %s', (_title, line, other) => {
    const home = scratch()
    writeFileSync(join(home, '.bashrc'), `${line}\n`)
    const cluster = clusterOf(`${FIVE}pipeline: {python: {version: 3}}\n`)
    const script = shellScript({ input: { cluster } } as PipelineRun)
    const { stdout } = spawnSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', HOME: home },
    })
    const found = parseValues(stdout)
    expect(found['kept.LUIGI_CONFIG_PATH']).toBe(other ?? '/of/the/caller')
    expect(found['kept.JAVA_HOME']).toBe('/of/the/caller')
    expect(found.options).toBe('')
  })
})

describe('the settings', () => {
  const codes = {
    already_running: '10',
    missing_data: '20',
    not_run: '25',
    task_failed: '30',
    scheduling_error: '35',
    unhandled_exception: '40',
  }
  const found: Settings = {
    read: ['/a', '/b'],
    sections: { retcode: codes, hive: { warehouse_path: 'hdfs://m1:8020/w/' } },
    defaultFs: 'hdfs://m1:8020',
    patterns: ['.*'],
    source: ['hdfs://m1:8020/data/'],
    today: '2026-03-01',
    programs: [],
    absent: [],
  }
  const judge = (change: Partial<Settings> = {}) =>
    judgeSettings({ ...found, ...change }, ['/a', '/b']).join('\n')

  it('are right, or told what is wrong', () => {
    expect(judge()).toBe('')
    expect(judge({ defaultFs: 'hdfs://m1:8020/' })).toBe('')
    expect(judge({ read: ['/a'] })).toContain('/b is not there')
    expect(judge({ sections: { hive: {} } })).toContain('a run that fails would end with 0')
    expect(judge({ sections: { retcode: { ...codes, task_failed: '0' } } })).toContain('of task_failed')
    expect(judge({ defaultFs: 'hdfs://m1.example.org:8020' })).toContain(
      '[hive] warehouse_path names hdfs://m1:8020',
    )
    expect(judge({ defaultFs: 'file:///' })).toContain('no hdfs: address')
    expect(judge({ patterns: { error: 'error: bad escape' } })).toContain('bad escape')
    expect(judge({ programs: ['/usr/local/bin/hadoop'] })).toContain('cannot be run')
    expect(judge({ absent: ['/opt/s.jar'] })).toContain('/opt/s.jar is not there')
    const calendar = (interval: string) => judge({ sections: { ...found.sections, calendar: { interval } } })
    expect(calendar('2012-01-01-2050-01-01')).toBe('')
    expect(calendar('2012-01-01-2026-03-01')).toContain('today (2026-03-01) has no row')
    expect(calendar('2026-03-02-2050-01-01')).toContain('has no row')
    expect(calendar('2026')).toBe('')
  })

  it.skipIf(noPython)('are read by Python as the launcher does, the last file winning', () => {
    const dir = scratch()
    const at = (name: string, text: string): string => {
      writeFileSync(join(dir, name), text)
      return join(dir, name)
    }
    at(
      'core-site.xml',
      '<configuration><property><name>fs.defaultFS</name><value>hdfs://m1:8020</value></property></configuration>',
    )
    const client = at('client.cfg', '# x\n[hadoop]\ncommand = /nowhere/hadoop\nversion = cdh4\n')
    const over = at(
      'override.cfg',
      '[hadoop]\nversion = apache1\n[event-logs]\npattern = [".*(?P<date>\\\\d{8})"]\nsource = ["hdfs://m1:8020/data/"]\n[database-import]\ncredentials = /nowhere/in.json\n',
    )
    const { stdout, stderr } = spawnSync(
      'python3',
      ['-c', program('settings.py'), client, over, `${dir}/none`],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', HADOOP_CONF_DIR: dir },
      },
    )
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      read: [client, over],
      sections: expect.objectContaining({ hadoop: { command: '/nowhere/hadoop', version: 'apache1' } }),
      defaultFs: 'hdfs://m1:8020',
      patterns: ['.*(?P<date>\\d{8})'],
      source: ['hdfs://m1:8020/data/'],
      today: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      programs: ['/nowhere/hadoop'],
      absent: ['/nowhere/in.json'],
    })
  })
})

describe.skipIf(noPython)('the credentials', () => {
  const good = '{"host": "rs1", "port": 3306, "username": "pipeline", "password": "hunter2"}'
  const owner = spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim()
  const TEXTS = {
    good,
    open: good,
    // The two ways in which the guides of old broke it.
    comma: good.replace('}', ',}'),
    bare: '{"host": rs1, "password": hunter2}',
    empty: good.replace('hunter2', ''),
    key: good.replace('"username"', '"user"'),
  }

  it('are right, or told what is wrong, and the password is never repeated', () => {
    const dir = scratch()
    const paths = Object.entries(TEXTS).map(([name, text]) => {
      writeFileSync(join(dir, name), text, { mode: name === 'open' ? 0o644 : 0o600 })
      return join(dir, name)
    })
    const { stdout, stderr } = spawnSync('python3', ['-c', program('credentials.py'), ...paths], {
      encoding: 'utf8',
    })
    expect(stdout + stderr).not.toContain('hunter2')
    const found = JSON.parse(stdout) as Credentials[]
    const judge = (name: keyof typeof TEXTS, user = owner): string =>
      judgeCredentials(
        found.filter(({ path }) => path.endsWith(`/${name}`)),
        user,
      ).join('\n')
    expect(judge('good')).toBe('')
    expect(judge('good', 'nobody')).toContain('belongs to')
    expect(judge('open')).toContain('mode 0644')
    expect(judge('comma')).toContain('is no JSON')
    expect(judge('bare')).toContain('is no JSON')
    expect(judge('empty')).toContain('lacks')
    expect(judge('key')).toContain("'username'")
  })
})
