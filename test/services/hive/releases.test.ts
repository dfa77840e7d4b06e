import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  generationOf,
  PROFILE_NAMES,
  PROFILES,
  type ProfileName,
} from '../../../provisioners/config/versions/profiles.ts'
import type { Unit } from '../../../provisioners/engine/types.ts'
import { clientSite, metastoreSite } from '../../../provisioners/services/hive/configuration.ts'
import { hive } from '../../../provisioners/services/hive/index.ts'
import { loggingFiles } from '../../../provisioners/services/hive/releases.ts'
import { byId, cluster, context, fileAt, host, MASTER } from '../store/cluster.ts'

const master = host('m1', MASTER)
const of = (name: ProfileName) => {
  const { versions, java } = PROFILES[name]
  const jdks = { 8: { kind: 'path', home: '/opt/jdk/8' }, 17: { kind: 'path', home: '/opt/jdk/17' } } as const
  return context(cluster({ versions, generation: generationOf(versions.hadoop), java: { use: java, jdks } }))
}

/** Releases (`0.11`, `1.2`, …) that have a property, by its name. */
const known = new Map(
  readFileSync(new URL('../fixtures/hive-properties.table', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '))
    .map(([name = '', ...releases]) => [name, releases] as const),
)
const minor = (version: string) => version.split('.').slice(0, 2).join('.')
const isHives = (name: string) => /^(hive|datanucleus|javax\.jdo)\./.test(name)

describe.each(PROFILE_NAMES)('Hive of the profile %s', (name) => {
  const within = of(name)
  const { versions, generation } = within.cluster

  it('gets no property that its release does not have', () => {
    const written = { ...clientSite(master, within), ...metastoreSite(master, within) }
    const names = Object.keys(written).filter(isHives)
    expect(names).toEqual(expect.arrayContaining(['hive.metastore.uris', 'javax.jdo.option.ConnectionURL']))
    const unknown = names.filter((each) => !known.get(each)?.includes(minor(versions.hive)))
    expect(unknown).toEqual([])
    if (generation === 'hadoop1') expect(Object.keys(written).join()).not.toMatch(/mapreduce\.|yarn\./)
  })

  it('lets the metastore access HDFS as the calling user, which only 0.11 needs a property for', () => {
    for (const site of [clientSite(master, within), metastoreSite(master, within)]) {
      expect(site['hive.metastore.execute.setugi']).toBe(versions.hive.startsWith('0.') ? 'true' : undefined)
    }
  })

  it('logs with its own log4j, to a file and never to the standard output', () => {
    const resources = hive.resources(master, within)
    const files = loggingFiles(versions.hive)
    for (const dir of ['/etc/hive/conf', '/etc/hive/metastore-conf']) {
      const there = resources.filter(({ id }) => id.startsWith(`file:${dir}/`) && id.includes('log4j'))
      expect(there.map(({ id }) => id)).toEqual(files.map((file) => `file:${dir}/${file}`))
      for (const file of files) {
        const { content } = fileAt(resources, `${dir}/${file}`)
        expect(content).not.toMatch(/system_?\.?out/i)
        expect(content).toContain('hive.log.file')
        expect(/^log4j\.rootLogger=/m.test(content)).toBe(!file.includes('log4j2'))
      }
    }
  })

  it('starts its daemons with files that this generation of Hadoop has', () => {
    for (const unit of ['unit:hive-metastore', 'unit:hive-server2']) {
      const { effective, after } = byId(hive.resources(master, within), unit) as Unit
      expect(effective.includes('/etc/hadoop/conf/yarn-site.xml')).toBe(generation !== 'hadoop1')
      expect(after?.includes('file:/etc/hadoop/conf/yarn-site.xml')).toBe(generation !== 'hadoop1')
      expect(effective).toContain('/etc/hadoop/conf/mapred-site.xml')
    }
  })
})

describe('what creates the tables of the metastore', () => {
  it.each([
    ['seed', { 'datanucleus.autoCreateSchema': 'true' }],
    ['classic', { 'datanucleus.autoCreateSchema': 'false', 'datanucleus.fixedDatastore': 'true' }],
    ['legacy', { 'datanucleus.schema.autoCreateAll': 'false' }],
    ['stable', { 'datanucleus.schema.autoCreateAll': 'false' }],
  ] as const)('%s', (name, wanted) => {
    const found = Object.entries(metastoreSite(master, of(name))).filter(([key]) =>
      key.startsWith('datanucleus'),
    )
    expect(Object.fromEntries(found)).toEqual(wanted)
  })
})
