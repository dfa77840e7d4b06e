import { describe, expect, it } from 'vitest'
import { baseName } from '../../lab/machine/base.ts'
import { cgroupRoots } from '../../lab/machine/cgroups.ts'
import { mountsBelow } from '../../lab/machine/mounts.ts'
import { parseProcessId, processOf, startTimeOf } from '../../lab/machine/processes.ts'
import { checkMachine } from '../../lab/requirements.ts'
import { machinesOf, parseState } from '../../lab/state.ts'
import type { LabState } from '../../lab/types.ts'

const STATE: LabState = {
  formatVersion: 1,
  name: 'demo',
  subnet: '10.77.9.0/24',
  hosts: [
    { name: 'm1', release: 'trixie', base: '/cache/base', layers: [] },
    { name: 'rs1', release: 'sid', base: '/cache/base2', layers: ['/kept/new/rs1', '/kept/old/rs1'] },
  ],
}

describe('state of a lab', () => {
  it('comes back as it was written', () => {
    expect(parseState(JSON.stringify(STATE))).toEqual(STATE)
  })

  it('of before there were snapshots has no layers', () => {
    const hosts = [{ name: 'm1', release: 'trixie', base: '/cache/base' }]
    expect(parseState(JSON.stringify({ ...STATE, hosts }))?.hosts).toEqual([{ ...hosts[0], layers: [] }])
  })

  it.each([
    ['cut short', JSON.stringify(STATE).slice(0, 40)],
    ['empty', ''],
    ['of another version', JSON.stringify({ ...STATE, formatVersion: 2 })],
    ['with a subnet that is none', JSON.stringify({ ...STATE, subnet: '0.0.0.0/0' })],
    ['without hosts', JSON.stringify({ ...STATE, hosts: [] })],
  ])('is none when the file is %s', (_, text) => {
    expect(parseState(text)).toBeUndefined()
  })

  it('gives each host its address, machine and directory', () => {
    const [m1, rs1] = machinesOf(STATE)
    expect(m1).toMatchObject({ name: 'm1', address: '10.77.9.11', lower: ['/cache/base'] })
    expect(rs1).toMatchObject({
      name: 'rs1',
      address: '10.77.9.12',
      lower: ['/kept/new/rs1', '/kept/old/rs1', '/cache/base2'],
    })
    expect(m1?.machine).not.toBe(rs1?.machine)
    expect(m1?.root.endsWith('/demo/hosts/m1/root')).toBe(true)
  })
})

describe('processes', () => {
  const stat = (name: string, state: string) =>
    `42 (${name}) ${state} 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 98765 0 0`

  it('are distinguished by start time, whatever their name contains', () => {
    expect(startTimeOf(stat('systemd', 'S'))).toBe('98765')
    expect(startTimeOf(stat('a) Z (b', 'S'))).toBe('98765')
  })

  it('count as dead when they are zombies', () => {
    expect(startTimeOf(stat('systemd', 'Z'))).toBeUndefined()
  })

  it('are read from the kernel', async () => {
    const own = await processOf(process.pid)
    expect(own?.pid).toBe(process.pid)
    expect(parseProcessId(`${own?.pid} ${own?.start}\n`)).toEqual(own)
  })

  it.each(['', '12', 'x 3', '0 5', '-1 5', '12 x'])('are not read from "%s"', (text) => {
    expect(parseProcessId(text)).toBeUndefined()
  })
})

describe('mounts', () => {
  const line = (point: string) => `30 24 0:27 / ${point} rw,relatime shared:1 - overlay x rw`

  it('below a directory come deepest first, and no neighbour is among them', () => {
    const info = ['/', '/lab/a', '/lab/a/root', '/lab/a/root/proc', '/lab/ab', '/lab'].map(line).join('\n')
    expect(mountsBelow('/lab/a', info)).toEqual(['/lab/a/root/proc', '/lab/a/root', '/lab/a'])
  })

  it('are unescaped', () => {
    expect(mountsBelow('/lab', line('/lab/with\\040space'))).toEqual(['/lab/with space'])
  })
})

describe('control groups', () => {
  it('are found in a hybrid and in a unified hierarchy', () => {
    const hybrid = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0`
    expect(cgroupRoots(hybrid)).toEqual({
      unified: '/sys/fs/cgroup/unified',
      legacy: '/sys/fs/cgroup/systemd',
    })
    expect(cgroupRoots('cgroup2 /sys/fs/cgroup cgroup2 rw 0 0')).toEqual({
      unified: '/sys/fs/cgroup',
      legacy: undefined,
    })
  })
})

describe('requirements', () => {
  it('are refused in a sentence', () => {
    expect(() => checkMachine('darwin', 0)).toThrow('A lab needs Linux, and this is darwin.')
    expect(() => checkMachine('linux', 1000)).toThrow('A lab needs root')
    expect(() => checkMachine('linux', 0)).not.toThrow()
  })
})

describe('base trees', () => {
  it('are named by release and mirror', () => {
    expect(baseName('trixie', 'http://a/debian')).toMatch(/^base-trixie-[0-9a-f]{12}$/)
    expect(baseName('trixie', 'http://a/debian')).not.toBe(baseName('trixie', 'http://b/debian'))
    expect(baseName('trixie', 'http://a/debian')).not.toBe(baseName('sid', 'http://a/debian'))
  })
})
