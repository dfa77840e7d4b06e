import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { labDown, labUp } from '../../lab/lab.ts'
import { killGroup, makeGroup } from '../../lab/machine/cgroups.ts'
import { shutDownMachine, waitForMachine } from '../../lab/machine/machine.ts'
import { processOf } from '../../lab/machine/processes.ts'
import { ensureService } from '../../lab/machine/services.ts'
import { bridgeName } from '../../lab/names.ts'
import { labOf, machinesOf, servicePidFile, writeState } from '../../lab/state.ts'
import type { LabState } from '../../lab/types.ts'
import { silent } from '../../provisioners/events.ts'
import { programs, scratch } from './play.ts'

// Files of the unit tests share their modules: this one needs modules that see its mocks, and leaves none behind.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

/** What this machine reports about itself when a lab runs on it. */
const machine = vi.hoisted(() => ({ mounts: '', below: '' }))

vi.mock('../../lab/requirements.ts', () => ({
  checkMachine: () => {},
  checkRequirements: async () => {},
  missingPackages: async () => [],
}))
// One check instead of a wait: a condition that does not hold at once never holds here.
vi.mock('../../lab/machine/wait.ts', () => ({
  until: (_ms: number, ready: () => Promise<unknown>) => ready(),
}))
vi.mock('../../lab/machine/mounts.ts', async (original) => ({
  ...(await original<typeof import('../../lab/machine/mounts.ts')>()),
  unmountBelow: async () => {},
  mountinfo: async () => (machine.below === '' ? '' : `1 2 0:1 / ${machine.below} rw - tmpfs tmpfs rw\n`),
}))
// Nothing takes a connection, and no packet leaves this machine.
vi.mock('../../lab/ssh.ts', async (original) => ({
  ...(await original<typeof import('../../lab/ssh.ts')>()),
  ...{ answers: async () => false, bootState: async () => undefined },
}))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const readFile = (file: string, ...more: never[]) =>
    file === '/proc/self/mounts' ? Promise.resolve(machine.mounts) : real.readFile(file, ...more)
  return { ...real, readFile }
})

const STATE: LabState = {
  ...{ formatVersion: 1, name: 'demo', subnet: '10.77.9.0/24' },
  hosts: [{ name: 'm1', release: 'trixie', base: '/nowhere/base', layers: [] }],
}
let root = ''
let unified = ''
const group = () => join(unified, `howdah-${bridgeName('demo')}`)
beforeEach(() => {
  root = scratch()
  unified = scratch()
  Object.assign(machine, { mounts: `cgroup2 ${unified} cgroup2 rw 0 0\n`, below: '' })
  vi.stubEnv('HOWDAH_LAB_ROOT', root)
  programs({ ip: "echo '[]'", ssh: 'exit 255' })
})
afterEach(() => void vi.unstubAllEnvs())

describe('control groups', () => {
  it('need the unified hierarchy', async () => {
    machine.mounts = 'proc /proc proc rw 0 0\n'
    await expect(makeGroup('demo', 'm1')).rejects.toMatchObject({
      ...{ code: 'LAB_NO_CGROUP2', exitCode: 13 },
      details: { next: expect.stringContaining('mount -t cgroup2') },
    })
  })

  it('whose processes do not end are named', async () => {
    mkdirSync(join(group(), 'm1'), { recursive: true })
    writeFileSync(join(group(), 'm1/cgroup.events'), 'populated 1\nfrozen 0\n')
    await expect(killGroup('demo', 'm1')).rejects.toMatchObject({
      ...{ code: 'LAB_PROCESS_STAYS', exitCode: 13 },
      details: { where: join(group(), 'm1/cgroup.procs') },
    })
    writeFileSync(join(group(), 'm1/cgroup.events'), 'populated 0\nfrozen 0\n')
    await killGroup('demo', 'm1')
  })
})

it('a lab whose base tree left the cache is not raised', async () => {
  await writeState(STATE)
  const hosts = [{ name: 'm1', release: 'trixie' }] as const
  await expect(labUp({ name: 'demo', hosts })).rejects.toMatchObject({
    ...{ code: 'LAB_BASE_GONE', exitCode: 13 },
    details: { where: '/nowhere/base', next: 'howdah lab down --name demo' },
  })
})

it('a lab with something mounted in it keeps its files', async () => {
  await writeState(STATE)
  machine.below = join(root, 'demo/hosts/m1/root')
  await expect(labDown('demo')).rejects.toMatchObject({
    ...{ code: 'LAB_MOUNT_STAYS', exitCode: 13 },
    details: { next: `findmnt | grep ${join(root, 'demo')}` },
  })
  expect(existsSync(join(root, 'demo/state.json'))).toBe(true)
  machine.below = ''
  await labDown('demo')
  expect(existsSync(join(root, 'demo'))).toBe(false)
})

describe('a host', () => {
  const [m1] = machinesOf(STATE)
  if (m1 === undefined) throw new Error('no host')
  const booted = async (pid?: number) => {
    const [host = m1] = machinesOf(STATE)
    mkdirSync(host.dir, { recursive: true })
    writeFileSync(join(host.dir, 'console.log'), 'Booting\nFailed to mount /proc\n')
    if (pid !== undefined) writeFileSync(host.pidFile, `${pid} ${(await processOf(pid))?.start}\n`)
    return { host, lab: await labOf(STATE) }
  }

  it('that still runs after the command to power off is named, and not killed', async () => {
    const { host, lab } = await booted(process.pid)
    await expect(shutDownMachine(host, lab)).rejects.toMatchObject({
      ...{ code: 'LAB_HOST_STAYS', exitCode: 13 },
      message: expect.stringMatching(/^Host m1 still runs \d+ seconds after/),
      details: { where: join(host.dir, 'console.log') },
    })
    expect(existsSync(host.pidFile)).toBe(true)
  })

  it.each([
    ['LAB_HOST_DIED', undefined, 'Host m1 stopped while it booted'],
    ['LAB_HOST_SILENT', process.pid, expect.stringMatching(/^Host m1 accepts no login after \d+ seconds$/)],
  ])('%s shows the end of its console', async (code, pid, message) => {
    const { host, lab } = await booted(pid)
    await expect(waitForMachine(host, lab, silent)).rejects.toMatchObject({
      ...{ code, message, exitCode: 13 },
      details: {
        where: '10.77.9.11:22',
        detail: 'Booting\nFailed to mount /proc',
        next: 'howdah lab down --name demo',
      },
    })
  })
})

it('a service that does not answer shows the end of its log', async () => {
  await writeState(STATE)
  writeFileSync(servicePidFile('demo', 'mirror'), `${process.pid} ${(await processOf(process.pid))?.start}\n`)
  writeFileSync(join(root, 'demo/mirror.log'), 'EADDRINUSE\n')
  const lab = { ...(await labOf(STATE)), gateway: '127.0.0.1' }
  await expect(ensureService('mirror', lab)).rejects.toMatchObject({
    ...{ code: 'LAB_SERVICE_DIED', exitCode: 13 },
    details: {
      where: join(root, 'demo/mirror.log'),
      detail: 'EADDRINUSE',
      next: 'howdah lab down --name demo',
    },
  })
})
