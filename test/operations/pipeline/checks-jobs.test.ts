import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFs, listed } from '../../../provisioners/operations/pipeline/checks-hdfs.ts'
import { checkHive } from '../../../provisioners/operations/pipeline/checks-hive.ts'
import { checkStreaming } from '../../../provisioners/operations/pipeline/checks-jobs.ts'
import { checkImport, IMPORTED } from '../../../provisioners/operations/pipeline/checks-sqoop.ts'
import { checkWorker } from '../../../provisioners/operations/pipeline/checks-workers.ts'
import { program, type StepResult } from '../../../provisioners/operations/pipeline/script.ts'
import { noPython, PIPELINE, saying, scratch, step } from './checks-support.ts'

describe('hadoop fs', () => {
  const line = (path: string, bytes = '17', owner = 'hadoop') =>
    `-rw-r--r--   1 ${owner} hadoop         ${bytes} 2026-03-01 10:00 ${path}`
  const ours = (owner = 'hadoop') =>
    ['', '/warehouse', '/marker', '/manifest', '/packages', '/activity']
      .map((path) => line(`hdfs://m1:8020/edx${path}`, '0', owner))
      .concat(line('/data', '0', owner))
  const tmp = (mode: string) => `${mode}   - hdfs hadoop          0 2026-03-01 10:00 hdfs://m1:8020/tmp`
  const found = {
    absent: step(1, [], ["stat: `hdfs://m1:8020/x': No such file or directory"]),
    mkdir: step(0),
    put: step(0),
    list: step(0, ['Found 1 items', line('hdfs://m1:8020/w/made/one')]),
    move: step(0),
    read: step(0, ['three words here']),
    remove: step(0),
    roots: step(0, [tmp('drwxrwxrwt'), ...ours()]),
    logs: step(0),
  }
  const problems = (change: Record<string, StepResult> = {}, old = false) =>
    checkFs(saying(found, change), PIPELINE, old).join('\n')

  it('has no problems, or names each', () => {
    expect(problems()).toBe('')
    const noisy = { absent: step(1, [], ['stat: No such file or directory', 'WARN bye']) }
    expect(problems(noisy)).toContain('its end must be "No such file or directory"')
    // Hadoop 1 prints no message about it, and has no sticky bit.
    const old = { absent: step(1), roots: step(0, [tmp('drwxrwxrwx'), ...ours()]) }
    expect(problems(old, true)).toBe('')
    expect(problems(old)).toContain('/tmp has the mode drwxrwxrwx, not drwxrwxrwt')
    expect(problems({ ...old, absent: step(0) }, true)).toContain('counts as there')
    expect(problems({ put: step(1, [], ['Permission denied']) })).toContain('put: exit 1: Permission denied')
    expect(problems({ list: step(0, [line('hdfs://m1:8020/w/made/one', '16')]) })).toContain('16 bytes')
    expect(problems({ read: step(0, ['banner', 'three words here']) })).toContain('banner')
    const foreign = step(0, [tmp('drwxrwxrwt'), ...ours('hdfs')])
    expect(problems({ roots: foreign })).toContain('/edx/marker belongs to hdfs')
    expect(problems({ roots: step(0, ours()) })).toContain('/tmp is not there')
    const closed = step(1, [], ['ls: Permission denied: user=hadoop, inode="/data/.tracking-incoming/lms1"'])
    expect(problems({ logs: closed })).toMatch(/^\/data cannot be listed by hadoop: .*tracking-incoming/)
    // A file that was being shipped was renamed meanwhile.
    expect(problems({ logs: step(1, [], ["ls: `/data/.x': No such file or directory"]) })).toBe('')
  })

  it('refuses other lines in a listing', () => {
    expect(() => listed(['WARN util.NativeCodeLoader: Unable to load'])).toThrow('is not an entry')
    expect(listed(['Found 1 items', line('/a/b', '5')])).toEqual([
      { path: '/a/b', bytes: 5, owner: 'hadoop', mode: '-rw-r--r--' },
    ])
  })

  it('reports a script that ended early', () => {
    expect(() => checkFs(new Map([['absent', found.absent]]), PIPELINE, false)).toThrow('ended before mkdir')
  })
})

describe('hive', () => {
  const found = {
    make: step(0, ['dt=2026-03-01'], ['OK', 'Time taken']),
    absent: step(0, [], ['OK']),
    missing: step(17, [], ['FAILED: SemanticException']),
  }
  const problems = (change: Record<string, StepResult> = {}) => checkHive(saying(found, change)).join('\n')

  it('has no problems, or names each', () => {
    expect(problems()).toBe('')
    // What beeline would print.
    const frame = step(0, ['+------+', '| partition |', '+------+'])
    expect(problems({ absent: frame })).toContain('so counts as there')
    expect(problems({ make: step(0, ['partition', 'dt=2026-03-01']) })).toContain(
      'with showing one partition',
    )
    expect(problems({ missing: step(0) })).toContain('does not fail for a missing table')
    expect(problems({ make: step(1, [], ['refused']) })).toContain('refused')
  })
})

describe('a streaming job', () => {
  const words = [
    'INFO mapreduce.Job: The url to track the job: http://m1:8088/',
    'INFO mapreduce.Job: Running job: job_1_1',
  ]
  const wrote = (owner: string) => [
    `-rw-r--r--   1 ${owner} hadoop  10 2026-03-01 10:00 hdfs://m1:8020/w/files/w1/lines`,
  ]
  const all = Array.from({ length: 40 }, (_, i) => String(40 - i))
  const QUICK = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto'
  const own = (options: string) => ['w1\t40', `w1\toptions\t${options}`]
  const found = {
    job: step(0, [], words),
    move: step(0),
    files: step(0, wrote('hadoop')),
    read: step(0, [...all, ...own(QUICK)]),
  }
  const problems = (change: Record<string, StepResult> = {}) =>
    checkStreaming(saying(found, change), { user: 'hadoop', mapReduce1: false }).join('\n')

  it('has no problems, or names each', () => {
    expect(problems()).toBe('')
    expect(problems({ job: step(1, [], ['ImportError: No module named pkg_resources']) })).toContain(
      'pkg_resources',
    )
    expect(problems({ job: step(0) })).toContain('"Running job: "')
    expect(problems({ files: step(0, wrote('yarn')) })).toContain('as yarn, not as hadoop')
    expect(problems({ read: step(0, [...all.slice(1), ...own(QUICK)]) })).toContain('39 of 40 lines')
    expect(problems({ read: step(0, [...all, ...own('')]) })).toMatch(
      /^HADOOP_CLIENT_OPTS of a reducer on w1 lacks -XX:TieredStopAtLevel=1/,
    )
    expect(problems({ read: step(0, all) })).toContain('no reducer reported its environment')
  })

  it('of Hadoop 1 is followed by the output of its own client', () => {
    const old = { user: 'hadoop', mapReduce1: true }
    // Its reducers keep the JVM as it is.
    expect(checkStreaming(saying(found, { read: step(0, all) }), old).join('\n')).not.toContain('reducer')
    expect(checkStreaming(saying(found), old).join('\n')).toContain('"Tracking URL: "')
    const job = step(0, [], ['INFO streaming.StreamJob: Tracking URL: http://m1:50030/', words[1] ?? ''])
    expect(checkStreaming(saying(found, { job }), old)).toEqual([])
  })

  const job = { token: 't', files: 'hdfs://m1:8020/f', mkdir: ['-mkdir', '-p'], modules: ['json'] }
  const task = (phase: string, input: string, path = process.env.PATH ?? '') => {
    const dir = scratch()
    writeFileSync(join(dir, 'packages.tar'), 't')
    writeFileSync(join(dir, 'job-instance.json'), JSON.stringify(job))
    mkdirSync(join(dir, 'bin'))
    writeFileSync(
      join(dir, 'bin/hadoop'),
      '#!/bin/sh\ncase $* in *-put*) cat >put ;; *) echo "$@" >>calls ;; esac\n',
      {
        mode: 0o755,
      },
    )
    const ran = spawnSync('python3', ['-c', program('task.py'), phase], {
      cwd: dir,
      input,
      encoding: 'utf8',
      env: { PATH: path === '' ? '/usr/bin:/bin' : `${join(dir, 'bin')}:${path}` },
    })
    return { ...ran, dir }
  }

  it.skipIf(noPython)('maps to hosts and reduces to files, with the hadoop of the worker', () => {
    expect(
      task('map', '7\n8\n')
        .stdout.split('\n')
        .map((line) => line.split('\t')[1]),
    ).toEqual(['7', '8', undefined])
    const { stdout, stderr } = task('reduce', 'w1\t7\nw1\t8\n')
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^w1\t2\n\S+\toptions\t\n$/)
  })

  it.skipIf(noPython)('fails where the worker has no hadoop', () => {
    const { status, stderr } = task('reduce', 'w1\t7\n', '')
    expect(status).not.toBe(0)
    expect(stderr).toContain('No such file or directory')
  })
})

describe('the imports', () => {
  const found = {
    secret: step(0),
    import: step(0),
    direct: step(0),
    dump: step(0),
    'read-import': step(0, [...IMPORTED.import]),
    'read-direct': step(0, [...IMPORTED.direct]),
    'read-dump': step(0, [...IMPORTED.dump]),
  }
  const problems = (change: Record<string, StepResult> = {}) => checkImport(saying(found, change)).join('\n')

  it('have no problems, or each is named', () => {
    expect(problems()).toBe('')
    expect(problems({ secret: step(1, [], ['no such file']) })).toContain('secret: exit 1')
    expect(problems({ direct: step(1, [], ['mysqldump terminated with status 127']) })).toContain('mysqldump')
    expect(problems({ 'read-import': step(0, IMPORTED.import.slice(1)) })).toContain(
      'with the arguments of a run wrote other',
    )
  })

  it('have a problem when a dump does not begin with a row, though Sqoop ends with 0', () => {
    const cut = IMPORTED.dump.map((row) => `INTO \`enrolled\` VALUES (${row.slice(0, -1)}`)
    const rows = ['999\\- enable the sandbox mode *', ...cut]
    expect(problems({ 'read-dump': step(0, rows) })).toContain('--mysql-delimiters wrote other rows')
  })
})

const OWN = '/usr/local/lib/howdah/tasks/mysqldump'

describe('a worker', () => {
  const master = { python: 'x86_64, Python 3.13, unicode 10ffff', settings: '1 2' }
  const found = { ...master, hadoop: '/usr/local/bin/hadoop', mysqldump: 'mysqldump from 11.8', dump: OWN }
  const problems = (change: Record<string, string> = {}) =>
    checkWorker({ ...found, ...change }, master, PIPELINE).join('\n')

  it('has no problems, or names each', () => {
    expect(problems()).toBe('')
    expect(problems({ broken: 'ImportError: No module named pkg_resources' })).toContain('pkg_resources')
    expect(problems({ python: 'aarch64, Python 3.13, unicode 10ffff' })).toContain(
      'compiled modules of the master do not work',
    )
    expect(problems({ settings: '3 4' })).toContain("not the master's")
    expect(problems({ hadoop: '' })).toContain('reducers call it')
    expect(problems({ mysqldump: '' })).toContain('sqoop --direct')
    expect(problems({ dump: '/usr/bin/mysqldump' })).toContain('tasks find /usr/bin/mysqldump')
    const missing = { 'class.org.x.Y': 'Error: Could not find or load main class org.x.Y' }
    expect(problems(missing)).toContain('tasks do not find org.x.Y')
    expect(problems({ 'class.org.x.Y': 'found' })).toBe('')
  })
})
