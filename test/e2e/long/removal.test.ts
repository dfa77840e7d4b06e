import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SERVED_LAB as LAB, servedLab } from '../served.ts'
import { expectExit, howdah, noLab, onHost, planOf, variant } from '../support.ts'

const skip = noLab()

type Hosts = { name: string; roles: string[] }[]

/** What cluster.yml no longer names leaves real hosts; data and homes stay. */
describe.skipIf(skip)(`what leaves cluster.yml${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let file = ''
  let more = ''

  const bootstrap = (of: string) => expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', of])
  const state = (host: string, unit: string): Promise<string> =>
    onHost(LAB, host, `systemctl show -p LoadState --value ${unit}; systemctl is-active ${unit} || :`)
  /** Paths and accounts of Howdah on a host, without what differs between two runs of the same cluster. */
  const traces = (host: string): Promise<string> =>
    onHost(
      LAB,
      host,
      `find /etc/hadoop /etc/hive /etc/sqoop /etc/howdah /etc/systemd/system /etc/sudoers.d /opt/hadoop /opt/hive \
        -not -path '*/share/*' | LC_ALL=C sort; getent passwd | cut -d: -f1 | LC_ALL=C sort; sort /var/lib/howdah/resources`,
    )

  beforeAll(async () => {
    file = await servedLab()
    more = await variant(file, 'more', (spec) => {
      const hosts = spec.hosts as Hosts
      hosts.find(({ name }) => name === 'w1')?.roles.push('hiveserver2')
      spec.users = [{ name: 'zoe', type: 'restricted', authorizedKeys: [KEY] }]
      spec.properties = { 'hdfs-site': { 'dfs.datanode.handler.count': '12' } }
    })
  })
  afterAll(async () => {
    await howdah(['lab', 'down', '--name', LAB])
  })

  it('a daemon that moves stops on its old host, and the plan shows both halves', async () => {
    const { steps } = await planOf(more)
    const removed = steps.filter(({ action }) => action === 'remove').map(({ ref }) => ref)
    expect(removed).toContain('m1!unit:hive-server2')
    expect(steps.find(({ ref }) => ref === 'w1!unit:hive-server2')?.action).toBe('create')
    await bootstrap(more)
    expect(await state('m1', 'hive-server2')).toMatch(/not-found\s+inactive/)
    expect(await state('w1', 'hive-server2')).toMatch(/loaded\s+active/)
    expect((await planOf(more)).steps).toEqual([])
  })

  it('going back removes the daemon, the user and the property; the home and the data stay', async () => {
    const withoutUsers = await variant(file, 'back', (spec) => {
      spec.users = []
    })
    await bootstrap(withoutUsers)
    expect(await state('w1', 'hive-server2')).toMatch(/not-found\s+inactive/)
    expect(await state('m1', 'hive-server2')).toMatch(/loaded\s+active/)
    expect(await onHost(LAB, 'w1', 'getent passwd zoe || echo nobody')).toBe('nobody')
    expect(await onHost(LAB, 'w1', 'stat -c %U:%a /home/zoe')).toBe('root:700')
    expect(await onHost(LAB, 'w1', 'cat /etc/hadoop/conf/hdfs-site.xml')).not.toContain('handler.count')
    expect((await planOf(withoutUsers)).steps).toEqual([])
  })

  it('there and back again leaves the hosts as they were', async () => {
    const back = await variant(file, 'back', (spec) => {
      spec.users = []
    })
    const before = await Promise.all(['m1', 'w1', 'w2'].map(traces))
    await bootstrap(more)
    expect(await Promise.all(['m1', 'w1', 'w2'].map(traces))).not.toEqual(before)
    await bootstrap(back)
    expect(await Promise.all(['m1', 'w1', 'w2'].map(traces))).toEqual(before)
  })

  it('a DataNode whose host lost the role keeps running, and every plan says so', async () => {
    const fewer = await variant(file, 'fewer', (spec) => {
      const host = (spec.hosts as Hosts).find(({ name }) => name === 'w2')
      if (host) host.roles = ['client']
    })
    const plan = await planOf(fewer)
    expect(plan.warnings.join('\n')).toMatch(/w2: unit hdfs-datanode .*decommission/)
    expect(plan.steps.map(({ ref, action }) => `${action} ${ref}`)).not.toContain(
      'remove w2!unit:hdfs-datanode',
    )
  })
})

/** A public key that nobody has the private half of. */
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFyXFhLeQsFh9ahOha8RWL3Y7LNXdsfEHU2DpPTgF9LC zoe@example'
