import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { expectExit, onHost, planOf, variant } from '../support.ts'

interface Place {
  readonly lab: string
  file: string
}

interface Spec {
  name: string
  hosts: { name: string; roles: string[] }[]
  directories?: Record<string, unknown>
}

const RECORD = '/var/lib/howdah/hdfs-format.json'

/** Dangers to the data of a cluster that runs. Only the last test changes a host; the others are refused plans. */
export function guardTests(place: Place): void {
  const refusedPlan = async (name: string, edit: (spec: Spec) => void): Promise<string> => {
    const file = await variant(place.file, name, (spec) => edit(spec as unknown as Spec))
    return (await expectExit(13, ['plan', file])).out
  }

  it('every host has the mark of the cluster, and its HDFS a clusterID of its own', async () => {
    const { cluster } = await planOf(place.file)
    const text = await readFile(join(dirname(place.file), '.howdah', cluster, 'cluster-id'), 'utf8')
    const [id = ''] = text.split('\n')
    expect(text).toBe(`${id}\nseen\n`)
    for (const host of ['m1', 'w1', 'w2', 'rs1', 'lms1'])
      expect(await onHost(place.lab, host, 'cat /var/lib/howdah/cluster')).toContain(
        `id=${id}\nname=${cluster}`,
      )
    expect(await onHost(place.lab, 'w1', 'cat /data/1/hdfs/current/VERSION')).toContain(`clusterID=CID-${id}`)
  })

  it('a NameNode that moves to another host is not formatted', async () => {
    const out = await refusedPlan('moved', ({ hosts }) => {
      hosts.find(({ name }) => name === 'w1')?.roles.push('namenode')
    })
    expect(out).toMatch(/m1:\/data\/nn holds metadata of clusterID CID-/)
    expect(out).toMatch(/w2:\/data\/1\/hdfs holds blocks of clusterID CID-/)
    expect(out).toContain(`m1:${RECORD}`)
  })

  it('nor one whose directories change in cluster.yml', async () => {
    const out = await refusedPlan('other-directories', (spec) => {
      spec.directories = { ...spec.directories, name: ['/data/other'] }
    })
    expect(out).toMatch(/m1:\/data\/nn holds metadata of clusterID CID-/)
  })

  it('another cluster.yml with these addresses is refused, with both names, and can adopt the hosts', async () => {
    const { cluster } = await planOf(place.file)
    const other = (spec: Spec): void => {
      spec.name = 'second'
    }
    const out = await refusedPlan('second', other)
    expect(out).toContain(`m1 belongs to ${cluster} (id `)
    expect(out).toContain('cluster.yml describes second (id ')
    // The hosts are one group.
    expect(out).toContain('at     m1, w1, w2, lms1, rs1!fact:cluster')
    expect(out).toContain('howdah bootstrap --adopt m1,w1,w2,lms1,rs1')
    const file = join(dirname(place.file), 'second.yml')
    const adopted = await expectExit(13, ['plan', '--adopt', 'w1', file])
    expect(adopted.out).toContain('at     m1, w2, lms1, rs1!fact:cluster')
    await expectExit(13, ['destroy', '--yes', file])
  })

  it('a data disk that was mounted and is missing is refused', async () => {
    const mounts = '/var/lib/howdah/mounts'
    await onHost(place.lab, 'w1', `printf '/data/1\\t/data/1\\n' >${mounts}`)
    const { out } = await expectExit(13, ['plan', place.file])
    expect(out).toContain('/data/1 was a mount point when it was made')
    await onHost(place.lab, 'w1', `rm ${mounts}`)
  })

  it('a lost record of the format is written again', async () => {
    const before = await onHost(place.lab, 'm1', `cat ${RECORD}; rm ${RECORD}`)
    const { steps } = await planOf(place.file)
    expect(steps.map(({ ref }) => ref)).toEqual(['m1!action:hdfs-format-record'])
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', place.file])
    const { clusterId } = JSON.parse(await onHost(place.lab, 'm1', `cat ${RECORD}`)) as { clusterId: string }
    expect(clusterId).toBe((JSON.parse(before) as { clusterId: string }).clusterId)
    expect((await planOf(place.file)).steps).toEqual([])
  })
}
