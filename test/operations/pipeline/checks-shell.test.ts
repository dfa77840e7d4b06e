import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type Credentials,
  checkCredentials,
  checkSettings,
  checkShell,
  type Settings,
  shellScript,
} from '../../../provisioners/operations/pipeline/checks-shell.ts'
import { parseSteps, parseValues, program, steps } from '../../../provisioners/operations/pipeline/script.ts'
import type { PipelineRun } from '../../../provisioners/operations/pipeline/types.ts'
import { clusterOf, FIVE } from '../../services/a-context.ts'
import { noPython, PIPELINE, scratch } from './checks-support.ts'

describe('steps', () => {
  it('keep exit codes and output of commands apart, and continue after a failure', () => {
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
  const problems = (change: Record<string, string> = {}) =>
    checkShell({ ...found, ...change }, PIPELINE, '/etc/o.cfg').join('\n')

  it('has no problems, or names each', () => {
    expect(problems()).toBe('')
    expect(problems({ 'command.yarn': '' })).toBe('yarn is not on its PATH')
    expect(problems({ user: 'ops' })).toContain('commands run as ops')
    expect(problems({ java: 'no JAVA_HOME' })).toContain('JAVA_HOME has no bin/java')
    expect(problems({ settings: '' })).toContain('LUIGI_CONFIG_PATH is not set')
    expect(problems({ readable: 'no' })).toContain('cannot be read')
    expect(problems({ tmp: 'mktemp: Permission denied' })).toContain('Permission denied')
    expect(problems({ options: '' })).toContain(
      'HADOOP_CLIENT_OPTS lacks -XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    )
    expect(problems({ options: '-XX:TieredStopAtLevel=1 -Xshare:auto' })).toContain('lacks -XX:+UseSerialGC,')
    expect(problems({ 'kept.LUIGI_CONFIG_PATH': '/etc/o.cfg' })).toBe(
      "~/.bashrc overwrites the caller's LUIGI_CONFIG_PATH",
    )
  })

  it.each([
    ['defaults', 'export LUIGI_CONFIG_PATH="${LUIGI_CONFIG_PATH:-/etc/o.cfg}"', undefined],
    ['an overwrite', 'export LUIGI_CONFIG_PATH=/etc/o.cfg', '/etc/o.cfg'],
  ])('reports the variables of a caller after a ~/.bashrc with %s', (_title, line, other) => {
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
  const problems = (change: Partial<Settings> = {}) =>
    checkSettings({ ...found, ...change }, ['/a', '/b']).join('\n')

  it('have no problems, or each is named', () => {
    expect(problems()).toBe('')
    expect(problems({ defaultFs: 'hdfs://m1:8020/' })).toBe('')
    expect(problems({ read: ['/a'] })).toContain('/b is missing')
    expect(problems({ sections: { hive: {} } })).toContain('a run that fails would end with 0')
    expect(problems({ sections: { retcode: { ...codes, task_failed: '0' } } })).toContain(
      'no code for task_failed',
    )
    expect(problems({ defaultFs: 'hdfs://m1.example.org:8020' })).toContain(
      '[hive] warehouse_path names hdfs://m1:8020',
    )
    expect(problems({ defaultFs: 'file:///' })).toContain('not an hdfs: address')
    expect(problems({ patterns: { error: 'error: bad escape' } })).toContain('bad escape')
    expect(problems({ programs: ['/usr/local/bin/hadoop'] })).toContain('cannot be executed')
    expect(problems({ absent: ['/opt/s.jar'] })).toContain('/opt/s.jar is missing')
    const calendar = (interval: string) =>
      problems({ sections: { ...found.sections, calendar: { interval } } })
    expect(calendar('2012-01-01-2050-01-01')).toBe('')
    expect(calendar('2012-01-01-2026-03-01')).toContain('today (2026-03-01) has no row')
    expect(calendar('2026-03-02-2050-01-01')).toContain('has no row')
    expect(calendar('2026')).toBe('')
  })

  it.skipIf(noPython)('are read by Python like the launcher does, and later files override', () => {
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
    // Two mistakes of old guides.
    comma: good.replace('}', ',}'),
    bare: '{"host": rs1, "password": hunter2}',
    empty: good.replace('hunter2', ''),
    key: good.replace('"username"', '"user"'),
  }

  it('have no problems, or each is named, and the password is never printed', () => {
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
    const problems = (name: keyof typeof TEXTS, user = owner): string =>
      checkCredentials(
        found.filter(({ path }) => path.endsWith(`/${name}`)),
        user,
      ).join('\n')
    expect(problems('good')).toBe('')
    expect(problems('good', 'nobody')).toContain('belongs to')
    expect(problems('open')).toContain('mode 0644')
    expect(problems('comma')).toContain('is not valid JSON')
    expect(problems('bare')).toContain('is not valid JSON')
    expect(problems('empty')).toContain('lacks')
    expect(problems('key')).toContain("'username'")
  })
})
