import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hiveDialect } from '../../../provisioners/operations/verify/dialect.ts'
import {
  dropScript,
  importScript,
  importStatements,
  logScript,
  parseAudit,
} from '../../../provisioners/operations/verify/hive.ts'
import { membershipScript } from '../../../provisioners/operations/verify/members.ts'
import { placeOf } from '../../../provisioners/operations/verify/place.ts'
import { askAttempts, askJobs } from '../../../provisioners/operations/verify/proof.ts'
import { askJobTracker } from '../../../provisioners/operations/verify/proof-jobtracker.ts'
import { LMS_TABLES } from '../../../provisioners/operations/verify/rows/lms-tables.ts'
import { REPORT_TABLES } from '../../../provisioners/operations/verify/sql.ts'
import * as tools from '../../../provisioners/operations/verify/tools.ts'
import {
  fsck,
  loadLogs,
  MARKER,
  parseListing,
  removeTree,
} from '../../../provisioners/operations/verify/webhdfs.ts'
import { hadoop1 } from './hadoop1.ts'
import { cluster } from './simulated.ts'

const place = placeOf(cluster, 'r1', false)
const url = "jdbc:mysql://db/x?a=b&c='$(id)'"
const interval = { from: '2026-03-02', to: '2026-03-04' }
const [table] = LMS_TABLES
if (!table) throw new Error('no table')

const old = placeOf(hadoop1, 'r1', false)

const OLD = {
  members: membershipScript(hadoop1),
  import: tools.sqoopImport(old, { url, user: 'reader', day: '2026-03-04' }, table),
  streaming: tools.streamingEnrolment(hadoop1, old, interval, 1001),
  beeline: tools.beelineScript(old, 'jdbc:hive2://m1:10000/default', 'sqoop', {
    file: 'imports.hql',
    statements: importStatements(old, '2026-03-04'),
  }),
  kill: tools.killScript(old),
  status: tools.jobStatus(old, 'job_201311281200_0001'),
  jobs: askJobTracker(old, ['job_201311281200_0001', 'job_201311281200_0002']),
}

const SCRIPTS: Record<string, string> = {
  members: membershipScript(cluster),
  load: loadLogs(place, 'http://m1:9870', ['a.gz', "b'c.gz"]),
  remove: removeTree(place, 'http://m1:9870', true),
  fsck: fsck(place, 'http://m1:9870'),
  jobs: askJobs('http://m1:19888', ['job_1_0001']),
  attempts: askAttempts('http://m1:19888', ['jobs/a']),
  import: tools.sqoopImport(place, { url, user: "o'brien", day: '2026-03-04' }, table),
  export: tools.sqoopExport(place, { url, user: 'pipeline' }, REPORT_TABLES[0]),
  streaming: tools.streamingEnrolment(cluster, place, interval, 1001),
  hive: tools.hiveFile(place, 'logs.hql'),
  beeline: tools.beelineScript(place, 'jdbc:hive2://m1:10000/default', 'sqoop', {
    file: 'imports.hql',
    statements: importStatements(place, '2026-03-04'),
  }),
  kill: tools.killScript(place),
  ...Object.fromEntries(Object.entries(OLD).map(([name, script]) => [`${name} of Hadoop 1`, script])),
}

describe.each(Object.entries(SCRIPTS))('the script %s', (_, script) => {
  it('is POSIX shell', () => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: script })
    expect(stderr.toString()).toBe('')
    expect(status).toBe(0)
  })
})

/** The arguments that a tool receives, as the shell splits them. */
function words(script: string): string[] {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-'))
  try {
    const shown = script
      .replaceAll(place.local, dir)
      .replace(/^exec \S+/m, String.raw`printf '%s\0'`)
      .replace('</dev/null', '')
    const { stdout, status } = spawnSync('sh', ['-s'], { input: shown })
    expect(status).toBe(0)
    return stdout.toString().replaceAll(dir, place.local).split('\0').slice(0, -1)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const valueAfter = (list: readonly string[], option: string): string | undefined =>
  list[list.indexOf(option) + 1]

describe('arguments of the tools', () => {
  it('Sqoop’s import: edX’s escapes, and nothing run by the shell', () => {
    const list = words(SCRIPTS.import ?? '')
    expect(list[0]).toBe('import')
    expect(valueAfter(list, '--connect')).toBe(url)
    expect(valueAfter(list, '--username')).toBe("o'brien")
    expect(valueAfter(list, '--null-string')).toBe('\\\\N')
    expect(valueAfter(list, '--fields-terminated-by')).toBe('\\001')
    expect(valueAfter(list, '--hive-delims-replacement')).toBe(' ')
    expect(valueAfter(list, '--target-dir')).toBe('/tmp/howdah_verify_r1/import/auth_user/dt=2026-03-04')
    expect(valueAfter(list, '--password-file')).toBe('file:///tmp/howdah_verify_r1/lms.password')
    expect(list).not.toContain('--password')
  })

  it('the streaming job: whole commands as one argument, all days, real containers', () => {
    const list = words(SCRIPTS.streaming ?? '')
    expect(valueAfter(list, '-mapper')).toBe(
      'env LC_ALL=C awk -v from=2026-03-02 -v to=2026-03-04 -f enrolment_map.awk',
    )
    expect(valueAfter(list, '-reducer')).toContain('days=2026-03-02,2026-03-03 ')
    expect(list).toContain('-Dmapreduce.job.ubertask.enable=false')
    expect(list).toContain('-Dmapreduce.input.fileinputformat.split.maxsize=501')
    // Generic options must come before the streaming ones.
    expect(list.indexOf('-files')).toBeLessThan(list.indexOf('-input'))
  })
})

describe('arguments for Hadoop 1 and Hive 0.11', () => {
  it('Sqoop and streaming: old names, one file per map, and no tags', () => {
    const list = words(OLD.streaming)
    expect(list[1]).toBe('/opt/hadoop/current/contrib/streaming/hadoop-streaming-1.2.1.jar')
    expect(list).toContain('-Dmapred.job.name=howdah_verify_r1 enrolment')
    expect(list).toContain('-Dmapred.reduce.tasks=1')
    for (const word of [...list, ...words(OLD.import)]) {
      expect(word).not.toMatch(/^-D(mapreduce|yarn|fs\.permissions)\.|CombineText/)
    }
  })

  it('Beeline: one statement at a time, in a supported format', () => {
    const list = words(OLD.beeline)
    expect(list).toContain('--outputformat=csv')
    expect(list).not.toContain('-f')
    const statements = list.filter((_, i) => list[i - 1] === '-e')
    expect(statements.filter((each) => each.startsWith('CREATE EXTERNAL TABLE')).length).toBe(4)
    expect(statements.at(-1)).toContain('FROM student_courseenrollment e JOIN auth_user u')
    expect(statements.at(-3)).toContain(
      "reflect('java.lang.System', 'getProperty', 'hadoop.tasklog.taskid', line)",
    )
    expect(statements.join()).not.toMatch(
      /hive\.execution\.engine|column\.autogather|compute\.query|ubertask/,
    )
  })

  it.each([
    ['0.11.0', false, 'csv', false, ['hive.exec.mode.local.auto']],
    ['1.2.2', true, 'tsv2', false, ['hive.execution.engine', 'hive.compute.query.using.stats']],
    ['2.3.9', true, 'tsv2', false, ['hive.stats.column.autogather']],
    ['3.1.3', true, 'tsv2', true, ['hive.stats.column.autogather', 'hive.execution.engine']],
  ])('Hive %s', (version, script, format, reportsJobs, settings) => {
    const dialect = hiveDialect(version)
    expect(dialect).toMatchObject({ beeline: { script, format }, reportsJobs })
    expect(Object.keys(dialect.settings)).toEqual(expect.arrayContaining(settings))
  })
})

describe('HiveQL', () => {
  it('is ASCII, and names only what the run made', () => {
    for (const text of [logScript(place, interval), importScript(place, '2026-03-04'), dropScript(place)]) {
      expect(text).toMatch(/^[\x20-\x7e\n]*$/)
      for (const [, path] of text.matchAll(/LOCATION '([^']+)'/g)) expect(path).toContain(`${place.root}/`)
      for (const [, name] of text.matchAll(/DATABASE (?:IF (?:NOT )?EXISTS )?(\S+?)[\s;]/g)) {
        expect(name).toMatch(/^howdah_verify_r1(_joins)?$/)
      }
    }
  })

  it('refuses a text that would end the literal', () => {
    expect(() => importScript(place, "2026'; DROP")).toThrow(TypeError)
  })

  it('parses the audit among other output', () => {
    const digits = Buffer.from('1|Zoë').toString('hex').toUpperCase()
    const row = ['auth_user', '1|Zoë', 1]
    // Beeline's tsv2, and the csv of the oldest with the id of a task at the end.
    expect(parseAudit(`WARN x\naudit:auth_user:${digits}\t1\nbye\n`)).toEqual([row])
    const old = `0: jdbc> SELECT concat('audit:auth_user:', x)\n'audit:auth_user:${digits}','1','attempt_201311281200_0001_r_000000_0'\n`
    expect(parseAudit(old)).toEqual([row])
    expect(tools.jobIds(old)).toEqual(['job_201311281200_0001'])
    const yarn = `audit:auth_user:${digits}\t1\t/data/1/yarn/logs/application_1795877571523_0007/container_1795877571523_0007_01_000001`
    expect(parseAudit(yarn)).toEqual([row])
    expect(tools.jobIds(yarn)).toEqual(['job_1795877571523_0007'])
  })
})

describe('WebHDFS, with a small stand-in', () => {
  let server: Server
  let base: string
  let local: string
  let refusal: string | undefined
  const tree = new Map<string, Buffer | 'dir'>()
  const requests: string[] = []

  const files = (path: string) =>
    [...tree]
      .filter(([key, value]) => key.startsWith(`${path}/`) && value !== 'dir')
      .map(([key, value]) => ({ pathSuffix: key.slice(path.length + 1), length: value.length }))
  const remove = (path: string): void => {
    for (const key of [...tree.keys()]) if (`${key}/`.startsWith(`${path}/`)) tree.delete(key)
  }
  type Answer = [code: number, body?: unknown]
  const operations: Record<string, (path: string, body: Buffer) => Answer> = {
    GETFILESTATUS: (path) => [tree.has(path) ? 200 : 404],
    MKDIRS: (path) => [tree.set(path, 'dir') && 200],
    SETOWNER: () => [200],
    DELETE: (path) => {
      remove(path)
      return [200]
    },
    CREATE: (path, body) => [tree.set(path, body) && 201],
    LISTSTATUS: (path) => [200, { FileStatuses: { FileStatus: files(path) } }],
  }

  function serve(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const url = new URL(request.url ?? '', 'http://x')
    const path = url.pathname.replace('/webhdfs/v1', '')
    const op = url.searchParams.get('op') ?? ''
    requests.push(`${op} ${path} ${url.searchParams.get('user.name')}`)
    if (refusal) return void response.writeHead(403).end(refusal)
    if (op === 'CREATE' && !url.searchParams.has('datanode')) {
      return void response.writeHead(307, { location: `${base}${request.url}&datanode=1` }).end()
    }
    const [code, answer = {}] = operations[op]?.(path, body) ?? [400]
    response.writeHead(code).end(JSON.stringify(answer))
  }

  beforeEach(async () => {
    tree.clear()
    requests.length = 0
    refusal = undefined
    local = mkdtempSync(join(tmpdir(), 'howdah-'))
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => serve(request, response, Buffer.concat(chunks)))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => {
    server.close()
    rmSync(local, { recursive: true })
  })

  const run = (script: string) =>
    promisify(execFile)('sh', ['-c', script.replaceAll(place.local, local)]).catch((error) => error)
  /** In a run, HDFS paths and the local one are equal. Here they differ. */
  const here = { ...place, root: '/data/edx' }

  it('writes every file as the run’s user, byte for byte, and lists them', async () => {
    const content = Buffer.from([0, 1, 2, 255, 10, 13])
    writeFileSync(join(local, 'a.gz'), content)
    writeFileSync(join(local, 'b.gz'), 'b')
    const { stdout } = await run(loadLogs(here, base, ['a.gz', 'b.gz']))
    expect(stdout).toContain('home=made')
    expect([...parseListing(stdout)]).toEqual([
      ['a.gz', 6],
      ['b.gz', 1],
    ])
    expect(tree.get('/data/edx/tracking/a.gz')).toEqual(content)
    expect(requests).toContain('CREATE /data/edx/tracking/a.gz sqoop')
    expect(requests).toContain('SETOWNER /data/edx/import hdfs')
    expect(readFileSync(join(local, 'a.gz'))).toEqual(content)
  })

  it('replaces its own tree, and no other', async () => {
    tree.set('/user/sqoop', 'dir').set('/data/edx', 'dir').set('/data/edx/old', Buffer.from('x'))
    const refused = await run(loadLogs(here, base, []))
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('was not made by howdah')
    expect(tree.has('/data/edx/old')).toBe(true)
    tree.set(`/data/edx/${MARKER}`, Buffer.from(''))
    const { stdout } = await run(loadLogs(here, base, []))
    expect(stdout).not.toContain('home=made')
    expect(tree.has('/data/edx/old')).toBe(false)
  })

  it('shows the message of a server that refuses', async () => {
    refusal = 'SafeModeException: no'
    const refused = await run(loadLogs(here, base, []))
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('SafeModeException')
  })

  it('removes the tree, and the home that the run created', async () => {
    tree.set('/user/sqoop', 'dir').set('/data/edx', 'dir')
    await run(removeTree(here, base, false))
    expect([...tree.keys()]).toEqual(['/user/sqoop'])
    await run(removeTree(here, base, true))
    expect(tree.size).toBe(0)
  })
})
