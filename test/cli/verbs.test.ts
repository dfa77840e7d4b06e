import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { applyExit, applyText } from '../../cli/verbs/bootstrap.ts'
import { reportText, verifyExit } from '../../cli/verbs/verify.ts'
import type { ApplyResult } from '../../provisioners/engine/types.ts'
import type { VerifyReport } from '../../provisioners/operations/verify/types.ts'
import type { BootstrapReport } from '../../provisioners/runtime/types.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const c = pc.createColors(false)

const run = (args: readonly string[], cwd = ROOT) =>
  spawnSync(join(ROOT, 'bin/howdah'), args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    timeout: 60_000,
  })

const applied = (outcomes: ApplyResult['outcomes']): BootstrapReport =>
  ({ plan: {}, applied: { outcomes, failures: [], ms: 1 } }) as unknown as BootstrapReport

describe('exit codes of a bootstrap', () => {
  it.each([
    ['all done', { 'm1!a': 'ok', 'w1!a': 'ok' }, false, 0],
    ['one host failed, another is complete', { 'm1!a': 'ok', 'w1!a': 'failed' }, false, 15],
    ['every host failed', { 'm1!a': 'failed', 'w1!a': 'skipped' }, false, 14],
    ['an unknown outcome', { 'm1!a': 'unknown' }, false, 14],
    ['interrupted', { 'm1!a': 'ok', 'w1!a': 'skipped' }, true, 130],
  ] as const)('%s', (_title, outcomes, interrupted, exit) => {
    expect(applyExit(applied(outcomes), interrupted)).toBe(exit)
  })

  it('15 when a host was set aside, though all the rest is done', () => {
    const plan = { unreachable: [{ host: 'w2', code: 'SSH_UNREACHABLE', message: 'no answer' }] }
    const all = { plan, applied: { outcomes: { 'm1!a': 'ok' }, failures: [], ms: 1 } }
    expect(applyExit(all as unknown as BootstrapReport, false)).toBe(15)
    expect(applyExit({ plan } as unknown as BootstrapReport, false)).toBe(15)
  })

  it('nothing to do counts as done', () => expect(applyExit({ plan: {} } as BootstrapReport, false)).toBe(0))
})

describe('the end of an apply', () => {
  it("shows the last lines of the daemon's log, the cause and the next command, then the summary", () => {
    const text = applyText(
      {
        outcomes: { 'm1!unit:x': 'failed', 'm1!unit:y': 'skipped', 'm1!file:z': 'ok' },
        failures: [
          {
            ref: 'm1!unit:x',
            host: 'm1',
            title: 'unit x',
            output: 'BindException',
            cause: 'port taken',
            next: 'ss -ltnp',
          },
        ],
        ms: 1000,
      },
      c,
    )
    for (const part of [
      'm1: unit x',
      '│ BindException',
      'cause  port taken',
      'next   ss -ltnp',
      '1 changes made',
      '1 failed, 1 not done',
    ]) {
      expect(text).toContain(part)
    }
  })
})

describe('a verification', () => {
  const report = (status: 'pass' | 'fail'): VerifyReport => ({
    formatVersion: '1.0',
    cluster: 'c',
    ok: status === 'pass',
    checks: [
      {
        name: 'datanode w2',
        title: 'DataNode on w2',
        status,
        ms: 1,
        detail: 'refused',
        next: 'howdah status',
      },
    ],
    tables: [
      {
        name: 'course_activity',
        columns: ['course', 'count'],
        rows: Array.from({ length: 20 }, (_, i) => ['c', i]),
      },
    ],
    compared: [{ table: 'course_activity', rows: 20, mismatches: [] }],
    ms: 1500,
  })

  it('names what is broken and exits 17', () => {
    expect(verifyExit(report('fail'))).toBe(17)
    expect(reportText(report('fail'), c)).toContain('✗ datanode w2: DataNode on w2')
  })

  it('shows some rows, and reports that all were compared', () => {
    expect(verifyExit(report('pass'))).toBe(0)
    const text = reportText(report('pass'), c)
    expect(text).toContain('… and 8 more rows')
    expect(text).toContain('all 20 rows are right')
  })
})

describe('the command line', () => {
  it('documents every verb, with the exit codes and where to start', () => {
    const program = buildProgram(async () => {})
    for (const command of program.commands) expect(command.description(), command.name()).not.toBe('')
    const { stdout, status } = run(['--help'])
    expect(status).toBe(0)
    expect(stdout).toContain('17   the verification failed')
    expect(stdout).toContain('howdah lab demo')
  })

  it('makes a cluster.yml that it accepts itself', () => {
    const dir = mkdtempSync(join(tmpdir(), 'howdah-cli-'))
    const made = run(['init', '--name', 'try', '--user', 'ops', '10.0.0.11', '10.0.0.12'])
    expect(made.status).toBe(0)
    writeFileSync(join(dir, 'cluster.yml'), made.stdout)
    const checked = run(['validate'], dir)
    expect(checked.status, checked.stderr).toBe(0)
    expect(checked.stdout).toContain('try: 2 hosts')
  })

  it('validate warns of every secret that is missing', () => {
    const dir = mkdtempSync(join(tmpdir(), 'howdah-cli-'))
    const ssh = '{user: ops, password: {env: HOWDAH_TEST_UNSET}, sudoPassword: {file: none}}'
    writeFileSync(
      join(dir, 'cluster.yml'),
      `name: x\nhosts: [{name: m1, address: 10.0.0.1, roles: [master, worker]}]\nssh: ${ssh}\n`,
    )
    const { status, stdout } = run(['validate'], dir)
    expect(status).toBe(0)
    expect(stdout).toContain('HOWDAH_TEST_UNSET is not set')
    expect(stdout).toContain(`the secret file ${join(dir, 'none')} cannot be read`)
  })

  it('names file, line and column of an error, with a suggestion, and exits with 10', () => {
    const dir = mkdtempSync(join(tmpdir(), 'howdah-cli-'))
    writeFileSync(
      join(dir, 'cluster.yml'),
      'name: x\nhosts:\n  - {name: m1, address: 10.0.0.1, rolls: [master, worker]}\n',
    )
    const { status, stderr, stdout } = run(['validate', '--json'], dir)
    expect(status).toBe(10)
    expect(stderr).toContain('cluster.yml:3:')
    expect(stderr).toContain('roles')
    expect(JSON.parse(stdout).errors.length).toBeGreaterThan(0)
  })

  it('validates and explains a file that has no hosts yet, and names the verbs that need them', () => {
    const dir = mkdtempSync(join(tmpdir(), 'howdah-cli-'))
    const text = 'name: x\naws: {deployment: small-emr, region: eu-west-1, emr: {release: emr-7.4.0}}\n'
    writeFileSync(join(dir, 'cluster.yml'), text)
    expect(run(['validate'], dir)).toMatchObject({ status: 0, stdout: 'x: small-emr in eu-west-1: valid\n' })
    expect(run(['explain', 'aws.emr.release'], dir).stdout).toMatch(
      /value +emr-7\.4\.0\nsource +cluster\.yml:2:64/,
    )
    const planned = run(['plan'], dir)
    expect(planned.status).toBe(10)
    expect(planned.stderr).toContain('howdah inventory --from-terraform --write')
  })

  it('prints a schema of draft-07 and explains a field', () => {
    expect(JSON.parse(run(['schema']).stdout).$schema).toContain('draft-07')
    expect(run(['explain', 'ssh.hostKeys'], tmpdir()).stdout).toContain('strict')
  })

  it('fails on a missing file without using the network', () => {
    const { status, stderr } = run(['plan', '/nonexistent/cluster.yml'])
    expect(status).toBe(10)
    expect(stderr).toContain('/nonexistent/cluster.yml')
  })
})
