import { describe, expect, it } from 'vitest'
import { type FactsByHost, sizeCluster, sizeHost } from '../../provisioners/config/index.ts'
import { nameNodeHeapFor } from '../../provisioners/config/sizing/heaps.ts'
import { failedVolumesTolerated, handlerCount } from '../../provisioners/config/sizing/properties.ts'
import type { Cluster, Sizing } from '../../provisioners/config/types.ts'
import { HowdahErrors } from '../../provisioners/errors.ts'
import { mapred, nodeManager, parse, small, value } from './support.ts'

function refusals(act: () => unknown): HowdahErrors['all'] {
  try {
    act()
  } catch (error) {
    if (error instanceof HowdahErrors) return error.all
    throw error
  }
  return []
}

describe('a lab of small hosts', () => {
  const sized = sizeCluster(small('4GiB', '2GiB'), {})

  it('gives a worker of 2 GiB four containers', () => {
    expect(sized.w1?.properties).toEqual({
      'yarn-site': {
        'yarn.scheduler.minimum-allocation-mb': '128',
        'yarn.scheduler.maximum-allocation-mb': '1280',
        'yarn.scheduler.minimum-allocation-vcores': '1',
        'yarn.scheduler.maximum-allocation-vcores': '2',
        'yarn.nodemanager.resource.memory-mb': '1280',
        'yarn.nodemanager.resource.cpu-vcores': '2',
      },
      'mapred-site': {
        'mapreduce.map.memory.mb': '384',
        'mapreduce.map.java.opts': '-Xmx256m',
        'mapreduce.reduce.memory.mb': '512',
        'mapreduce.reduce.java.opts': '-Xmx384m',
        'mapreduce.task.io.sort.mb': '102',
        'yarn.app.mapreduce.am.resource.mb': '384',
        'yarn.app.mapreduce.am.command-opts': '-Xmx256m',
      },
      'capacity-scheduler': { 'yarn.scheduler.capacity.maximum-am-resource-percent': '0.5' },
      'hdfs-site': {
        'dfs.namenode.handler.count': '14',
        'dfs.datanode.failed.volumes.tolerated': '0',
        'dfs.datanode.du.reserved': '1073741824',
        'dfs.datanode.max.transfer.threads': '4096',
      },
    })
    expect(sized.w1?.heaps.datanode?.mb).toBe(128)
    expect(sized.w1?.heaps.nodemanager?.mb).toBe(160)
  })

  it('fits all masters and their database into 4 GiB, and even into 3', () => {
    const heaps = (sizing: Sizing | undefined) =>
      Object.fromEntries(Object.entries(sizing?.heaps ?? {}).map(([daemon, heap]) => [daemon, heap.mb]))
    const expected = {
      namenode: 192,
      secondarynamenode: 192,
      resourcemanager: 256,
      jobhistory: 160,
      'hive-metastore': 256,
      hiveserver2: 256,
      sqoop: 256,
      'metastore-database': 128,
      client: 256,
    }
    expect(heaps(sized.m1)).toEqual(expected)
    expect(heaps(sizeCluster(small('3200MiB', '2GiB'), {}).m1)).toEqual(expected)
  })

  it('shows the arithmetic', () => {
    expect(sized.w1?.steps).toContain('containers: 2048 - 256 - 488 = 1304, in steps of 128 = 1280 MiB')
    expect(sized.w1?.steps).toContain(
      'map: 1280 / (2 cores + 1), in steps of 128, from 384 to 4096 = 384 MiB',
    )
  })
})

describe('larger hosts', () => {
  it.each([
    ['8GiB', 4, 5632, 1024, 2048],
    ['16GiB', 4, 11264, 2048, 4096],
    ['64GiB', 16, 54272, 3072, 6144],
    ['128GiB', 32, 111616, 3072, 6144],
  ])('a worker of %s and %i cores', (memory, cores, total, map, reduce) => {
    const { w1 } = sizeCluster(small('16GiB', memory, cores), {})
    expect(nodeManager(w1)).toBe(total)
    expect(mapred(w1, 'mapreduce.map.memory.mb')).toBe(map)
    expect(mapred(w1, 'mapreduce.reduce.memory.mb')).toBe(reduce)
  })

  it('raises the NameNode’s heap with the files that the disks can hold', () => {
    const dirs = '[/data/1, /data/2, /data/3, /data/4]'
    const cluster = parse(`name: x
hosts:
  - {name: n, address: 10.0.0.1, roles: [namenode], memory: 64GiB, cores: 8}
  - {name: s, address: 10.0.0.2, roles: [secondarynamenode], memory: 64GiB, cores: 8}
  - {name: m, address: 10.0.0.3, roles: [master], memory: 32GiB, cores: 8}
  - {name: 'w[1-20]', address: '10.0.1.[1-20]', roles: [worker], memory: 64GiB, cores: 16, dataDirs: ${dirs}}
`)
    const sized = sizeCluster(cluster, {})
    expect(sized.n?.heaps.namenode?.mb).toBe(nameNodeHeapFor(8))
    expect(sized.n?.heaps.namenode?.why).toContain('raised')
    expect(sized.s?.heaps.secondarynamenode?.mb).toBe(nameNodeHeapFor(8))
    expect(value(sized.w3, 'hdfs-site', 'dfs.datanode.failed.volumes.tolerated')).toBe('1')
  })
})

it('has the table of the NameNode, the handlers and the failed volumes', () => {
  expect([0.5, 1, 4.9, 5, 70, 149, 150].map(nameNodeHeapFor)).toEqual([
    1024, 3072, 3072, 5376, 47872, 71424, 94976,
  ])
  expect([1, 2, 40, 1000, 100_000].map(handlerCount)).toEqual([10, 14, 74, 138, 200])
  expect([1, 2, 3, 4, 5, 12].map(failedVolumesTolerated)).toEqual([0, 0, 1, 1, 2, 2])
})

describe('the source of a size', () => {
  const open = parse(`name: x
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master]}
  - {name: 'w[1-2]', address: '10.0.0.[2-3]', roles: [worker]}
`)

  it('is assumed before the host is read, and never refused then', () => {
    const { w1 } = sizeCluster(open, {})
    expect(w1?.steps[0]).toBe('memory: 8192 MiB, assumed until the host is read')
  })

  it('is the memory that the host reports, unchanged by a few MiB more or less', () => {
    const at = (memoryMb: number) => sizeCluster(open, { w1: { memoryMb, cores: 2 } }).w1
    expect(at(3936)?.memoryMb).toBe(3840)
    expect(at(3941)).toEqual(at(3936))
  })

  it('is cluster.yml rather than the host', () => {
    const sized = sizeHost(small('4GiB', '2GiB'), small('4GiB', '2GiB').hosts[1] as never, {
      memoryMb: 24_000,
      cores: 8,
    })
    expect(sized.memoryMb).toBe(2048)
    expect(sized.cores).toBe(2)
  })

  it('is the smallest known NodeManager, for values that all hosts share', () => {
    const facts: FactsByHost = { w1: { memoryMb: 65_536, cores: 16 } }
    const sized = sizeCluster(open, facts)
    expect(value(sized.m1, 'yarn-site', 'yarn.scheduler.maximum-allocation-mb')).toBe('54272')
    const both = sizeCluster(open, { ...facts, w2: { memoryMb: 4096, cores: 2 } })
    expect(value(both.w1, 'yarn-site', 'yarn.scheduler.maximum-allocation-mb')).toBe('2816')
    expect(nodeManager(both.w1)).toBe(54272)
  })

  it('keeps space free on a data disk by its size', () => {
    const mounts = [
      { path: '/', sizeMb: 20_000 },
      { path: '/data/1', sizeMb: 400_000 },
    ]
    const { w1, w2 } = sizeCluster(open, {
      w1: { memoryMb: 8192, cores: 4, mounts },
      w2: { memoryMb: 8192, cores: 4, mounts: mounts.slice(0, 1) },
    })
    expect(value(w1, 'hdfs-site', 'dfs.datanode.du.reserved')).toBe(String(20_000 * 1024 * 1024))
    expect(value(w2, 'hdfs-site', 'dfs.datanode.du.reserved')).toBe(String(1024 * 1024 * 1024))
  })
})

describe('a value that the operator wrote', () => {
  it('wins, and dependent values follow it', () => {
    const more = `properties:
  yarn-site: {yarn.nodemanager.resource.memory-mb: 1536}
  mapred-site: {mapreduce.map.memory.mb: 640, mapreduce.reduce.java.opts: -Xmx300m}
`
    const { w1 } = sizeCluster(small('4GiB', '2GiB', 2, more), {})
    expect(nodeManager(w1)).toBe(1536)
    expect(value(w1, 'yarn-site', 'yarn.scheduler.maximum-allocation-mb')).toBe('1536')
    expect(value(w1, 'mapred-site', 'mapreduce.map.java.opts')).toBe('-Xmx512m')
    expect(value(w1, 'mapred-site', 'mapreduce.reduce.java.opts')).toBe('-Xmx300m')
    expect(w1?.steps).toContain('containers: 1536 MiB, written in cluster.yml')
    expect(w1?.steps.at(-1)).toMatch(
      /^mapreduce\.reduce\.java\.opts: -Xmx300m, written in cluster\.yml; -Xmx\d+m would/,
    )
  })

  it('is refused when no job could run with it', () => {
    const large = small('4GiB', '2GiB', 2, 'properties:\n  mapred-site: {mapreduce.map.memory.mb: 4096}\n')
    expect(
      refusals(() => sizeCluster(large, {})).map(({ details }) => [details.code, details.where]),
    ).toEqual([['SPEC_CONTAINER_TOO_LARGE', '/srv/site/cluster.yml:6:42']])
    const little = small(
      '4GiB',
      '2GiB',
      2,
      'properties:\n  yarn-site: {yarn.nodemanager.resource.memory-mb: 512}\n',
    )
    expect(refusals(() => sizeCluster(little, {}))[0]?.message).toContain('is 512, and a job on w1 needs 768')
  })
})

describe('hosts that are too small', () => {
  it('are refused together, with the place and the memory that is enough', () => {
    const errors = refusals(() => sizeCluster(small('2GiB', '1GiB'), {}))
    expect(errors.map(({ details }) => [details.code, details.where])).toEqual([
      ['SPEC_TOO_SMALL', '/srv/site/cluster.yml:3:60'],
      ['SPEC_TOO_SMALL', '/srv/site/cluster.yml:4:72'],
      ['SPEC_TOO_SMALL', '/srv/site/cluster.yml:4:72'],
    ])
    expect(errors[1]?.message).toBe('w1 has 1024 MiB, and needs 1536 for datanode, nodemanager')
    expect(errors[1]?.details.next).toBe(
      'write `memory: 1536MiB` or more for w1, or move a role to another host',
    )
  })

  it('work with exactly the memory that the refusal asks for, and not with less', () => {
    for (const role of ['master', 'worker', 'master, worker, result-store']) {
      const others = role === 'master' ? 'worker' : 'master'
      const spec = (mb: number): Cluster =>
        parse(`name: x
hosts:
  - {name: h, address: 10.0.0.1, roles: [${role}], memory: ${mb}MiB, cores: 2}
  - {name: o, address: 10.0.0.2, roles: [${role.includes(',') ? 'client' : others}], memory: 8GiB, cores: 2}
`)
      const [error] = refusals(() => sizeCluster(spec(600), {}))
      const needs = Number(/\d+/.exec(error?.details.expected ?? '')?.[0])
      expect(refusals(() => sizeCluster(spec(needs), {}))).toEqual([])
      expect(refusals(() => sizeCluster(spec(needs - 128), {}))).toHaveLength(1)
    }
  })
})
