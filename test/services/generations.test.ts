import { XMLParser } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { PROFILE_NAMES, type ProfileName, RENAMED } from '../../provisioners/config/index.ts'
import type { File, Unit } from '../../provisioners/engine/types.ts'
import { layoutOf, layoutRule } from '../../provisioners/services/hdfs/layouts.ts'
import { desire, healthChecks } from '../../provisioners/services/index.ts'
import { portsOn } from '../../provisioners/services/support/index.ts'
import { contextOf } from './a-context.ts'
import { runSh } from './run-sh.ts'

const hosts = `
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master], memory: 6GiB, rack: /a}
  - {name: 'w[1-2]', address: '10.0.0.[11-12]', roles: [worker], memory: 4GiB, cores: 2, dataDirs: [/data/1, /data/2]}
  - {name: rs, address: 10.0.0.22, roles: [result-store], memory: 1GiB}
artifacts: {provider: maven}
java: {jdks: {17: {package: openjdk-17-jdk-headless}, 8: {path: /opt/jdk/8}}}
`
const of = (profile: ProfileName) => contextOf(`name: insights\nversions: {profile: ${profile}}${hosts}`)
const desired = new Map<ProfileName, ReturnType<typeof desire>>()
const resources = (profile: ProfileName, host: string) => {
  const known = desired.get(profile) ?? desire(of(profile))
  desired.set(profile, known)
  return known[host] ?? []
}
const files = (profile: ProfileName, host: string) =>
  new Map(
    resources(profile, host).flatMap((one) =>
      one.type === 'file' ? [[(one as File).path, (one as File).content] as const] : [],
    ),
  )
const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'property' })

function site(profile: ProfileName, host: string, name: string): Record<string, string> {
  const xml = parser.parse(files(profile, host).get(`/etc/hadoop/conf/${name}.xml`) ?? '') as {
    configuration: { property: { name: string; value: string }[] }
  }
  return Object.fromEntries(xml.configuration.property.map(({ name: key, value }) => [key, value]))
}
/** Hadoop's own files of properties. */
const sitesOf = (profile: ProfileName, host: string): string[] =>
  [...files(profile, host).keys()].flatMap((path) => /^\/etc\/hadoop\/conf\/(.*)\.xml$/.exec(path)?.[1] ?? [])

const units = (profile: ProfileName, host: string) =>
  resources(profile, host)
    .filter((one): one is Unit => one.type === 'unit')
    .map(({ name }) => name)
const unit = (profile: ProfileName, host: string, name: string): Unit => {
  const found = resources(profile, host).find(({ id }) => id === `unit:${name}`)
  if (!found) throw new Error(`${host} has no ${name}`)
  return found as Unit
}

describe('each generation has its own', () => {
  test('daemons on the master and the workers', () => {
    expect(units('seed', 'm1')).toEqual(
      expect.arrayContaining(['hdfs-namenode', 'hdfs-secondarynamenode', 'mapred-jobtracker']),
    )
    expect(units('seed', 'w1')).toEqual(expect.arrayContaining(['hdfs-datanode', 'mapred-tasktracker']))
    for (const name of [...units('seed', 'm1'), ...units('seed', 'w1')])
      expect(name).not.toMatch(/yarn|history/)
    expect(units('legacy', 'm1')).toEqual(
      expect.arrayContaining(['yarn-resourcemanager', 'mapred-historyserver']),
    )
    expect(units('legacy', 'w1')).not.toContain('mapred-tasktracker')
  })

  test('files of configuration', () => {
    const conf = (profile: ProfileName) =>
      [...files(profile, 'w1').keys()].flatMap((path) => path.split('/etc/hadoop/conf/')[1] ?? [])
    expect(conf('seed')).toEqual(expect.arrayContaining(['slaves', 'mapred.hosts', 'mapred-site.xml']))
    expect(conf('seed').filter((name) => /yarn|workers|capacity/.test(name))).toEqual([])
    expect(conf('legacy')).toEqual(
      expect.arrayContaining(['slaves', 'yarn-site.xml', 'capacity-scheduler.xml']),
    )
    expect(conf('stable')).toContain('workers')
    expect(conf('stable')).not.toContain('slaves')
  })

  test.each(PROFILE_NAMES)('names of properties, never two names for one property: %s', (profile) => {
    const oldest = of(profile).cluster.generation === 'hadoop1'
    const foreign = new Set(oldest ? Object.values(RENAMED) : Object.keys(RENAMED))
    const names = ['m1', 'w1'].flatMap((host) =>
      sitesOf(profile, host).flatMap((name) => Object.keys(site(profile, host, name))),
    )
    expect(names.length).toBeGreaterThan(50)
    expect(names.filter((name) => foreign.has(name))).toEqual([])
  })

  test('addresses and directories of Hadoop 1, as plain paths', () => {
    expect(site('seed', 'w1', 'core-site')).toMatchObject({
      'fs.default.name': 'hdfs://m1:8020',
      'fs.checkpoint.dir': '/data/snn',
      'topology.script.file.name': '/etc/hadoop/conf/topology.sh',
    })
    expect(site('seed', 'w1', 'hdfs-site')).toMatchObject({
      'dfs.name.dir': '/data/nn',
      'dfs.data.dir': '/data/1/hdfs,/data/2/hdfs',
      'slave.host.name': 'w1',
      'dfs.datanode.max.xcievers': '4096',
    })
    expect(site('seed', 'w1', 'mapred-site')).toMatchObject({
      'mapred.job.tracker': 'm1:8021',
      'mapred.local.dir': '/data/1/mapred/local,/data/2/mapred/local',
      'mapreduce.jobtracker.staging.root.dir': '/user',
      'mapred.map.child.env':
        'JAVA_HOME=/opt/jdk/8,PATH=/usr/local/lib/howdah/tasks:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    })
  })

  test('slots of Hadoop 1 fit into the memory of their host', () => {
    const sizing = of('seed').sizing.w1
    const mapred = site('seed', 'w1', 'mapred-site')
    const slots =
      Number(mapred['mapred.tasktracker.map.tasks.maximum']) +
      Number(mapred['mapred.tasktracker.reduce.tasks.maximum'])
    const [, slotMb] = /= (\d+) MiB/.exec(sizing?.steps.find((step) => step.startsWith('slot:')) ?? '') ?? []
    const [, room] =
      /= (\d+) MiB/.exec(sizing?.steps.find((step) => step.startsWith('containers:')) ?? '') ?? []
    expect(slots).toBeGreaterThanOrEqual(2)
    expect(slots * Number(slotMb)).toBeLessThanOrEqual(Number(room))
    expect(mapred['mapred.map.child.java.opts']).toMatch(/^-Xmx\d+m$/)
  })

  test.each([
    ['seed', 'm1', 'HADOOP_NAMENODE_OPTS', 'HADOOP_JOBTRACKER_OPTS'],
    ['seed', 'w1', 'HADOOP_DATANODE_OPTS', 'HADOOP_TASKTRACKER_OPTS'],
    ['legacy', 'm1', 'HADOOP_NAMENODE_OPTS', 'HADOOP_JOB_HISTORYSERVER_OPTS'],
    ['legacy', 'w1', 'HADOOP_DATANODE_OPTS', 'YARN_NODEMANAGER_OPTS'],
    ['stable', 'm1', 'HDFS_NAMENODE_OPTS', 'MAPRED_HISTORYSERVER_OPTS'],
  ] as const)('variables of %s on %s', (profile, host, ...variables) => {
    const env = files(profile, host).get('/etc/hadoop/conf/hadoop-env.sh') ?? ''
    for (const name of variables) expect(env).toMatch(new RegExp(`^export ${name}=.*-Xmx\\d+m`, 'm'))
    if (profile === 'stable') expect(env).not.toMatch(/HADOOP_(NAMENODE|DATANODE)_OPTS|HADOOP_HEAPSIZE=/)
    else expect(env).not.toMatch(/HDFS_|MAPRED_HISTORYSERVER|HEAPSIZE_MAX/)
  })

  test('programs that start the daemons', () => {
    expect(unit('seed', 'm1', 'hdfs-namenode').content).toContain(
      'ExecStart=/opt/hadoop/current/bin/hadoop namenode',
    )
    expect(unit('seed', 'w1', 'mapred-tasktracker').content).toContain('bin/hadoop tasktracker')
    expect(unit('legacy', 'm1', 'hdfs-namenode').content).toContain('bin/hdfs namenode')
    expect(unit('legacy', 'm1', 'yarn-resourcemanager').content).toContain(
      'Environment=YARN_LOGFILE=yarn-resourcemanager.log',
    )
    expect(unit('legacy', 'm1', 'mapred-historyserver').content).toContain('HADOOP_MAPRED_LOGFILE=')
  })

  test('ports', () => {
    const ports = (profile: ProfileName, host: number) => {
      const context = of(profile)
      return portsOn(context.cluster.hosts[host] as never, context).map(({ port }) => port)
    }
    expect(ports('seed', 0)).toEqual(expect.arrayContaining([8020, 50070, 50090, 8021, 50030, 9083, 10000]))
    expect(ports('seed', 1)).toEqual(expect.arrayContaining([50010, 50020, 50075, 50060]))
    expect(ports('seed', 0)).not.toContain(10002)
    expect(ports('legacy', 0)).toEqual(expect.arrayContaining([50070, 8088, 19888, 10002]))
    expect(ports('stable', 0)).toEqual(expect.arrayContaining([9870, 9868]))
  })

  test('health checks of its daemons, each on a host that has the daemon', () => {
    const names = healthChecks(of('seed')).map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['jobtracker', 'tasktracker w1', 'tasktracker w2', 'datanode w1']),
    )
    expect(names.filter((name) => /manager|history/.test(name))).toEqual([])
  })

  test('HDFS of Hadoop 1 has no sticky bit', () => {
    expect(resources('seed', 'm1').find(({ id }) => id === 'hdfs-directory:/tmp')).toMatchObject({
      mode: '0777',
    })
    expect(resources('legacy', 'm1').find(({ id }) => id === 'hdfs-directory:/tmp')).toMatchObject({
      mode: '1777',
    })
  })

  test('the JobTracker has its directory in HDFS before it starts, closed to all others', () => {
    const tree = resources('seed', 'm1').find(({ id }) => id === 'hdfs-directory:/mapred/system')
    expect(tree).toMatchObject({ owner: 'mapred', mode: '0700', port: 50070 })
    expect(unit('seed', 'm1', 'mapred-jobtracker').after).toContain('m1!hdfs-directory:/mapred/system')
  })
})

describe('layouts of HDFS', () => {
  test.each([
    ['1.2.1', '-41'],
    ['2.7.7', '-63'],
    ['2.10.2', '-63'],
    ['3.3.6', '-66'],
    ['3.4.2', '-67'],
    ['2.2.0', undefined],
    ['3.2.4', undefined],
    ['3.5.0', undefined],
  ])('Hadoop %s writes %s', (hadoop, layout) => expect(layoutOf(hadoop)).toBe(layout))

  test('another one is refused, with the release that wrote it; none or the same is accepted', () => {
    const [rule] = layoutRule({ name: 'm1' } as never, '3.4.2')
    expect(rule?.oneOf).toEqual(['', '-67'])
    expect(rule?.message).toContain('{value}')
    expect(rule?.next).toContain('distcp')
    expect(layoutRule({ name: 'm1' } as never, '3.2.4')).toEqual([])
  })
})

describe('the count of TaskTrackers', () => {
  const check = healthChecks(of('seed')).find(({ name }) => name === 'jobtracker')
  const summary = (alive: number, blacklisted = 0): string =>
    `{"beans": [{"SummaryJson" : "{\\"nodes\\":2,\\"alive\\":${alive},\\"blacklisted\\":${blacklisted}}"}]}`
  const ask = (answer: string) => runSh(`curl() { cat <<'EOT'\n${answer}\nEOT\n}\n${check?.script}`)

  test.each([
    ['all of them', summary(2), 0, '2 of 2 TaskTrackers alive'],
    ['one that was restarted and counts twice', summary(3), 0, '3 of 2 TaskTrackers alive'],
    ['one is missing', summary(1), 1, '1 of 2 TaskTrackers are alive'],
    ['one is blacklisted', summary(2, 1), 1, '1 TaskTrackers are blacklisted'],
    ['no number', '{"beans": []}', 1, 'no of 2 TaskTrackers are alive'],
  ])('%s', (_, answer, exit, said) => {
    const found = ask(answer)
    expect(found.stdout).toContain(said)
    expect(found.exit).toBe(exit)
  })
})
