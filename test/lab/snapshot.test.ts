import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isGenerated, labDemoCluster, updateMark } from '../../lab/demo-cluster.ts'
import { sourcesKey } from '../../lab/snapshots/sources.ts'
import {
  findSnapshot,
  listSnapshots,
  removeSnapshots,
  snapshotsDir,
  sweepSnapshots,
} from '../../lab/snapshots/store.ts'
import { writeState } from '../../lab/state.ts'
import type { LabStateHost, Snapshot } from '../../lab/types.ts'

let cache = ''
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'howdah-snapshots-'))
  vi.stubEnv('HOWDAH_LAB_ROOT', join(cache, 'labs'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(cache, { recursive: true, force: true })
})

const host = (...layers: string[]): LabStateHost => ({ name: 'm1', release: 'trixie', base: '/base', layers })

async function keep(id: string, change: Partial<Snapshot> = {}): Promise<string> {
  const dir = join(snapshotsDir(cache), id)
  await mkdir(dir, { recursive: true })
  const snapshot: Snapshot = {
    ...{ formatVersion: 1, name: 'served', key: 'k1', lab: 'demo', stateDir: '/labs/demo' },
    ...{ subnet: '10.77.9.0/24', hosts: [host(join(dir, 'hosts/m1'))], taken: '2026-01-01T00:00:00.000Z' },
    ...change,
  }
  await writeFile(join(dir, 'snapshot.json'), JSON.stringify(snapshot))
  return dir
}

describe('a snapshot', () => {
  it('is found by its name, the newest of several', async () => {
    await keep('served-a')
    const newest = await keep('served-b', { taken: '2026-02-01T00:00:00.000Z' })
    await keep('other-c', { name: 'other', taken: '2026-03-01T00:00:00.000Z' })
    expect(await findSnapshot('served', 'k1', cache)).toMatchObject({ dir: newest, lab: 'demo' })
  })

  it('that is not there is refused with those that are', async () => {
    await keep('served-a')
    await expect(findSnapshot('gone', 'k1', cache)).rejects.toMatchObject({
      ...{ code: 'LAB_SNAPSHOT_UNKNOWN', exitCode: 13 },
      details: { found: 'served', next: expect.stringContaining('howdah lab snapshot gone') },
    })
  })

  it('that other sources made is refused with both keys', async () => {
    await keep('served-a')
    await expect(findSnapshot('served', 'k2', cache)).rejects.toMatchObject({
      ...{ code: 'LAB_SNAPSHOT_STALE', exitCode: 13, details: { found: 'k1', expected: 'k2' } },
    })
  })

  it('half made is none, and is swept away', async () => {
    await mkdir(join(snapshotsDir(cache), 'served-x.part-7/hosts'), { recursive: true })
    await keep('served-a')
    expect((await listSnapshots(cache)).length).toBe(1)
    await sweepSnapshots(cache)
    expect(await readdir(snapshotsDir(cache))).toEqual(['served-a'])
  })

  it('is kept while a lab or another snapshot uses it', async () => {
    const first = await keep('served-a')
    const second = await keep('served-b', { hosts: [host('/b/m1', join(first, 'hosts/m1'))] })
    const third = await keep('served-c')
    await writeState({
      ...{ formatVersion: 1, name: 'demo', subnet: '10.77.9.0/24' },
      hosts: [host(join(third, 'hosts/m1'))],
    })
    // `second` uses `first`, a lab uses `third`.
    expect(await removeSnapshots('served', second, cache)).toBe(0)
    expect(await removeSnapshots('served', undefined, cache)).toBe(1)
    expect(await readdir(snapshotsDir(cache))).toEqual(['served-a', 'served-c'])
  })
})

describe('the key of the sources', () => {
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(cache, path, '..'), { recursive: true })
    await writeFile(join(cache, path), text)
  }

  it('moves with every source that makes a host, and with no other', async () => {
    await write('provisioners/services/hdfs/index.ts', 'a')
    await write('hadoop-templates/site.hbs', 'a')
    const before = await sourcesKey(cache)
    for (const other of ['cli/main.ts', 'provisioners/operations/verify/flow.ts', 'provisioners/emr/x.ts'])
      await write(other, 'b')
    expect(await sourcesKey(cache)).toBe(before)
    for (const part of [
      'provisioners/services/hdfs/index.ts',
      'hadoop-templates/new.hbs',
      'lab/machine/base.ts',
    ]) {
      const last = await sourcesKey(cache)
      await write(part, 'b')
      expect(await sourcesKey(cache), part).not.toBe(last)
    }
  })

  it('distinguishes a name from a content', async () => {
    await write('lab/a', 'bc')
    const before = await sourcesKey(cache)
    await rm(join(cache, 'lab/a'))
    await write('lab/ab', 'c')
    expect(await sourcesKey(cache)).not.toBe(before)
  })
})

it('cluster.yml of a demo counts as unedited after its paths follow the lab', () => {
  const lab = {
    name: 'demo',
    hosts: [],
    user: 'ops',
    identityFile: '/labs/demo/id',
    knownHosts: '/k',
  } as never
  const text = labDemoCluster(lab, { file: '/jdk', sha256: 'x' } as never)
  const moved = updateMark(text, text.replaceAll('/labs/demo', '/labs/other'))
  expect(moved).toContain('/labs/other/id')
  expect(isGenerated(moved)).toBe(true)
  const edited = `${text}# mine\n`
  expect(updateMark(edited, edited)).toBe(edited)
})
