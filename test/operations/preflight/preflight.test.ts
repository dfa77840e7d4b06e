import pc from 'picocolors'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Console } from '../../../cli/console.ts'
import { preflightExit, preflightText, preflight as preflightVerb } from '../../../cli/verbs/preflight.ts'
import { preflight } from '../../../provisioners/operations/preflight/index.ts'
import type { PreflightReport } from '../../../provisioners/operations/preflight/types.ts'
import { FIVE } from '../../services/a-context.ts'
import { operation, playedHosts } from '../played.ts'

// Files of the unit tests share their modules: this one needs modules that see its mocks, and leaves none behind.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

const world = vi.hoisted(() => ({
  dead: [] as string[],
  lookups: '',
  repairs: [] as object[],
  scripts: [] as { host: string; as?: string; script: string }[],
}))
vi.mock('../../../provisioners/transport/index.ts', async (original) => ({
  ...(await original<typeof import('../../../provisioners/transport/index.ts')>()),
  openTransport: async (at: { host: string }) => {
    const { HowdahError } = await import('../../../provisioners/errors.ts')
    if (world.dead.includes(at.host)) {
      const message = `${at.host} does not answer`
      throw new HowdahError({
        code: 'SSH_UNREACHABLE',
        exit: 'connection',
        message,
        where: at.host,
        next: `ssh ${at.host} true`,
      })
    }
    return playedHosts((host, { script, as }) => {
      world.scripts.push({ host, script, ...(as && { as }) })
      const nonce = /printf '\\n@(\S+) %s\\n'/.exec(script)?.[1]
      if (!script.includes('mark finished')) return undefined
      const tools = `\n@${nonce} ask-tools\ninit=openrc\napt=\n\n@${nonce} end ask-tools 0`
      const lookups =
        world.lookups && `\n@${nonce} ask-lookups\n${world.lookups}\n\n@${nonce} end ask-lookups 0`
      return { stdout: `clock=${Date.now()}000000\n${tools}${lookups}\n@${nonce} finished\n` }
    })(at)
  },
}))
vi.mock('../../../provisioners/operations/bootstrap/index.ts', async (original) => ({
  ...(await original<typeof import('../../../provisioners/operations/bootstrap/index.ts')>()),
  bootstrapCluster: async (_options: object, _consent: object, chosen: object) => {
    world.repairs.push(chosen)
    return { applied: { outcomes: { 'w1!hosts-block:/etc/hosts': 'ok' }, failures: [], ms: 1 } }
  },
}))
beforeEach(() => Object.assign(world, { dead: [], scripts: [], lookups: '', repairs: [] }))

describe('preflight', () => {
  it('asks each host one script as root, and shows the same finding of all hosts once', async () => {
    const report = await preflight(operation(FIVE))
    expect(world.scripts.map(({ host, as }) => [host, as]).sort()).toEqual(
      ['lms', 'm1', 'rs', 'w1', 'w2'].map((host) => [host, 'root']),
    )
    const errors = report.findings.filter(({ severity }) => severity === 'error')
    expect(errors.find(({ message }) => message.includes('systemd'))?.hosts.map(({ host }) => host)).toEqual([
      ...['m1', 'w1', 'w2', 'lms', 'rs'],
    ])
    expect(preflightExit(report)).toBe(13)
    const text = preflightText(report, pc.createColors(false))
    expect(text).toContain(
      'error the host does not run systemd, which starts every daemon (system)\n  m1, w1, w2, lms, rs: process 1 is openrc',
    )
    expect(text).toMatch(/on 5 hosts \(\d+ checks\)\.$/)
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ formatVersion: '1.0', cluster: 'insights' })
  })

  it('shows a host that does not answer, and checks the others', async () => {
    Object.assign(world, { dead: ['w2'] })
    const report = await preflight(operation(FIVE))
    expect(report.hosts).toEqual(['m1', 'w1', 'lms', 'rs'])
    expect(report.unreachable).toMatchObject([{ host: 'w2', code: 'SSH_UNREACHABLE' }])
    expect(preflightText(report, pc.createColors(false))).toContain(
      '✗ w2 was not checked: w2 does not answer\n  next  ssh w2 true',
    )
  })

  it('fails when no host answers', async () => {
    Object.assign(world, { dead: ['lms', 'm1', 'rs', 'w1', 'w2'] })
    await expect(preflight(operation(FIVE))).rejects.toMatchObject({ exitCode: 11 })
  })

  it('repairs by the plan of bootstrap for the component system, and checks again', async () => {
    const notes: string[] = []
    const printed: PreflightReport[] = []
    Object.assign(world, { lookups: 'w2\t\t\t\t' })
    const console = {
      out: pc.createColors(false),
      note: (text: string) => void notes.push(text),
      operation: () => operation(FIVE),
      result: (report: PreflightReport) => void printed.push(report),
      consent: async () => true,
    }
    expect(await preflightVerb(console as unknown as Console, { file: 'cluster.yml', fix: true })).toBe(13)
    expect(notes[0]).toContain('bootstrap does this; to do it now: howdah preflight --fix')
    expect(world.repairs).toEqual([{ only: ['system'] }])
    expect(world.scripts).toHaveLength(10)
    expect(printed).toMatchObject([{ applied: { outcomes: { 'w1!hosts-block:/etc/hosts': 'ok' } } }])
  })

  it('with nothing to repair asks for nothing', async () => {
    const printed: unknown[] = []
    const console = {
      out: pc.createColors(false),
      note: () => {},
      operation: () => operation(FIVE),
      result: (json: unknown) => void printed.push(json),
      consent: () => Promise.reject(new Error('asked')),
    }
    expect(await preflightVerb(console as unknown as Console, { file: 'cluster.yml', fix: true })).toBe(13)
    expect(printed).toHaveLength(1)
  })
})

describe('the exit code', () => {
  const report = (severity: string, more: Partial<PreflightReport> = {}): PreflightReport =>
    ({ findings: [{ severity }], hosts: [], checks: 1, ...more }) as unknown as PreflightReport
  const unreachable = [{ host: 'w2', code: 'SSH_UNREACHABLE', message: 'no' }] as const
  const applied = { outcomes: { 'w1!a': 'failed' }, failures: [], ms: 1 } as const
  it.each([
    ['a warning', report('warning'), 0],
    ['a check that could not be made', report('unchecked'), 0],
    ['an error', report('error'), 13],
    ['a host that could not be reached', report('note', { unreachable }), 15],
    ['both', report('error', { unreachable }), 13],
    ['a repair that failed', report('note', { applied }), 14],
  ])('of %s', (_, given, exit) => expect(preflightExit(given)).toBe(exit))
})
