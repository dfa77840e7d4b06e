import { describe, expect, it } from 'vitest'
import { PROFILE_NAMES, PROFILES, type ProfileName } from '../../provisioners/config/versions/profiles.ts'
import { RENAMED, rightName } from '../../provisioners/config/versions/property-names.ts'
import { hadoopProperties } from '../../provisioners/services/hdfs/index.ts'
import { clientSite } from '../../provisioners/services/hive/configuration.ts'
import { runningConfigurations } from '../../provisioners/services/running.ts'
import { streamingJar } from '../../provisioners/services/support/index.ts'
import { contextOf } from './a-context.ts'

const contextFor = (profile: ProfileName) =>
  contextOf(`
name: insights
versions: {profile: ${profile}}
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master], memory: 4GiB}
  - {name: 'w[1-2]', address: '10.0.0.[11-12]', roles: [worker], memory: 4GiB}
  - {name: rs, address: 10.0.0.22, roles: [result-store], memory: 1GiB}
ssh: {user: ana}
artifacts: {provider: maven}
java: {jdks: {17: {package: openjdk-17-jdk-headless}, 8: {path: /opt/jdk/8}}}
`)

const HADOOP1 = ['core-site', 'hdfs-site', 'mapred-site']
const LATER = [...HADOOP1, 'yarn-site', 'capacity-scheduler']

describe.each(PROFILE_NAMES)('the profile %s', (profile) => {
  const context = contextFor(profile)
  const { cluster } = context
  const { generation } = cluster
  const files = generation === 'hadoop1' ? HADOOP1 : LATER
  const hosts = cluster.hosts.filter(({ roles }) => !roles.includes('result-store'))
  const rendered = hosts.flatMap((host) => [
    ...files.map((file) => ({ file, host: host.name, properties: hadoopProperties(file, host, context) })),
    { file: 'hive-site', host: host.name, properties: clientSite(host, context) },
  ])

  it('has the generation of its versions', () => {
    expect(cluster.versions).toEqual(PROFILES[profile].versions)
    expect(rendered.length).toBe(3 * (files.length + 1))
  })

  it('writes no property with a name of another generation', () => {
    const wrong = rendered.flatMap(({ file, host, properties }) =>
      Object.keys(properties)
        .filter((name) => rightName(generation, name) !== undefined)
        .map((name) => `${host} ${file} ${name}: ${rightName(generation, name)} here`),
    )
    expect(wrong).toEqual([])
  })

  it('never writes a property twice, with its old and its new name', () => {
    for (const { properties } of rendered) {
      const twice = Object.keys(properties).filter(
        (name) => (RENAMED[name] ?? name) in properties && RENAMED[name],
      )
      expect(twice).toEqual([])
    }
  })

  it('has properties of YARN only if it has YARN', () => {
    const names = rendered.flatMap(({ properties }) => Object.keys(properties))
    expect(names.some((name) => name.startsWith('yarn.'))).toBe(generation !== 'hadoop1')
    expect(names.includes('mapred.job.tracker')).toBe(generation === 'hadoop1')
  })

  it('lists each daemon that serves its configuration, with the rendered one', () => {
    const all = runningConfigurations(context)
    const asked = all.map(({ daemon, host }) => `${daemon} ${host}`).sort()
    const hive = profile === 'seed' || profile === 'classic' ? [] : ['hiveserver2 m1']
    const jobs =
      generation === 'hadoop1'
        ? ['jobtracker m1', 'tasktracker w1', 'tasktracker w2']
        : ['jobhistory m1', 'nodemanager w1', 'nodemanager w2', 'resourcemanager m1']
    const hdfs = ['datanode w1', 'datanode w2', 'namenode m1', 'secondarynamenode m1']
    expect(asked).toEqual([...hdfs, ...hive, ...jobs].sort())
    for (const { rendered: properties } of all) expect(Object.keys(properties).length).toBeGreaterThan(10)
    const web = generation === 'hadoop3' ? 'http://w1:9864/conf' : 'http://w1:50075/conf'
    expect(all.find(({ daemon, host }) => daemon === 'datanode' && host === 'w1')?.url).toBe(web)
  })

  it('has the streaming jar at the path of that release', () => {
    const where = generation === 'hadoop1' ? 'contrib/streaming' : 'share/hadoop/tools/lib'
    expect(streamingJar(cluster)).toBe(
      `/opt/hadoop/current/${where}/hadoop-streaming-${cluster.versions.hadoop}.jar`,
    )
  })
})
