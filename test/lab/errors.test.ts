import { afterEach, describe, expect, it, vi } from 'vitest'
import { labUp } from '../../lab/lab.ts'
import { chooseSubnet, setCut } from '../../lab/machine/network.ts'
import { ensureLabPackages } from '../../lab/prepare.ts'
import { checkMachine, checkRequirements } from '../../lab/requirements.ts'
import { run } from '../../lab/run.ts'
import { versionOf } from '../../lab/software/jdk8.ts'
import { requireMachine } from '../../lab/state.ts'
import type { LabState } from '../../lab/types.ts'
import { silent } from '../../provisioners/events.ts'
import { programs } from './play.ts'

const preflight = { exitCode: 13 }
const lab = (name: string, hosts: string[], subnet?: string) =>
  labUp({ name, hosts: hosts.map((host) => ({ name: host, release: 'trixie' })), ...(subnet && { subnet }) })

afterEach(() => vi.restoreAllMocks())

describe('a machine that cannot have a lab', () => {
  it.each([
    ['LAB_NEEDS_LINUX', 'darwin', 0, 'Use a Debian or Ubuntu machine.'],
    ['LAB_NEEDS_ROOT', 'linux', 1000, 'Run it again with sudo.'],
  ])('%s: %s with the user id %i', async (code, platform, uid, next) => {
    const checking = (async () => checkMachine(platform, uid))()
    await expect(checking).rejects.toMatchObject({ code, ...preflight, details: { next } })
  })

  it('lacks packages, which the next command installs', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(0)
    programs({}, true)
    await expect(checkRequirements()).rejects.toMatchObject({
      ...{ code: 'LAB_NEEDS_PACKAGES', ...preflight },
      details: { next: expect.stringMatching(/^apt-get install .*mmdebstrap/) },
    })
  })

  it('lacks packages, and apt-get to install them', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(0)
    programs({}, true)
    await expect(ensureLabPackages(silent)).rejects.toMatchObject({
      ...{ code: 'LAB_NEEDS_APT', ...preflight },
      message: expect.stringContaining('mmdebstrap'),
    })
  })
})

describe('a lab that cannot be', () => {
  it.each([
    ['LAB_NAME', 'Demo', ['m1'], 'Demo'],
    ['LAB_NAME', 'demo', ['m_1'], 'm_1'],
    ['LAB_HOSTS', 'demo', [], '0 hosts'],
    ['LAB_HOSTS', 'demo', ['m1', 'm1'], 'Two hosts have the name "m1"'],
    ['LAB_HOSTS', 'demo', Array.from({ length: 100 }, (_, i) => `h${i}`), '100 hosts'],
  ])('%s: %s with hosts %j', async (code, name, hosts, said) => {
    const message = expect.stringContaining(said)
    await expect(lab(name, hosts)).rejects.toMatchObject({ code, message, ...preflight })
  })

  it.each(['10.0.0.0/24', '10.77.256.0/24', '10.77.1.0/16'])('has the subnet %s', async (subnet) => {
    await expect(chooseSubnet('demo', [], subnet)).rejects.toMatchObject({
      ...{ code: 'LAB_SUBNET', ...preflight },
      details: { found: subnet, expected: '10.77.<n>.0/24' },
    })
  })

  it('wants a subnet that another lab or this machine has', async () => {
    programs({ ip: `case "$*" in *route*) echo '[{"dst":"10.77.8.0/24"}]' ;; *) echo '[]' ;; esac` })
    for (const subnet of ['10.77.9.0/24', '10.77.8.0/24']) {
      await expect(chooseSubnet('demo', ['10.77.9.0/24'], subnet)).rejects.toMatchObject({
        ...{ code: 'LAB_SUBNET_TAKEN', ...preflight },
        message: `${subnet} is in use on this machine`,
      })
    }
    expect(await chooseSubnet('demo', ['10.77.9.0/24'], '10.77.7.0/24')).toBe('10.77.7.0/24')
    const all = Array.from({ length: 256 }, (_, n) => `10.77.${n}.0/24`)
    await expect(chooseSubnet('demo', all)).rejects.toMatchObject({ details: { next: 'howdah lab status' } })
  })
})

it('a host without a link on the bridge cannot be cut off', async () => {
  programs({ ip: `echo '[{"ifname":"lo"}]'` })
  await expect(setCut('hw000000-01', true)).rejects.toMatchObject({
    ...{ code: 'LAB_HOST_DOWN', ...preflight },
    details: { where: 'vb-hw000000-01', next: 'howdah lab up' },
  })
})

it('a host that a lab does not have is refused with those that it has', () => {
  const state: LabState = {
    ...{ formatVersion: 1, name: 'demo', subnet: '10.77.9.0/24' },
    hosts: [{ name: 'm1', release: 'trixie', base: '/cache/base', layers: [] }],
  }
  expect.assertions(1)
  try {
    requireMachine(state, 'm2')
  } catch (error) {
    expect(error).toMatchObject({
      ...{ code: 'LAB_UNKNOWN_HOST', ...preflight },
      details: { found: 'm2', expected: 'm1', next: 'howdah lab status' },
    })
  }
})

describe('a program that fails', () => {
  const code = 'LAB_COMMAND_FAILED'
  it('is named with its exit and its last lines', async () => {
    const failing = run('sh', ['-c', 'seq 20; echo no room >&2; exit 3'], { next: 'df -h' })
    await expect(failing).rejects.toMatchObject({
      ...{ code, ...preflight, message: 'sh -c failed (3)' },
      details: { detail: expect.stringMatching(/^7\n(?:\d+\n)+no room$/), next: 'df -h' },
    })
  })

  it('is named when it is not there, and when it takes too long', async () => {
    await expect(run('howdah-no-such-program', [])).rejects.toMatchObject({
      ...{ code, message: expect.stringContaining('not started') },
    })
    await expect(run('sleep', ['30'], { timeout: 50 })).rejects.toMatchObject({
      ...{ code, message: 'sleep 30 took too long' },
    })
  })
})

it('a package of JDK 8 without a version is refused', async () => {
  await expect((async () => versionOf('/tmp/openjdk.deb'))()).rejects.toMatchObject({
    ...{ code: 'LAB_JDK8', ...preflight },
    details: { found: 'openjdk.deb', next: expect.stringContaining('java.jdks.8') },
  })
})
