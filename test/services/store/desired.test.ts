import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../../provisioners/config/types.ts'
import { refOf, resolveRef } from '../../../provisioners/engine/refs.ts'
import { desire, healthChecks } from '../../../provisioners/services/index.ts'
import { cluster, context, external, host, MASTER, onHost } from './cluster.ts'

const WORKER = ['datanode', 'nodemanager'] as const
const base = cluster()
if (!base.resultStore || !base.lms) throw new Error('the fixture has all three')
const { resultStore, lms, metastore } = base
const place = (server: typeof metastore.server): Partial<Cluster> => ({
  resultStore: { ...resultStore, server },
  lms: { ...lms, server },
  metastore: { ...metastore, server },
})

const shapes: readonly (readonly [string, Cluster])[] = [
  ['a server each', cluster({ hosts: [...base.hosts, host('w1', WORKER)] })],
  [
    'all on one host, MySQL',
    cluster({
      ...place(onHost('m1', 'mysql')),
      hosts: [host('m1', [...MASTER, ...WORKER, 'result-store', 'lms-database'])],
    }),
  ],
  [
    'databases of others, Hive and Sqoop apart',
    cluster({
      ...place(external('db.example', 3307)),
      hosts: [
        host('m1', ['namenode', 'secondarynamenode', 'resourcemanager', 'jobhistory', 'client']),
        host('h1', ['hive-metastore']),
        host('h2', ['hiveserver2']),
        host('s1', ['sqoop']),
        host('w1', WORKER),
      ],
    }),
  ],
]

describe.each(shapes)('%s', (_, shape) => {
  const desired = desire(context(shape))

  it('declares nothing twice', () => {
    for (const [target, resources] of Object.entries(desired)) {
      const ids = resources.map(({ id }) => id)
      expect(
        ids.filter((id, i) => ids.indexOf(id) !== i),
        target,
      ).toEqual([])
    }
  })

  it('has only existing resources in `after`', () => {
    const there = new Set(
      Object.entries(desired).flatMap(([target, resources]) => resources.map(({ id }) => refOf(target, id))),
    )
    const mine = ['hive', 'sqoop', 'result-store']
    const missing = Object.entries(desired).flatMap(([target, resources]) =>
      resources
        .filter(({ component }) => mine.includes(component))
        .flatMap(({ id, after = [] }) =>
          after
            .map((each) => resolveRef(target, each))
            .filter((ref) => !there.has(ref))
            .map((ref) => `${target}!${id} waits for ${ref}`),
        ),
    )
    expect(missing).toEqual([])
  })

  it('checks every database server and every daemon of Hive', () => {
    const names = healthChecks(context(shape)).map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['result-store', 'lms-database', 'hive-metastore', 'hiveserver2']),
    )
  })
})
