import { describe, expect, it, vi } from 'vitest'
import { HowdahError } from '../../../provisioners/errors.ts'
import { runVerify, STEPS } from '../../../provisioners/operations/verify/run.ts'
import type { VerifyReport } from '../../../provisioners/operations/verify/types.ts'
import { cluster, type Faults, simulate } from './simulated.ts'

const failed = ({ checks }: VerifyReport): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ name }) => name)

const verify = (faults: Faults): Promise<VerifyReport> => runVerify(simulate(faults).input)

describe('only some checks', () => {
  const only = (...names: string[]) => runVerify(simulate({}, { only: names }).input)

  it('run with what they need, and nothing else of the flow', async () => {
    const { checks } = await only('grant api')
    const flow = checks.filter(({ name }) => STEPS.some((step) => step.name === name))
    expect(flow.map(({ name }) => name).sort()).toEqual(['grant api', 'grant pipeline'])
    expect(checks.some(({ name }) => name.startsWith('configuration '))).toBe(false)
    expect(checks.some(({ name }) => name === 'datanode w1')).toBe(true)
  })

  it('are named when there is no such check', async () => {
    await expect(only('grant apy')).rejects.toMatchObject({
      ...{ code: 'VERIFY_UNKNOWN_CHECK', exitCode: 10 },
      details: { found: 'grant apy', next: "howdah verify --only 'grant api'" },
    })
  })

  it('still fail by their own name', async () => {
    const { input } = simulate({ allows: /^INSERT/ }, { only: ['api insert refused'] })
    expect(failed(await runVerify(input))).toEqual(['api insert refused'])
  })
})

describe('a healthy cluster', () => {
  it('passes every check, reports each once, and returns the tables', async () => {
    const { input, events } = simulate()
    const report = await runVerify(input)
    expect(failed(report)).toEqual([])
    expect(report.ok).toBe(true)
    const names = report.checks.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(STEPS.map(({ name }) => name)))
    expect(events.filter(({ type }) => type === 'check').length).toBe(names.length)
    expect(report.tables.map(({ name }) => name).sort()).toEqual([
      'course_activity',
      'course_enrollment_daily',
    ])
    expect(report.compared.every(({ rows, mismatches }) => rows > 0 && mismatches.length === 0)).toBe(true)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  it('removes what it made, and nothing of the operator’s', async () => {
    const { input, statements, scripts, uploads } = simulate()
    await runVerify(input)
    const made = statements.filter(({ sql }) => /^CREATE (DATABASE|TABLE)/.test(sql) && !sql.includes('_no`'))
    expect(made.every(({ sql }) => sql.includes('howdah_verify_'))).toBe(true)
    const dropped = statements.filter(({ sql }) => sql.startsWith('DROP DATABASE')).map(({ sql }) => sql)
    expect(dropped.length).toBe(2)
    expect(dropped.every((sql) => /`howdah_verify_\w+`$/.test(sql))).toBe(true)
    // Both may be on one server, so the names must differ.
    expect(new Set(dropped).size).toBe(2)
    const count = (verb: string): number => statements.filter(({ sql }) => sql.startsWith(verb)).length
    expect(count('GRANT')).toBe(2)
    expect(count('REVOKE')).toBe(2)
    const last = scripts.slice(-3).map(({ script }) => script)
    expect(last[0]).toContain('drop.hql')
    expect(last[1]).toContain('DELETE')
    expect(last[2]).toMatch(/^rm -rf \/tmp\/howdah_verify_/)
    expect(
      [...uploads].filter(([, { mode }]) => mode === '0400').map(([path]) => path.split('/').pop()),
    ).toEqual(['lms.password', 'reports.password'])
  })

  it('puts no password into a script, a statement or an event', async () => {
    const { input, scripts, statements, events } = simulate({ breaks: { when: /exec sqoop/, output: 'no' } })
    const report = await runVerify(input)
    expect(JSON.stringify([scripts, statements, events, report])).not.toContain('hunter2')
  })

  it('with keep, uses the cluster’s own databases and keeps them', async () => {
    const { input, statements, scripts } = simulate({}, { keep: true })
    const report = await runVerify(input)
    expect(failed(report)).toEqual([])
    expect(statements.some(({ sql }) => sql.includes('CREATE TABLE `edxapp`.`auth_user`'))).toBe(true)
    expect(statements.some(({ sql }) => sql.includes('CREATE TABLE `reports`.`course_activity`'))).toBe(true)
    expect(statements.some(({ sql }) => sql.startsWith('DROP DATABASE') || sql.startsWith('GRANT'))).toBe(
      false,
    )
    expect(scripts.some(({ script }) => script.includes('drop.hql'))).toBe(false)
  })

  it('with keep, refuses to replace a table that is not its own', async () => {
    const { input, statements } = simulate({ tablesOfOthers: true }, { keep: true })
    const report = await runVerify(input)
    expect(failed(report)).toEqual(expect.arrayContaining(['lms data', 'grant pipeline']))
    expect(
      statements.some(({ sql }) => /^DROP TABLE `(edxapp|reports)`\.`(auth|course|student)/.test(sql)),
    ).toBe(false)
  })

  it('fails when a join has other rows, and names them', async () => {
    const report = await verify({ joined: ['<ann>\talgebra'] })
    expect(failed(report)).toEqual(['hive joins'])
    const joins = report.checks.find(({ name }) => name === 'hive joins')
    expect(joins?.detail).toContain('missing: outer nothing dee')
  })

  it('fails when HiveServer2 runs a command that reads files', async () => {
    const { input } = simulate({ runsDfs: true })
    const report = await runVerify(input)
    expect(report.checks.find(({ name }) => name === 'hiveserver2 query')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/did not refuse the command dfs/),
      next: 'howdah plan --only hive',
    })
  })

  it('names the one worker whose tasks lack a class, whatever the jobs say', async () => {
    const report = await verify({ lacksClass: 'w2' })
    expect(failed(report)).toEqual(['task classes'])
    const { detail, next } = report.checks.find(({ name }) => name === 'task classes') ?? {}
    expect(detail).toMatch(/^w2: tasks do not find org\.apache\.commons\.collections\.CollectionUtils/)
    expect(next).toContain('howdah bootstrap')
  })

  it('with quick, asks and changes nothing', async () => {
    const { input, statements, uploads } = simulate({}, { quick: true })
    const report = await runVerify(input)
    expect(report.ok).toBe(true)
    expect(statements).toEqual([])
    expect(uploads.size).toBe(0)
    expect(report.checks.map(({ name }) => name)).toContain('datanode w2')
  })
})

describe('a broken cluster is named', () => {
  it.each<[string, Faults, string]>([
    ['a DataNode is stopped', { dead: 'datanode w2' }, 'datanode w2'],
    ['a DataNode is stopped and still counted', { dead: 'datanode w2', stillCounted: true }, 'datanode w2'],
    ['a NodeManager is stopped', { dead: 'nodemanager w1' }, 'nodemanager w1'],
    ['the metastore is stopped', { dead: 'hive-metastore' }, 'hive-metastore'],
    ['HiveServer2 is stopped', { dead: 'hiveserver2' }, 'hiveserver2'],
  ])('%s: the flow is skipped', async (_, faults, name) => {
    const { input, statements } = simulate(faults)
    const report = await runVerify(input)
    expect(failed(report)).toEqual([name])
    expect(report.ok).toBe(false)
    expect(report.checks.find((check) => check.name === name)?.next).not.toBe('')
    expect(statements).toEqual([])
    expect(report.checks.filter(({ status }) => status === 'skip').length).toBe(STEPS.length)
  })

  it.each<[string, Faults, string[]]>([
    ['the api user may not read', { refuses: { account: 'api', when: /^SELECT/ } }, ['grant api']],
    [
      'the pipeline may not create',
      { refuses: { account: 'pipeline', when: /^CREATE/ } },
      ['grant pipeline'],
    ],
    ['the reader may not read', { refuses: { account: 'reader', when: /^SELECT/ } }, ['grant reader']],
    ['the api user may insert', { allows: /^INSERT/ }, ['api insert refused']],
    ['the api user may create', { allows: /^CREATE/ }, ['api create refused']],
    ['the api user may drop', { allows: /^DROP/ }, ['api drop refused']],
    ['a collation is not binary', { collation: 'utf8mb4_general_ci' }, ['collation']],
    [
      'the metastore stops during the flow',
      { breaks: { when: /logs\.hql(?!')/, output: 'Unable to instantiate SessionHiveMetaStoreClient' } },
      ['hive tables', 'hive-metastore'],
    ],
    [
      'a worker cannot log in',
      { breaks: { when: /exec sqoop export/, output: "Access denied for user 'pipeline'@'w1'" } },
      ['export course_enrollment_daily', 'grant pipeline', 'export course_activity'],
    ],
    ['a job runs in the client', { localJob: true }, ['streaming enrolment']],
    ['a task runs elsewhere', { node: 'stranger:8042' }, ['jobs on workers']],
  ])('%s', async (_, faults, names) => {
    const report = await verify(faults)
    expect([...new Set(failed(report))].sort()).toEqual([...names].sort())
    for (const { next, detail, status } of report.checks) {
      if (status === 'fail') expect(detail + next).not.toBe('')
    }
  })

  it('too few copies of a block, after asking for them until the time limit', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const clock = setInterval(() => vi.advanceTimersByTime(500), 1)
    try {
      const { input, scripts } = simulate({ replicas: 1 })
      expect(failed(await runVerify(input))).toEqual(['replication'])
      expect(scripts.filter(({ script }) => script.includes('/fsck?')).length).toBe(40)
    } finally {
      clearInterval(clock)
      vi.useRealTimers()
    }
  })

  it.each<[string, NonNullable<Faults['rows']>, string]>([
    ['a wrong row', (rows) => [[...(rows[0] ?? []).slice(0, -1), 99_999], ...rows.slice(1)], 'wrong'],
    ['a missing row', (rows) => rows.slice(1), 'missing'],
    ['an extra row', (rows) => [...rows, ['x', ...(rows[0] ?? []).slice(1)]], 'extra'],
  ])('%s', async (_, rows, kind) => {
    const report = await verify({ rows })
    expect(failed(report).sort()).toEqual(['rows course_activity', 'rows course_enrollment_daily'])
    const kinds = report.compared.flatMap(({ mismatches }) => mismatches.map((each) => each.kind))
    expect(kinds).toEqual([kind, kind])
  })

  it('a health check of a component, with its own next command', async () => {
    const check = {
      name: 'namenode',
      host: 'm1',
      title: 'NameNode',
      script: 'false # nn',
      next: 'look there',
    }
    const { input } = simulate(
      { breaks: { when: /# nn$/, output: 'in safe mode' } },
      { healthChecks: [check] },
    )
    const report = await runVerify(input)
    expect(report.checks.find(({ name }) => name === 'namenode')).toMatchObject({
      status: 'fail',
      detail: 'in safe mode',
      next: 'look there',
      host: 'm1',
    })
  })
})

describe('after a run that did not pass', () => {
  it('nothing remains when a step failed', async () => {
    const { input, statements, scripts } = simulate({ breaks: { when: /exec sqoop import/, output: 'boom' } })
    const report = await runVerify(input)
    expect(report.checks.find(({ name }) => name === 'import auth_user')?.detail).toContain('boom')
    expect(report.checks.find(({ name }) => name === 'hiveserver2 query')?.status).toBe('skip')
    expect(report.checks.find(({ name }) => name === 'cleanup')?.status).toBe('pass')
    expect(statements.filter(({ sql }) => sql.startsWith('DROP DATABASE')).length).toBe(2)
    expect(scripts.at(-1)?.script).toContain('rm -rf')
    expect(scripts.some(({ script }) => script.includes('application -kill'))).toBe(true)
  })

  it('nothing remains after an interrupt, and the error says so', async () => {
    const stop = new AbortController()
    const onScript = (script: string): void => {
      if (script.includes('exec sqoop import')) stop.abort()
    }
    const { input, statements, scripts } = simulate({ onScript }, { signal: stop.signal })
    const error = await runVerify(input).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HowdahError)
    expect((error as HowdahError).exitCode).toBe(130)
    expect(statements.filter(({ sql }) => sql.startsWith('DROP DATABASE')).length).toBe(2)
    expect(scripts.some(({ script }) => script.includes('skiptrash=true'))).toBe(true)
    expect(scripts.at(-1)?.script).toContain('rm -rf')
  })

  it('what cannot be removed is named', async () => {
    const report = await verify({ breaks: { when: /^rm -rf/, output: 'read-only file system' } })
    expect(report.checks.find(({ name }) => name === 'cleanup')).toMatchObject({ status: 'fail' })
    expect(report.checks.find(({ name }) => name === 'cleanup')?.detail).toContain('read-only file system')
  })
})

it('a cluster without a result store is refused for the whole flow, and checked with quick', async () => {
  const { resultStore: _, lms: __, ...bare } = cluster
  const { input } = simulate({}, { cluster: bare })
  await expect(runVerify(input)).rejects.toMatchObject({ details: { code: 'VERIFY_NO_RESULT_STORE' } })
  expect((await runVerify({ ...input, quick: true })).ok).toBe(true)
})

it('each step needs existing steps', () => {
  const names = new Set(STEPS.map(({ name }) => name))
  for (const { after } of STEPS) for (const name of after) expect(names).toContain(name)
})
