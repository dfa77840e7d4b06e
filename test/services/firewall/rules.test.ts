import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { desire } from '../../../provisioners/services/index.ts'
import { scratch } from '../../support/scratch.ts'
import { contextOf, FIVE, factsOf, ONE, QUORUM, SEED } from '../a-context.ts'
import { firewallOf, rules } from './support.ts'

const CLUSTERS = { FIVE, ONE, SEED, QUORUM }

/** Why nft cannot be tried here, as in the kernel of some containers; undefined where it can. */
function noNft(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  const { status } = spawnSync('unshare', ['-n', 'nft', 'list', 'tables'], { timeout: 10_000 })
  return status === 0 ? undefined : 'needs nft, and nf_tables in the kernel'
}
const skip = noNft()

/** The elements of a set. */
function elements(text: string, name: string): string[] {
  const body = new RegExp(`set ${name} \\{[^}]*?elements = \\{([^}]*)\\}`).exec(text)?.[1] ?? ''
  return [...body.matchAll(/^\s+([^\s,#]+),/gm)].map(([, value]) => value ?? '')
}

describe('the rules of a host', () => {
  it('cover the ports of its daemons, and admit the hosts of the cluster', () => {
    const text = rules(FIVE, 'w1')
    expect(elements(text, 'ports')).toEqual([
      '8040',
      '8041',
      '8042',
      '9864',
      '9866',
      '9867',
      '13562',
      '30100-30499',
    ])
    expect(elements(text, 'hosts4')).toEqual(['10.0.0.1', '10.0.0.11', '10.0.0.12', '10.0.0.21', '10.0.0.22'])
    expect(elements(text, 'users4')).toEqual([])
  })

  it('cover the database server of a host, and no daemon of others', () => {
    expect(elements(rules(FIVE, 'rs'), 'ports')).toEqual(['3306'])
    expect(elements(rules(FIVE.replace('[result-store]', '[client]'), 'rs'), 'ports')).toEqual([])
  })

  it('never cover SSH, or the proxy of the applications', () => {
    for (const [name, text] of Object.entries(CLUSTERS)) {
      const context = contextOf(text)
      for (const host of context.cluster.hosts) {
        const ports = elements(rules(text, host.name), 'ports')
        expect(ports, `${name} ${host.name}`).not.toEqual(expect.arrayContaining(['22']))
        expect(ports).not.toContain('443')
      }
    }
    const odd = FIVE.replace('ssh: {user: ana}', 'ssh: {user: ana, port: 9866}')
    expect(elements(rules(odd, 'w1'), 'ports')).not.toContain('9866')
  })

  it('follow the ports in cluster.yml', () => {
    const more =
      'properties: {hdfs-site: {dfs.namenode.http-address: "m1:9999"}, mapred-site: {yarn.app.mapreduce.am.job.client.port-range: "31000-31009,31100"}}\n'
    expect(elements(rules(FIVE + more, 'm1'), 'ports')).toContain('9999')
    expect(elements(rules(FIVE + more, 'm1'), 'ports')).not.toContain('9870')
    expect(elements(rules(FIVE + more, 'w1'), 'ports')).toEqual(
      expect.arrayContaining(['30100-30499', '31000-31009', '31100']),
    )
  })

  it('admit users to what clients need, and not to what only daemons need', () => {
    const text = rules(`${FIVE}access: {from: [192.168.0.0/16, "2001:DB8::/32"]}\n`, 'm1')
    expect(elements(text, 'users4')).toEqual(['192.168.0.0/16'])
    expect(elements(text, 'users6')).toEqual(['2001:db8::/32'])
    const open = elements(text, 'user_ports')
    expect(open).toEqual(expect.arrayContaining(['3306', '8020', '8088', '9870', '10000']))
    for (const port of ['8030', '8031', '8033', '9868', '10033']) expect(open).not.toContain(port)
  })

  it('trust the addresses of access.hosts like hosts', () => {
    expect(elements(rules(`${FIVE}access: {hosts: [10.9.0.0/24]}\n`, 'm1'), 'hosts4')).toContain(
      '10.9.0.0/24',
    )
  })

  it('use the addresses that the hosts report only where an address is a name, or DNS decides', () => {
    const facts = { w1: { ...factsOf('w1', '10.0.0.11'), addresses: ['10.0.0.11', '172.20.0.5', 'fd00::5'] } }
    const at = (text: string, set: string) => elements(rules(text, 'm1', facts), set)
    expect(at(FIVE, 'hosts4')).not.toContain('172.20.0.5')
    expect(at(`${FIVE}manageHostsFile: false\n`, 'hosts4')).toContain('172.20.0.5')
    expect(at(`${FIVE}manageHostsFile: false\n`, 'hosts6')).toEqual(['fd00::5'])
    const named = FIVE.replace("'10.0.0.[11-12]'", "'w[1-2].example.org'")
    expect(elements(rules(named, 'm1'), 'hosts4')).not.toContain('10.0.0.11')
    expect(at(named, 'hosts4')).toContain('10.0.0.11')
  })

  it('change on every host when a host is added, and depend on nothing else', () => {
    const more = FIVE.replace('w[1-2]', 'w[1-3]').replace('[11-12]', '[11-13]')
    expect(elements(rules(more, 'rs'), 'hosts4')).toContain('10.0.0.13')
    expect(rules(FIVE, 'rs')).toBe(rules(FIVE, 'rs'))
    const turned = FIVE.replace(/( {2}- \{name: lms.*\n)( {2}- \{name: rs.*\n)/, '$2$1')
    expect(turned).not.toBe(FIVE)
    expect(rules(turned, 'm1')).toBe(rules(FIVE, 'm1'))
  })
})

describe('the resources of a host', () => {
  it('have no firewall where cluster.yml says so, and on AWS by default', () => {
    const of = (more: string) => firewallOf(FIVE + more, 'm1')
    expect(of('')?.required).toBe(false)
    expect(of('firewall: managed\n')?.required).toBe(true)
    expect(of('firewall: none\n')).toBeUndefined()
    expect(of('aws: {deployment: large-hadoop, region: eu-west-1}\n')).toBeUndefined()
    expect(of('aws: {deployment: large-hadoop, region: eu-west-1}\nfirewall: managed\n')?.required).toBe(true)
  })

  it('start every unit after the firewall, so that no port is open before', () => {
    for (const [host, resources] of Object.entries(desire(contextOf(FIVE)))) {
      if (!resources.some(({ id }) => id === 'firewall:howdah')) continue
      for (const unit of resources.filter(({ type }) => type === 'unit')) {
        expect(unit.after, `${host} ${unit.id}`).toContain('firewall:howdah')
      }
    }
    expect(desire(contextOf(`${FIVE}firewall: none\n`)).m1?.flatMap(({ after }) => after)).not.toContain(
      'firewall:howdah',
    )
  })
})

describe.skipIf(skip)(`the rules in a kernel${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const ACCESS =
    'access: {from: [192.168.0.0/16, 192.168.1.0/24, "2001:db8::/32", 0.0.0.0/0], hosts: [10.0.0.1]}\n'

  it.each(Object.entries(CLUSTERS))('%s: nft accepts them, also a second time', (_, text) => {
    const dir = scratch('howdah-nft-')
    for (const more of ['', ACCESS]) {
      for (const { name } of contextOf(text).cluster.hosts) {
        const file = join(dir, `${name}.nft`)
        writeFileSync(file, rules(text + more, name))
        const script = 'nft -c -f "$0" && nft -f "$0" && nft -f "$0" && nft list table inet howdah'
        const listed = execFileSync('unshare', ['-n', 'sh', '-c', script, file], { encoding: 'utf8' })
        expect(listed).toContain('tcp dport @ports jump guarded')
      }
    }
  })

  it('let the hosts of the cluster in, users to some ports, and others to none of them', () => {
    const dir = scratch('howdah-nft-')
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'rules.nft'), rules(`${FIVE}access: {from: [192.168.7.0/24]}\n`, 'm1'))
    const run = () =>
      execFileSync('unshare', ['-n', 'sh', 'test/services/firewall/two-networks.sh', dir], {
        encoding: 'utf8',
        timeout: 60_000,
      })
    expect(run().trim().split('\n').sort()).toEqual(
      [
        '10.0.0.11 22 open',
        '10.0.0.11 8033 open',
        '10.0.0.11 8088 open',
        '10.5.5.5 22 open',
        '10.5.5.5 8033 refused',
        '10.5.5.5 8088 refused',
        '192.168.7.7 22 open',
        '192.168.7.7 8033 refused',
        '192.168.7.7 8088 open',
        'answers to a connection from a guarded port arrive',
        'fd00::2 3306 refused',
        'own address 8033 open',
      ].sort(),
    )
  }, 60_000)
})
