import { describe, expect, it } from 'vitest'
import { subsetOf } from '../../provisioners/engine/index.ts'
import type { Desired, Resource } from '../../provisioners/engine/types.ts'
import { holders } from '../../provisioners/operations/store/rotation-holders.ts'
import { desire } from '../../provisioners/services/index.ts'
import { APPS, appsContext, LARGE } from '../services/apps/context.ts'
import { cluster, context } from '../services/store/cluster.ts'

const wanted = (password: string): Desired => desire(context(cluster(), { 'metastore-hive': password }))

describe('the holders of a secret', () => {
  it("the metastore's password is in two files of its host, and its unit is started with one of them", () => {
    const refs = holders(wanted('old'), wanted('new'))
    expect([...refs].sort()).toEqual([
      'm1!file:/etc/hive/metastore-conf/database.cnf',
      'm1!file:/etc/hive/metastore-conf/hive-site.xml',
      'm1!unit:hive-metastore',
    ])
  })

  it("the Data API's password is in its files, and both its hook and its unit are due again", () => {
    const of = (password: string): Desired =>
      desire(
        appsContext(`${LARGE}${APPS}`, {
          secret: (ref) => (JSON.stringify(ref).includes('result-store-api') ? password : 'another'),
        }),
      )
    const refs = [...holders(of('old'), of('new'))].filter((ref) => ref.startsWith('api1!'))
    expect(refs.sort()).toEqual([
      'api1!app-hook:api',
      'api1!file:/etc/howdah/apps/api-result-store.json',
      'api1!file:/etc/howdah/apps/api.yml',
      'api1!unit:data-api',
    ])
  })

  it('do not exist where both values are equal', () =>
    expect(holders(wanted('one'), wanted('one')).size).toBe(0))

  it('units wait for files, even if the resources between them are omitted', () => {
    const after = wanted('new')
    const some = subsetOf(after, holders(wanted('old'), after))
    const unit = some.m1?.find(({ id }) => id === 'unit:hive-metastore')
    expect(unit?.after).toContain('m1!file:/etc/hive/metastore-conf/hive-site.xml')
    expect(Object.keys(some)).toEqual(['m1'])
  })
})

describe('some of what is desired', () => {
  const action = (id: string, ...after: string[]): Resource =>
    ({ type: 'action', id, component: 't', title: id, probe: '', run: '', after }) as unknown as Resource

  it('keeps the order across omitted resources and hosts', () => {
    const desired = {
      a: [action('action:x')],
      b: [action('action:y', 'a!action:x'), action('action:z', 'action:y')],
    }
    const some = subsetOf(desired, new Set(['a!action:x', 'b!action:z'] as const))
    expect(some.b?.map(({ id, after }) => [id, after])).toEqual([['action:z', ['a!action:x']]])
  })
})
