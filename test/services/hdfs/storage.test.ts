import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { coreTypes, createRegistry, makePlan, recordLine } from '../../../provisioners/engine/index.ts'
import type { Desired, Observed } from '../../../provisioners/engine/types.ts'
import { type StorageOptions, storageScript } from '../../../provisioners/services/hdfs/storage-script.ts'
import { componentTypes, desire } from '../../../provisioners/services/index.ts'
import { scratch } from '../../support/scratch.ts'
import { contextOf, FIVE } from '../a-context.ts'
import { runSh } from '../run-sh.ts'

/** A host in a scratch directory. Paths in texts are below it. */
function host() {
  const root = scratch('howdah-storage-')
  const path = (name: string) => join(root, name)
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), text)
  }
  const options: StorageOptions = {
    ...{ host: 'w1', dataDirs: [path('1/hdfs')], nameDirs: [path('nn')], skip: [] },
    ...{ formatRecord: path('format.json'), resources: path('resources'), mounts: path('mounts') },
  }
  return {
    path,
    write,
    version: (dir: string, text: string) => write(`${dir}/current/VERSION`, text),
    /** Records directories as the engine does. */
    made: (...dirs: string[]) =>
      write(
        'resources',
        dirs
          .map((dir) =>
            recordLine({
              ...{ type: 'directory', id: `directory:${path(dir)}`, component: 'hdfs', left: true },
              about: { path: path(dir), data: 'own' },
            }),
          )
          .join('\n'),
      ),
    read: (more: Partial<StorageOptions> = {}) => {
      const { exit, stderr, values } = runSh(`set -eu\n${storageScript({ ...options, ...more })}`)
      expect([exit, stderr]).toEqual([0, ''])
      return values
    },
  }
}

const NOTHING = { names: '', blocks: '', record: '', unreadable: '' }

describe('what is left of an HDFS on a host', () => {
  test('nothing, with empty directories and files of others', () => {
    const h = host()
    h.write('nn/thesis.tex', 'x')
    h.made('1/hdfs')
    h.write('1/hdfs/in_use.lock', '')
    expect(h.read()).toEqual(NOTHING)
  })

  test('a name directory on a host that is no longer a NameNode', () => {
    const h = host()
    h.version('nn', 'clusterID=CID-a\nstorageType=NAME_NODE\n')
    expect(h.read()).toEqual({ ...NOTHING, names: `w1:${h.path('nn')} holds metadata of clusterID CID-a` })
    expect(h.read({ skip: [h.path('nn')] })).toEqual(NOTHING)
  })

  test('directories that Howdah made there once, with metadata or blocks', () => {
    const h = host()
    h.made('old/nn', 'old/hdfs', 'never')
    h.version('old/nn', 'clusterID=CID-a\nstorageType=NAME_NODE\n')
    h.version('old/hdfs', 'clusterID=CID-b\nstorageType=DATA_NODE\n')
    expect(h.read()).toEqual({
      ...NOTHING,
      names: `w1:${h.path('old/nn')} holds metadata of clusterID CID-a`,
      blocks: `w1:${h.path('old/hdfs')} holds blocks of clusterID CID-b`,
    })
  })

  test('directories of Hadoop 1 have a namespaceID', () => {
    const h = host()
    h.version('1/hdfs', 'namespaceID=7\nstorageType=DATA_NODE\n')
    expect(h.read().blocks).toBe(`w1:${h.path('1/hdfs')} holds blocks of namespaceID 7`)
  })

  test('a format on record, and the directories that it names', () => {
    const h = host()
    h.version('elsewhere', 'clusterID=CID-a\nstorageType=NAME_NODE\n')
    h.write('format.json', `{"clusterId": "CID-a", "directories": "${h.path('elsewhere')}"}\n`)
    expect(h.read()).toEqual({
      ...NOTHING,
      names: `w1:${h.path('elsewhere')} holds metadata of clusterID CID-a`,
      record: `w1:${h.path('format.json')} names clusterID CID-a in ${h.path('elsewhere')}`,
    })
    h.write('format.json', '')
    expect(h.read().record).toContain('clusterID unreadable')
    expect(h.read({ formatRecord: '' }).record).toBe('')
  })

  test('what cannot be read is never "nothing"', () => {
    const h = host()
    h.made('odd', 'disk/nn')
    h.write('odd/fsimage', 'x')
    h.write('mounts', `${h.path('disk')}\t${h.path('disk')}\n`)
    expect(h.read().unreadable).toBe(
      `w1:${h.path('odd')} holds files, but no current/VERSION; w1:${h.path('disk/nn')} is on the disk of ${h.path('disk')}, which is not mounted`,
    )
  })
})

describe('a plan that would format', () => {
  const context = contextOf(FIVE)
  const desired: Desired = Object.fromEntries(
    Object.entries(desire(context)).map(([target, list]) => [
      target,
      list
        .filter(({ id }) => /^(fact:dfs-|action:hdfs-format)/.test(id))
        .map((one) => ({ ...one, after: [] })),
    ]),
  )
  const DATA = { clusterIds: '', foreign: '', unreadable: '' }
  const NAME = { state: 'empty', lost: '', foreign: '', found: '', layouts: '' }

  function refusals(
    states: Readonly<Record<string, Readonly<Record<string, string>>>>,
    format = 'no',
    dead?: string,
  ) {
    const all: Observed = Object.fromEntries(
      Object.keys(desired).map((target) => [
        target,
        {
          states: {
            'fact:dfs-storage': { ...NOTHING, ...states[target] },
            'fact:dfs-data': DATA,
            'fact:dfs-name': NAME,
            'action:hdfs-format': { done: format },
            'action:hdfs-format-record': { done: 'yes' },
          },
        },
      ]),
    )
    const observed = Object.fromEntries(Object.entries(all).filter(([target]) => target !== dead))
    const registry = createRegistry([...coreTypes, ...componentTypes])
    const rest = Object.fromEntries(Object.entries(desired).filter(([target]) => target !== dead))
    return makePlan({ cluster: 'insights', desired: rest, observed, registry }).refusals
  }

  test('is accepted on hosts that hold nothing', () => {
    expect(refusals({})).toEqual([])
  })

  const places: [string, string][] = [
    ['names', 'to move the NameNode, stop the daemons of HDFS and copy the directory to m1:/data/nn'],
    ['record', 'find the directories of that NameNode'],
    ['blocks', 'restore the NameNode directories on m1'],
    ['unreadable', 'mount or repair the disk on '],
  ]
  test.each(
    ['m1', 'w1', 'w2', 'lms', 'rs'].flatMap((at) => places.map(([key, next]) => [at, key, next] as const)),
  )('is refused when %s has %s, with the place and the next step', (at, key, next) => {
    const found = refusals({ [at]: { [key]: `${at}:/old/nn holds CID-a` } })
    expect(found).toHaveLength(1)
    expect(found[0]?.message).toContain(`an HDFS: ${at}:/old/nn holds CID-a`)
    expect(found[0]?.next).toContain(next)
    if (key !== 'unreadable') expect(found[0]?.next).toContain('howdah destroy --data --confirm=insights')
  })

  test('is refused when a host was not read', () => {
    expect(refusals({}, 'no', 'w2').map(({ found }) => found)).toEqual([
      'w2!fact:dfs-storage: unreadable=unknown (it was not read)',
      'w2!fact:dfs-data: unreadable=unknown (it was not read)',
    ])
  })

  test('a formatted NameNode is not in question: its old host may keep what it has', () => {
    expect(refusals({ w1: { names: 'w1:/old/nn' }, rs: { record: 'rs:/x' } }, 'yes')).toEqual([])
  })
})
