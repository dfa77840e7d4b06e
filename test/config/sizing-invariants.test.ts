import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sizeCluster } from '../../provisioners/config/index.ts'
import { footprint, systemReserve } from '../../provisioners/config/sizing/heaps.ts'
import { mapred, nodeManager, parse, small, value } from './support.ts'

describe('whatever the hosts', () => {
  const memory = fc.integer({ min: 5120, max: 524_288 })
  const cores = fc.integer({ min: 1, max: 128 })
  const disks = fc.integer({ min: 1, max: 24 })
  const host = fc.record({ memory, cores, disks })

  const build = (
    master: { memory: number; cores: number },
    workers: { memory: number; cores: number; disks: number }[],
  ) =>
    parse(`name: x
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master, worker], memory: ${master.memory}MiB, cores: ${master.cores}}
${workers
  .map(
    (one, i) =>
      `  - {name: w${i}, address: 10.0.1.${i + 1}, roles: [worker], memory: ${one.memory}MiB, cores: ${one.cores}, dataDirs: [${Array.from({ length: one.disks }, (_, k) => `/data/${k}`).join(', ')}]}`,
  )
  .join('\n')}
`)

  it('no memory is given twice, and all hosts agree', () => {
    fc.assert(
      fc.property(host, fc.array(host, { minLength: 1, maxLength: 4 }), (master, workers) => {
        const cluster = build(master, workers)
        const sized = sizeCluster(cluster, {})
        const all = Object.values(sized)
        const shared = ['yarn.scheduler.minimum-allocation-mb', 'yarn.scheduler.maximum-allocation-mb']
        const least = Math.min(...all.map(nodeManager))
        for (const one of all) {
          const jvms = Object.entries(one.heaps).filter(
            ([daemon]) => !/database|store|client|sqoop/.test(daemon),
          )
          const used = jvms.reduce((sum, [, heap]) => sum + footprint(heap.mb), 0)
          expect(used + nodeManager(one) + systemReserve(one.memoryMb)).toBeLessThanOrEqual(one.memoryMb)
          expect(nodeManager(one) % 128).toBe(0)
          for (const name of shared)
            expect(value(one, 'yarn-site', name)).toBe(value(sized.m1, 'yarn-site', name))
          expect(one.properties['mapred-site']).toEqual(sized.m1?.properties['mapred-site'])
        }
        const map = mapred(sized.m1, 'mapreduce.map.memory.mb')
        const reduce = mapred(sized.m1, 'mapreduce.reduce.memory.mb')
        const master1 = mapred(sized.m1, 'yarn.app.mapreduce.am.resource.mb')
        const step = Number(value(sized.m1, 'yarn-site', 'yarn.scheduler.minimum-allocation-mb'))
        expect(Math.max(map, reduce, master1)).toBeLessThanOrEqual(least)
        expect(map + master1).toBeLessThanOrEqual(least)
        expect(Math.min(map, reduce, master1)).toBeGreaterThanOrEqual(Math.max(384, step))
        const heap = Number(/\d+/.exec(value(sized.m1, 'mapred-site', 'mapreduce.map.java.opts') ?? '')?.[0])
        expect(heap).toBeLessThanOrEqual(map - 128)
        expect(mapred(sized.m1, 'mapreduce.task.io.sort.mb')).toBeLessThan(heap)
      }),
      { numRuns: 150 },
    )
  })

  it('more memory never gives less to containers, on a host of workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2048, max: 200_000 }), (mb) => {
        const given = (memoryMb: number) => nodeManager(sizeCluster(small('16GiB', `${memoryMb}MiB`), {}).w1)
        // The next level takes some memory from the containers, but twice the memory always gives them more.
        expect(given(mb * 2)).toBeGreaterThan(given(mb))
      }),
      { numRuns: 60 },
    )
  })
})
