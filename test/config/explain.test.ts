import { describe, expect, it } from 'vitest'
import { COMPUTED } from '../../provisioners/config/describe/computed.ts'
import { fields } from '../../provisioners/config/describe/fields.ts'
import { explainPath, knownPaths, sizeCluster } from '../../provisioners/config/index.ts'
import { BASE, parse } from './support.ts'

const cluster = parse(`${BASE}ssh: {hostKeys: accept-new}
properties:
  yarn-site: {yarn.scheduler.minimum-allocation-mb: 256}
  hdfs-site: {dfs.blocksize: 1048576}
`)
const sizing = sizeCluster(cluster, { w1: { memoryMb: 4096, cores: 2 } })

describe('a field', () => {
  it('is explained without a cluster', () => {
    expect(explainPath('ssh.hostKeys')).toEqual({
      path: 'ssh.hostKeys',
      text: expect.stringContaining('`accept-new`'),
      type: 'strict | accept-new',
      default: 'strict',
      source: 'default',
    })
    expect(explainPath('hosts.roles')).toMatchObject({ default: 'none: it must be given' })
    expect(explainPath('hosts.ssh.port')).toMatchObject({ type: 'whole number', default: '`ssh.port`' })
  })

  it('has its value and the place where it was written', () => {
    expect(explainPath('ssh.hostKeys', cluster)).toMatchObject({
      value: 'accept-new',
      source: '/srv/site/cluster.yml:5:17',
    })
    expect(explainPath('hosts[1].roles', cluster)).toMatchObject({
      value: '["worker"]',
      source: '/srv/site/cluster.yml:4:56',
    })
    expect(explainPath('hosts.roles@w2', cluster)).toMatchObject({ source: '/srv/site/cluster.yml:4:56' })
  })

  it('has the value that was filled in', () => {
    expect(explainPath('hdfs.replication', cluster)).toMatchObject({ value: '3', source: 'default' })
    expect(explainPath('hosts.dataDirs@w2', cluster)).toMatchObject({
      value: '["/data/1"]',
      source: 'default',
    })
    expect(explainPath('metastore.host', cluster)).toMatchObject({ value: 'm1' })
    expect(explainPath('metastore.tls', cluster)).toMatchObject({ value: 'preferred', source: 'default' })
  })

  it('always has a text and a form', () => {
    for (const { path } of fields()) {
      const { text, type } = explainPath(path, cluster)
      expect(text.length, path).toBeGreaterThan(3)
      expect(type, path).not.toContain('undefined')
    }
  })
})

describe('a computed property', () => {
  it('shows its arithmetic', () => {
    expect(explainPath('yarn-site.yarn.nodemanager.resource.memory-mb@w1', cluster, sizing)).toEqual({
      path: 'yarn-site.yarn.nodemanager.resource.memory-mb@w1',
      text: 'Memory that a NodeManager gives to containers.',
      type: 'whole number of MiB',
      default: 'computed from the memory, cores and disks of the hosts',
      value: '2816',
      source: 'computed',
      arithmetic: [
        'memory: 4096 MiB, as the host reports',
        'cores: 2, as the host reports',
        'system: an eighth, 256 to 16384 = 512 MiB',
        'daemons: level small, the roomiest within 30 % of 3584 = 1075 MiB (the rest is for containers)',
        'datanode: heap 256, takes 384 MiB',
        'nodemanager: heap 256, takes 384 MiB',
        'daemons together: 768 MiB',
        'containers: 4096 - 512 - 768 = 2816, in steps of 128 = 2816 MiB',
      ],
    })
  })

  it('names the place of an override', () => {
    const found = explainPath('yarn.scheduler.minimum-allocation-mb', cluster, sizing)
    expect(found).toMatchObject({ value: '256', source: '/srv/site/cluster.yml:7:53' })
    expect(found.arithmetic).toContain('yarn.scheduler.minimum-allocation-mb: 256, written in cluster.yml')
  })

  it('is explained for every value that sizing gives', () => {
    for (const one of Object.values(sizing)) {
      for (const [file, values] of Object.entries(one.properties)) {
        for (const name of Object.keys(values)) expect(COMPUTED[file]?.[name]?.text, name).toBeTruthy()
      }
    }
  })

  it('may be derived, or written by the operator', () => {
    expect(explainPath('hdfs-site.dfs.replication', cluster).text).toBe('Follows from hdfs.replication.')
    expect(explainPath('hdfs-site.dfs.blocksize', cluster)).toMatchObject({
      value: '1048576',
      source: '/srv/site/cluster.yml:8:30',
    })
  })
})

describe('a heap', () => {
  it('is explained with its own lines only', () => {
    const found = explainPath('heaps.namenode', cluster, sizing)
    expect(found.path).toBe('heaps.namenode@m1')
    expect(found.value).toBe(String(sizing.m1?.heaps.namenode?.mb))
    expect(found.arithmetic?.filter((step) => step.startsWith('namenode: heap'))).toHaveLength(1)
    expect(found.arithmetic?.join('\n')).not.toContain('hiveserver2: ')
  })
})

describe('an unknown path', () => {
  it.each([
    ['ssh.hostkey', /did you mean ssh\.hostKeys\?/],
    ['hosts.role', /hosts\.roles/],
    ['yarn-site.yarn.nodemanager.resource.memory', /memory-mb/],
    ['mapred-site.io.sort.mb', /mapreduce\.task\.io\.sort\.mb/],
    ['qqqqqqqqqqqq', /howdah explain hosts/],
  ])('%s', (path, next) => {
    expect(() => explainPath(path, cluster, sizing)).toThrow(
      expect.objectContaining({
        code: 'SPEC_UNKNOWN_PATH',
        details: expect.objectContaining({ next: expect.stringMatching(next) }),
      }),
    )
  })

  it('may be an unknown host', () => {
    expect(() => explainPath('hosts.rack@w9', cluster)).toThrow(
      expect.objectContaining({ code: 'SPEC_UNKNOWN_HOST' }),
    )
  })

  it('is not among those that are offered', () => {
    for (const path of knownPaths()) expect(() => explainPath(path, cluster, sizing)).not.toThrow()
  })
})
