import pc from 'picocolors'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { planText } from '../../cli/render/plan.ts'
import { consentTo } from '../../cli/verbs/bootstrap.ts'
import { checksExit } from '../../cli/verbs/status.ts'
import { bootstrapCluster, planCluster } from '../../provisioners/operations/bootstrap/index.ts'
import { lockStatus } from '../../provisioners/operations/lock/index.ts'
import { scheduleStatus } from '../../provisioners/operations/schedule/status.ts'
import { clusterStatus } from '../../provisioners/operations/status/index.ts'
import { auditCluster } from '../../provisioners/operations/store/index.ts'
import { planUsers } from '../../provisioners/operations/users/index.ts'
import { verifyCluster } from '../../provisioners/operations/verify/index.ts'
import { contextOf, FIVE } from '../services/a-context.ts'
import { emptyHost, operation, playedHosts } from './played.ts'

// Files of the unit tests share their modules: this one needs modules that see its mocks, and leaves none behind.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

/** Hosts that do not answer, with the exit of their error, and those that were connected to. */
const world = vi.hoisted(() => ({
  dead: {} as Record<string, 'connection' | 'authentication'>,
  connected: [] as string[],
}))
vi.mock('../../provisioners/transport/index.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/transport/index.ts')>()),
  openTransport: async (at: { host: string }) => {
    // `instanceof` needs the class that these modules use.
    const { HowdahError } = await import('../../provisioners/errors.ts')
    const exit = world.dead[at.host]
    if (exit) {
      const code = exit === 'connection' ? 'SSH_UNREACHABLE' : 'SSH_AUTH_FAILED'
      const message = `${at.host} does not answer`
      throw new HowdahError({ code, exit, message, where: at.host, next: `ssh ${at.host} true` })
    }
    world.connected.push(at.host)
    return playedHosts((_, { script }) => {
      const probed = emptyHost(script)
      if (probed) return probed
      return script.includes('run-job') ? { stdout: '@job\n' } : undefined
    })(at)
  },
}))
vi.mock('../../provisioners/artifacts/index.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/artifacts/index.ts')>()),
  resolveArtifacts: async () => contextOf(FIVE),
}))
vi.mock('../../provisioners/mysql/tls.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/mysql/tls.ts')>()),
  openConnection: async () => {
    throw new Error('no server yet')
  },
}))
beforeEach(() => Object.assign(world, { dead: {}, connected: [] }))

const TEXT = `${FIVE.replaceAll(/memory: (\w+)/g, 'memory: $1, cores: 2')}
users: [{name: ana, type: admin, authorizedKeys: []}]
schedule: {jobs: [{name: sweep, when: daily, command: 'true'}]}
`
const w2Dead = { w2: 'connection' } as const
const UNREACHABLE = [
  { host: 'w2', code: 'SSH_UNREACHABLE', message: 'w2 does not answer', next: 'ssh w2 true' },
]

describe('with a dead worker', () => {
  beforeEach(() => Object.assign(world, { dead: w2Dead }))

  it.each([
    ['plan', () => planCluster(operation(TEXT))],
    ['users plan', () => planUsers(operation(TEXT))],
  ])('%s shows the others and names it', async (_, run) => {
    const { plan } = await run()
    const hosts = new Set(plan.steps.map(({ host }) => host))
    expect([...hosts]).toEqual(expect.arrayContaining(['m1', 'w1', 'rs', 'lms']))
    expect(hosts.has('w2')).toBe(false)
    expect(plan.unreachable).toEqual(UNREACHABLE)
    const text = planText(plan, pc.createColors(false))
    expect(text).toContain('✗ w2 is not in this plan: w2 does not answer\n  next   ssh w2 true')
  })

  it('plans the same for the others as with it', async () => {
    const without = await planCluster(operation(TEXT))
    Object.assign(world, { dead: {} })
    const whole = await planCluster(operation(TEXT))
    const rest = whole.plan.steps.filter(({ host }) => host !== 'w2')
    expect(without.plan.steps.map(({ ref }) => ref)).toEqual(rest.map(({ ref }) => ref))
    expect(whole.plan.unreachable).toBeUndefined()
  })

  it('status has a failed check for it, and asks every other daemon', async () => {
    const { checks } = await clusterStatus(operation(TEXT))
    expect(checks.filter(({ host }) => host === 'w2')).toMatchObject([
      { name: 'connection', status: 'fail', detail: 'w2 does not answer', next: 'ssh w2 true' },
    ])
    expect(checks.filter(({ host }) => host === 'w1').length).toBeGreaterThan(1)
    expect(checksExit(checks)).toBe(15)
  })

  it('verify --quick fails for it by name, and asks the others', async () => {
    const { ok, checks } = await verifyCluster(operation(TEXT), { quick: true })
    expect(ok).toBe(false)
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'connection',
        host: 'w2',
        status: 'fail',
        detail: 'w2 does not answer',
      }),
    )
    expect(checks.filter(({ status }) => status === 'pass').length).toBeGreaterThan(1)
  })

  it('bootstrap asks whether to go on without it, and is declined without consent', async () => {
    const asked: string[] = []
    const console = {
      note: () => {},
      ...{ out: pc, err: pc },
      consent: async (question: string) => void asked.push(question),
    }
    const consent = consentTo(console as unknown as Parameters<typeof consentTo>[0])
    await expect(bootstrapCluster(operation(TEXT), consent, { only: ['users'] })).rejects.toMatchObject({
      code: 'PLAN_DECLINED',
    })
    expect(asked).toEqual(['Apply these changes to insights, without w2?'])
  })
})

describe('only the hosts that a verb needs are connected to', () => {
  it.each([
    ['lock status', () => lockStatus(operation(TEXT)), ['m1']],
    ['schedule status', () => scheduleStatus(operation(TEXT)), ['m1']],
    ['store audit', () => auditCluster(operation(TEXT)).catch(() => {}), ['rs']],
  ] as const)('%s', async (_, run, hosts) => {
    Object.assign(world, { dead: w2Dead })
    await run()
    expect(world.connected).toEqual(hosts)
  })
})

describe('a bootstrap does not go on', () => {
  it.each([
    ['without a master', { m1: 'connection' }, 'SSH_UNREACHABLE', 11],
    ['without the result store', { rs: 'connection' }, 'SSH_UNREACHABLE', 11],
    ['without any worker', { w1: 'connection', w2: 'connection' }, 'SSH_UNREACHABLE', 11],
    ['when a worker refuses the login', { w2: 'authentication' }, 'SSH_AUTH_FAILED', 12],
    [
      'and names the master before the worker',
      { w1: 'connection', m1: 'authentication' },
      'SSH_AUTH_FAILED',
      12,
    ],
  ] as const)('%s', async (_, dead, code, exitCode) => {
    Object.assign(world, { dead })
    const consent = vi.fn(async () => true)
    await expect(bootstrapCluster(operation(TEXT), consent)).rejects.toMatchObject({ code, exitCode })
    expect(consent).not.toHaveBeenCalled()
  })

  it('without a worker whose address is a name, since files of other hosts hold the address', async () => {
    Object.assign(world, { dead: w2Dead })
    const named = TEXT.replace(
      "name: 'w[1-2]', address: '10.0.0.[11-12]'",
      "name: 'w[1-2]', address: 'w[1-2].example.org'",
    )
    await expect(bootstrapCluster(operation(named), async () => true)).rejects.toMatchObject({ exitCode: 11 })
    const { plan } = await planCluster(operation(named))
    expect(plan.warnings.join('\n')).toContain('its address in cluster.yml is a name')
  })
})

it('a run that only reads fails when no host answers', async () => {
  const dead = Object.fromEntries(['m1', 'w1', 'w2', 'lms', 'rs'].map((name) => [name, 'connection']))
  Object.assign(world, { dead })
  await expect(clusterStatus(operation(TEXT))).rejects.toMatchObject({ exitCode: 11, all: { length: 5 } })
})
