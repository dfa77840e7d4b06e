import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, labDown, labJdk8, labUp } from '../../../lab/index.ts'
import { silent } from '../../../provisioners/events.ts'
import type { StatusReport } from '../../../provisioners/runtime/types.ts'
import { asOps, expectExit, howdah, labLogin, noLab, onHost, planOf, variant } from '../support.ts'

const LAB = 'zookeeper'
const skip = noLab()
const HOSTS = ['m1', 'w1', 'w2'] as const

/** A small Hadoop cluster whose three hosts are also a quorum of ZooKeeper. */
describe.skipIf(skip)(`a quorum of ZooKeeper${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let file = ''

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await labDown(LAB)
    const lab = await labUp({ name: LAB, hosts: HOSTS.map((name) => ({ name, release: 'trixie' })) })
    const jdk = await labJdk8(undefined, silent)
    file = join(lab.stateDir, 'cluster.yml')
    const hosts = lab.hosts.map(({ name, address }) => ({
      ...{ name, address, cores: 2, memory: name === 'm1' ? '6GiB' : '4GiB' },
      roles: [...(name === 'm1' ? ['master', 'result-store'] : ['worker']), 'zookeeper'],
    }))
    await writeFile(
      file,
      stringify({
        name: LAB,
        hosts,
        ssh: labLogin(lab),
        java: { jdks: { 8: { tarball: jdk.file, sha256: jdk.sha256 } } },
        artifacts: { provider: 'maven' },
      }),
    )
  })
  afterAll(() => labDown(LAB))

  const keepers = async () => {
    const { checks } = JSON.parse((await howdah(['status', '--json', file])).out) as StatusReport
    return checks.filter(({ name }) => name.startsWith('zookeeper '))
  }
  const client = (host: string, command: string) =>
    asOps(LAB, host, `zkCli.sh -server ${host}:2181 ${command} 2>/dev/null`)

  it('is bootstrapped with the cluster, verified, and then needs no steps', async () => {
    await expectExit(0, ['bootstrap', '--yes', '--json', file])
    expect((await planOf(file)).steps).toEqual([])
  })

  it('appears in status: one server leads, and the others follow', async () => {
    const checks = await keepers()
    expect(checks.map(({ host, status }) => `${host} ${status}`).sort()).toEqual(
      HOSTS.map((host) => `${host} pass`),
    )
    const leaders = checks.filter(({ detail }) => detail.includes('leads, and 2 of 2 servers follow it'))
    expect(leaders).toHaveLength(1)
  })

  it('keeps the data that any server was given, and works without one of them', async () => {
    await client('m1', 'create /howdah written-on-m1')
    expect(await client('w2', 'get /howdah')).toContain('written-on-m1')
    await onHost(LAB, 'w1', 'systemctl stop zookeeper')
    expect(await client('w2', 'get /howdah')).toContain('written-on-m1')
    const failed = (await keepers()).filter(({ status }) => status === 'fail').map(({ host }) => host)
    expect(failed).toContain('w1')
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', file])
    expect((await keepers()).filter(({ status }) => status === 'fail')).toEqual([])
    expect(await client('w1', 'get /howdah')).toContain('written-on-m1')
  })

  it('is refused with two servers', async () => {
    const two = await variant(file, 'two', (spec) => {
      const [, , last] = spec.hosts as { roles: string[] }[]
      if (last) last.roles = ['worker']
    })
    const { err, out } = await expectExit(10, ['validate', two])
    expect(err + out).toContain('SPEC_QUORUM')
  })
})
