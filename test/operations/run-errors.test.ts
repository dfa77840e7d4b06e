import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { planApps } from '../../provisioners/operations/apps/index.ts'
import { destroyCluster } from '../../provisioners/operations/destroy/index.ts'
import { planLogs } from '../../provisioners/operations/logs/index.ts'
import { logsStatus, shipLogs } from '../../provisioners/operations/logs/run.ts'
import { planSchedule } from '../../provisioners/operations/schedule/index.ts'
import { runJob } from '../../provisioners/operations/schedule/run.ts'
import { scheduleStatus } from '../../provisioners/operations/schedule/status.ts'
import { auditCluster } from '../../provisioners/operations/store/index.ts'
import { planUsers } from '../../provisioners/operations/users/index.ts'
import { readAppFiles } from '../../provisioners/runtime/app-files.ts'
import { makeCertificates } from '../../provisioners/runtime/self-signed.ts'
import type { OperationOptions } from '../../provisioners/runtime/types.ts'
import { contextOf, FIVE, ONE } from '../services/a-context.ts'
import { type Answer, emptyHost, operation, playedHosts } from './played.ts'

// Files of the unit tests share their modules: this one needs modules that see its mocks, and leaves none behind.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

const hosts = vi.hoisted(() => ({ answer: (() => undefined) as Answer, broken: '' }))
vi.mock('../../provisioners/transport/index.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/transport/index.ts')>()),
  openTransport: (at: { host: string }) => {
    if (at.host === hosts.broken) return Promise.reject(new TypeError('not a socket'))
    return playedHosts((host, request) => hosts.answer(host, request))(at)
  },
}))
// The software is in the cache, so these operations fetch nothing.
vi.mock('../../provisioners/artifacts/index.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/artifacts/index.ts')>()),
  resolveArtifacts: async () => contextOf(FIVE),
}))
beforeEach(() => Object.assign(hosts, { answer: () => undefined, broken: '' }))
afterEach(() => void vi.unstubAllEnvs())

/** Without a result store, and without what needs one. */
const PLAIN = FIVE.replace(/.*result-store.*\n/, '')

describe('a section that cluster.yml does not have', () => {
  it.each([
    ['APPS_ABSENT', planApps, 'howdah explain apps'],
    ['LOGS_ABSENT', planLogs, 'howdah explain trackingLogs'],
    ['LOGS_ABSENT', shipLogs, 'howdah explain trackingLogs'],
    ['SCHEDULE_ABSENT', planSchedule, 'howdah explain schedule'],
    ['SCHEDULE_ABSENT', scheduleStatus, 'howdah explain schedule'],
    ['USERS_ABSENT', planUsers, 'howdah explain users'],
    ['STORE_ABSENT', auditCluster, 'give a host the role result-store, or write resultStore.external'],
  ] as readonly [string, (options: OperationOptions) => Promise<unknown>, string][])(
    '%s names the file and what to add (%#)',
    async (code, run, next) => {
      const options = operation(PLAIN)
      await expect(run(options)).rejects.toMatchObject({
        ...{ code, exitCode: 10, details: { where: options.file, next } },
      })
    },
  )
})

describe('a job that is run by hand', () => {
  const text = `${ONE}schedule: {jobs: [{name: daily, command: ls, when: daily}]}\n`
  const says = (stdout: string) => {
    hosts.answer = (_host, { script }) => (script.includes('name=daily') ? { stdout } : undefined)
  }

  it('is refused when there is no job of its name', async () => {
    const options = operation(text)
    await expect(runJob(options, 'dayly')).rejects.toMatchObject({
      ...{ code: 'SCHEDULE_NO_JOB', exitCode: 10 },
      details: { where: options.file, expected: 'one of daily', next: 'did you mean daily?' },
    })
  })

  it.each([
    ['SCHEDULE_NOT_APPLIED', '@howdah absent\n', 'howdah schedule apply'],
    ['SCHEDULE_RUNNING', '@howdah runs one /var/log/daily/one.log\n', 'howdah schedule status'],
    ['SCHEDULE_SILENT', '@howdah silent\n', 'on one: journalctl -u howdah-job-daily'],
  ])('%s', async (code, said, next) => {
    says(said)
    await expect(runJob(operation(text), 'daily')).rejects.toMatchObject({
      ...{ code, exitCode: 14, message: expect.stringContaining('daily'), details: { next } },
    })
  })

  it('has an unreadable state, and the error has the output of the host', async () => {
    hosts.answer = () => ({ exit: 1, stderr: 'systemctl: not found' })
    await expect(scheduleStatus(operation(text))).rejects.toMatchObject({
      ...{ code: 'SCHEDULE_UNREADABLE', exitCode: 14 },
      details: { detail: 'systemctl: not found', next: 'howdah schedule plan' },
    })
  })
})

it('tracking logs are not sent by a host that has no shipper', async () => {
  const options = operation(`${FIVE}trackingLogs: {sources: [{host: lms}]}\n`)
  hosts.answer = (host) => (host === 'lms' ? { exit: 127 } : undefined)
  for (const run of [shipLogs, logsStatus]) {
    await expect(run(options)).rejects.toMatchObject({
      ...{ code: 'LOGS_NOT_APPLIED', exitCode: 13 },
      details: { where: expect.stringMatching(/^lms:\//), next: 'howdah logs apply' },
    })
  }
})

it('a connection that fails for an unknown reason names its host', async () => {
  hosts.broken = 'one'
  const text = `${ONE}schedule: {jobs: [{name: sweep, when: daily, command: 'true'}]}\n`
  await expect(scheduleStatus(operation(text))).rejects.toMatchObject({
    ...{ code: 'SSH_UNEXPECTED', exitCode: 11 },
    message: 'one (10.0.0.1) could not be reached: not a socket',
    details: { where: 'one', next: 'ssh 10.0.0.1 true' },
  })
})

it('destroy names a host on which a step failed, with its output', async () => {
  hosts.answer = (host, { script }) => {
    const probed = emptyHost(script)
    if (probed) return probed
    if (host === 'w1' && script.includes('systemctl')) return { exit: 1, stderr: 'umount: busy' }
    const nonce = /@([0-9a-f]{24}) %s/.exec(script)?.[1]
    const steps = script.split('\n').flatMap((line) => /^step (\d+)$/.exec(line)?.[1] ?? [])
    const done = steps.flatMap((i) => [`@${nonce} start ${i}`, `@${nonce} ok ${i}`])
    return { stdout: [...done, `@${nonce} finished`, ''].join('\n') }
  }
  const destroying = destroyCluster(operation(FIVE), { data: false }, async () => true)
  await expect(destroying).rejects.toMatchObject({
    ...{ code: 'DESTROY_FAILED', exitCode: 14 },
    details: {
      where: 'w1',
      detail: expect.stringContaining('umount: busy'),
      next: expect.stringContaining('same command again'),
    },
  })
})

it('destroy refuses a host of another cluster before it asks', async () => {
  hosts.answer = (host, { script }) => emptyHost(script, host === 'w1' ? 'theirs (id 42)' : '')
  const consent = vi.fn(async () => true)
  await expect(destroyCluster(operation(FIVE), { data: false }, consent)).rejects.toMatchObject({
    ...{ code: 'PLAN_REFUSED', exitCode: 13 },
    message: expect.stringContaining('w1 belongs to theirs (id 42), and cluster.yml describes insights (id '),
  })
  expect(consent).not.toHaveBeenCalled()
})

describe('files of applications', () => {
  it('a hook that cannot be read is named', async () => {
    const app = '{serverName: api.example.org, tls: {selfSigned: true}, hook: {script: none.sh}}'
    const text = ONE.replace('result-store]', 'result-store, api]').concat(`apps: {api: ${app}}\n`)
    const { cluster, file } = operation(text)
    if (cluster === undefined) throw new Error('no cluster')
    await makeCertificates(cluster)
    const secrets = { get: () => ({ reveal: () => '' }) } as never
    await expect((async () => readAppFiles(cluster, secrets))()).rejects.toSatisfy((error) => {
      const { all } = error as { all: { code: string; exitCode: number; details: object }[] }
      expect(all.find(({ code }) => code === 'APPS_HOOK_UNREADABLE')).toMatchObject({
        ...{ exitCode: 10, details: { where: join(dirname(file), 'none.sh') } },
      })
      return true
    })
  })

  it('a certificate cannot be made without openssl', async () => {
    const app = '{serverName: api.example.org, tls: {selfSigned: true}}'
    const text = ONE.replace('result-store]', 'result-store, api]').concat(`apps: {api: ${app}}\n`)
    const { cluster } = operation(text)
    if (cluster === undefined) throw new Error('no cluster')
    const empty = mkdtempSync(join(tmpdir(), 'howdah-no-openssl-'))
    onTestFinished(() => rmSync(empty, { recursive: true }))
    mkdirSync(join(empty, 'bin'))
    vi.stubEnv('PATH', join(empty, 'bin'))
    await expect(makeCertificates(cluster)).rejects.toMatchObject({
      ...{ code: 'TLS_OPENSSL', exitCode: 10 },
      message: expect.stringContaining('there is no openssl on this machine'),
      details: { expected: 'openssl 1.1.1 or later on this machine' },
    })
  })
})
