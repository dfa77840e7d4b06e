import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { auditText } from '../../cli/verbs/audit.ts'
import type { Host } from '../../provisioners/config/types.ts'
import { sha256 } from '../../provisioners/engine/hash.ts'
import { auditPorts } from '../../provisioners/operations/audit/index.ts'
import { LISTENING, parseListening } from '../../provisioners/operations/audit/listening.ts'
import { auditHost } from '../../provisioners/operations/audit/verdict.ts'
import { contextOf, FIVE } from '../services/a-context.ts'
import { rules } from '../services/firewall/support.ts'
import { runSh } from '../services/run-sh.ts'
import { type Answer, operation, playedHosts } from './played.ts'

// Files of the unit tests share their modules: this one needs modules that see its mocks, and leaves none behind.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

const world = vi.hoisted(() => ({ answer: (() => undefined) as Answer }))
vi.mock('../../provisioners/transport/index.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/transport/index.ts')>()),
  openTransport: (at: { host: string }) => playedHosts((host, request) => world.answer(host, request))(at),
}))
beforeEach(() => Object.assign(world, { answer: () => undefined }))

const SOCKETS = `
@socket LISTEN 0 4096 0.0.0.0:8033 0.0.0.0:* users:(("java",pid=7,fd=9))
@socket LISTEN 0 4096 *:8088 *:* users:(("java",pid=7,fd=9))
@socket LISTEN 0 80 127.0.0.1%lo:3306 0.0.0.0:* users:(("mariadbd",pid=8,fd=9))
@socket LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=9,fd=3))
@socket LISTEN 0 128 0.0.0.0:6000 0.0.0.0:* users:(("other",pid=10,fd=3))
@unit 7 yarn-resourcemanager
@unit 10 
`
const said = (firewall: string): string => `@firewall ${firewall}${SOCKETS}`

const cluster = (more = '') => contextOf(FIVE + more).cluster
const m1 = (more = '') => cluster(more).hosts[0] as Host
const verdict = (firewall: string, more = '') => {
  const { firewall: state, ports } = auditHost(m1(more), cluster(more), parseListening(said(firewall)))
  return { state, reach: Object.fromEntries(ports.map(({ port, reach }) => [port, reach])), ports }
}
const inForce = (more = '') => `none yes ${sha256(rules(FIVE + more, 'm1'))}`

describe('what listens', () => {
  it('is read with its address, program and unit', () => {
    const { listening, manager } = parseListening(said('ufw yes no'))
    expect(manager).toBe('ufw')
    expect(listening.map(({ port }) => port)).toEqual([22, 3306, 6000, 8033, 8088])
    expect(listening[1]).toEqual({ address: '127.0.0.1', port: 3306, process: 'mariadbd', unit: '' })
    expect(listening[3]).toMatchObject({ address: '0.0.0.0', process: 'java', unit: 'yarn-resourcemanager' })
  })

  it('is read from /proc where a host has no ss', () => {
    const lines = ['proc 0100007F:0CEA', 'proc 00000000000000000000000000000000:1F90', 'proc 0100000A:0016']
    const { listening } = parseListening(lines.map((line) => `@socket ${line}`).join('\n'))
    expect(listening.map(({ address, port }) => `${address} ${port}`)).toEqual([
      '10.0.0.1 22',
      '127.0.0.1 3306',
      ':: 8080',
    ])
  })

  it('by a script that a real shell runs', () => {
    const { exit, stderr, stdout } = runSh(LISTENING)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatch(/^@firewall \S+ \S+ \S+$/m)
  })
})

describe('who reaches it', () => {
  it('by the rules that are in force', () => {
    expect(verdict(inForce())).toMatchObject({
      state: 'in force',
      reach: { 22: 'everybody', 3306: 'host', 6000: 'everybody', 8033: 'cluster', 8088: 'users' },
    })
    expect(verdict(inForce()).ports.filter(({ exposed }) => exposed)).toEqual([])
  })

  it('everybody, where the rules are not loaded, were changed, or are not wanted', () => {
    for (const [firewall, state] of [
      ['none yes no', 'not loaded'],
      ['none yes changed', 'changed'],
      ['none no no', 'none'],
    ] as const) {
      const found = verdict(firewall)
      expect(found.state).toBe(state)
      expect(found.ports.filter(({ exposed }) => exposed).map(({ port }) => port)).toEqual([8033, 8088])
    }
    expect(verdict('none yes no', 'firewall: none\n').state).toBe('none')
  })

  it('as another firewall decides, and as an earlier cluster.yml had it', () => {
    expect(verdict('firewalld yes no')).toMatchObject({
      state: 'other',
      reach: { 8088: 'other', 3306: 'host' },
    })
    expect(verdict(inForce(), 'access: {from: [10.9.0.0/16]}\n').state).toBe('outdated')
  })
})

describe('howdah audit', () => {
  const plain = new Proxy({}, { get: () => (text: string) => text }) as never

  it('asks every host, counts what is open, and says what somebody could do', async () => {
    world.answer = (host, { script }) =>
      script.includes('@socket')
        ? { stdout: said(host === 'm1' ? 'none yes no' : 'none yes changed') }
        : undefined
    const report = await auditPorts(operation(FIVE))
    expect(report).toMatchObject({ formatVersion: '1.0', cluster: 'insights' })
    expect(report.hosts.map(({ host }) => host)).toEqual(['m1', 'w1', 'w2', 'lms', 'rs'])
    expect(report.exposed).toBe(2)
    const text = auditText(report, plain)
    expect(text).toContain('8088')
    expect(text).toContain('REST interface runs applications')
    expect(text).toContain('2 ports of the cluster are open to everybody')
  })

  it('a host whose ports cannot be read is an error', async () => {
    world.answer = (_, { script }) =>
      script.includes('@socket') ? { exit: 2, stderr: 'sh: syntax' } : undefined
    await expect(auditPorts(operation(FIVE))).rejects.toMatchObject({ code: 'PROBE_FAILED' })
  })
})
