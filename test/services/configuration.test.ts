import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { File, HostsBlock, Unit } from '../../provisioners/engine/types.ts'
import { hadoopProperties } from '../../provisioners/services/hdfs/index.ts'
import { desire } from '../../provisioners/services/index.ts'
import { addOpens, daemonFlags, jobJvmProperties } from '../../provisioners/services/support/index.ts'
import { contextOf, FIVE, factsOf, ONE } from './a-context.ts'

const CONF = '/etc/hadoop/conf'

function fileOf(text: string, host: string, path: string): string {
  const found = (desire(contextOf(text))[host] ?? []).find(({ id }) => id === `file:${path}`)
  if (!found) throw new Error(`${host} has no ${path}`)
  return (found as File).content
}

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'property' })

/** A configuration file, parsed as Hadoop would. */
function site(text: string, host: string, name: string): Record<string, string> {
  const xml = parser.parse(fileOf(text, host, `${CONF}/${name}.xml`)) as {
    configuration: { property: { name: string; value: string }[] }
  }
  return Object.fromEntries(xml.configuration.property.map(({ name: key, value }) => [key, value]))
}

const unitOf = (text: string, host: string, name: string): Unit => {
  const found = (desire(contextOf(text))[host] ?? []).find(({ id }) => id === `unit:${name}`)
  if (!found) throw new Error(`${host} has no unit ${name}`)
  return found as Unit
}

describe('the configuration of Hadoop', () => {
  test('every host has the same address of the file system, and no trash', () => {
    for (const host of ['m1', 'w1', 'w2']) {
      expect(site(FIVE, host, 'core-site')).toMatchObject({
        'fs.defaultFS': 'hdfs://m1:8020',
        'fs.trash.interval': '0',
        'hadoop.proxyuser.hive.hosts': 'm1',
      })
    }
  })

  test('HDFS: names and ports of the master, all addresses bound; include and exclude lists from the first start', () => {
    expect(site(FIVE, 'w1', 'hdfs-site')).toMatchObject({
      'dfs.namenode.rpc-address': 'm1:8020',
      'dfs.namenode.rpc-bind-host': '0.0.0.0',
      'dfs.namenode.http-address': 'm1:9870',
      'dfs.datanode.hostname': 'w1',
      'dfs.datanode.data.dir': 'file:///data/1/hdfs',
      'dfs.namenode.name.dir': 'file:///data/nn',
      'dfs.replication': '2',
      'dfs.hosts': '/etc/hadoop/conf/dfs.hosts',
      'dfs.hosts.exclude': '/etc/hadoop/conf/dfs.hosts.exclude',
      'dfs.namenode.datanode.registration.ip-hostname-check': 'true',
      'dfs.permissions.superusergroup': 'hdfs',
    })
    expect(fileOf(FIVE, 'm1', `${CONF}/dfs.hosts`)).toBe('')
    expect(fileOf(FIVE, 'm1', `${CONF}/workers`)).toBe('w1\nw2\n')
    expect(site(`${FIVE}manageHostsFile: false\n`, 'w1', 'hdfs-site')).toMatchObject({
      'dfs.namenode.datanode.registration.ip-hostname-check': 'false',
    })
  })

  test('YARN: recovery with a fixed port, only the check of physical memory, log aggregation', () => {
    expect(site(FIVE, 'w2', 'yarn-site')).toMatchObject({
      'yarn.resourcemanager.hostname': 'm1',
      'yarn.nodemanager.address': 'w2:8041',
      'yarn.nodemanager.recovery.enabled': 'true',
      'yarn.nodemanager.local-dirs': '/data/1/yarn/local',
      'yarn.nodemanager.vmem-check-enabled': 'false',
      'yarn.nodemanager.pmem-check-enabled': 'true',
      'yarn.log-aggregation-enable': 'true',
      'yarn.log.server.url': 'http://m1:19888/jobhistory/logs',
    })
  })

  test('properties of sizing are added, and those of cluster.yml replace them', () => {
    const sized = Number(site(FIVE, 'w1', 'yarn-site')['yarn.nodemanager.resource.memory-mb'])
    expect(sized).toBeGreaterThan(512)
    expect(sized).toBeLessThan(4096)
    const written = `${FIVE}properties: {yarn-site: {yarn.nodemanager.resource.memory-mb: 2048}, core-site: {fs.trash.interval: 60}}\n`
    expect(site(written, 'w1', 'yarn-site')['yarn.nodemanager.resource.memory-mb']).toBe('2048')
    expect(site(written, 'w1', 'core-site')['fs.trash.interval']).toBe('60')
  })

  test('a host without data disks has no properties for them', () => {
    const names = Object.keys(site(FIVE, 'm1', 'hdfs-site'))
    expect(names).toContain('dfs.namenode.name.dir')
    expect(names).not.toContain('dfs.datanode.data.dir')
  })

  test('only names differ between hosts with the same roles', () => {
    const normal = (host: string) =>
      JSON.stringify(
        ['core-site', 'hdfs-site', 'yarn-site', 'mapred-site'].map((name) => site(FIVE, host, name)),
      )
    expect(normal('w1').replaceAll('w1', 'HOST')).toBe(normal('w2').replaceAll('w2', 'HOST'))
  })

  test('a changed port changes in every file', () => {
    const moved = `${FIVE}properties: {hdfs-site: {dfs.namenode.http-address: 'm1:19870'}}\n`
    expect(unitOf(moved, 'm1', 'hdfs-namenode').ready.script).toContain('127.0.0.1:19870/')
    const tree = (desire(contextOf(moved)).m1 ?? []).filter(({ type }) => type === 'x-hdfs-directory')
    expect(tree.length).toBeGreaterThan(8)
    expect(tree.filter((d) => (d as unknown as { port: number }).port !== 19870)).toEqual([])
  })

  test('racks are configured if there are any', () => {
    expect(Object.keys(site(FIVE, 'm1', 'core-site'))).not.toContain('net.topology.script.file.name')
    const racks = FIVE.replace('roles: [worker]', "roles: [worker], rack: '/r1'")
    expect(site(racks, 'm1', 'core-site')['net.topology.script.file.name']).toBe(`${CONF}/topology.sh`)
    expect(fileOf(racks, 'm1', `${CONF}/topology.table`)).toContain('10.0.0.11 /r1\n')
  })

  test('no property has a name that Hadoop calls deprecated', () => {
    const old =
      /^(fs\.default\.name|dfs\.(name|data)\.dir|dfs\.http\.address|mapred\.|io\.sort\.|dfs\.block\.size)/
    const context = contextOf(ONE)
    const host = context.cluster.hosts[0]
    if (!host) throw new Error('no host')
    const names = ['core-site', 'hdfs-site', 'yarn-site', 'mapred-site', 'capacity-scheduler'].flatMap(
      (name) => Object.keys(hadoopProperties(name, host, context)),
    )
    expect(names.filter((name) => old.test(name))).toEqual([])
    expect(names.length).toBeGreaterThan(80)
  })
})

describe('hadoop-env.sh, sourced by a real shell', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'howdah-env-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  function source(
    text: string,
    host: string,
    env: Record<string, string>,
    times = 1,
  ): Record<string, string> {
    writeFileSync(join(root, 'hadoop-env.sh'), fileOf(text, host, `${CONF}/hadoop-env.sh`))
    const read = `. ${root}/hadoop-env.sh; `.repeat(times)
    const said = spawnSync('sh', ['-euc', `${read}env`], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', ...env },
    })
    expect(said.stderr).toBe('')
    return Object.fromEntries(
      said.stdout.split('\n').map((l) => [l.split('=')[0], l.slice(l.indexOf('=') + 1)]),
    )
  }

  function jdk(modules: boolean): string {
    mkdirSync(join(root, 'jdk/lib'), { recursive: true })
    if (modules) writeFileSync(join(root, 'jdk/lib/modules'), '')
    return join(root, 'jdk')
  }

  test("JAVA_HOME is Hadoop's, whatever the login shell sets; another program can set its own", () => {
    expect(source(FIVE, 'w1', { JAVA_HOME: '/elsewhere' }).JAVA_HOME).toBe(
      '/usr/lib/jvm/java-17-openjdk-amd64',
    )
    expect(source(FIVE, 'w1', { HADOOP_JAVA_HOME: '/opt/jdk/8' }).JAVA_HOME).toBe('/opt/jdk/8')
  })

  test('packages are opened only for JDK 9 and later, and once however often the file is read', () => {
    const opened =
      source(FIVE, 'w1', { HADOOP_JAVA_HOME: jdk(true), HADOOP_OPTS: '-Dmine=1' }, 2).HADOOP_OPTS ?? ''
    expect(opened).toMatch(/^-Dmine=1 --add-opens=java\.base\/java\.lang=ALL-UNNAMED /)
    expect(opened.match(/java\.base\/java\.lang=/g)).toHaveLength(1)
    rmSync(join(root, 'jdk'), { recursive: true })
    expect(source(FIVE, 'w1', { HADOOP_JAVA_HOME: jdk(false) }).HADOOP_OPTS).toBeUndefined()
  })

  test('daemons of this host have their heaps, and others are not mentioned', () => {
    const env = source(FIVE, 'w1', {})
    const heap = contextOf(FIVE).sizing.w1?.heaps.datanode?.mb
    expect(heap).toBeGreaterThan(0)
    expect(env.HDFS_DATANODE_OPTS).toContain(`-Xmx${heap}m`)
    expect(env.YARN_NODEMANAGER_OPTS).toContain('-Djava.io.tmpdir=/var/lib/hadoop/yarn/tmp')
    expect(env.HDFS_NAMENODE_OPTS).toBeUndefined()
    expect(env.MALLOC_ARENA_MAX).toBe('4')
    expect(env.HADOOP_HEAPSIZE_MAX).toMatch(/^\d+$/)
  })
})

describe('JVM flags', () => {
  test('JDK 8 gets no --add-opens, later ones do', () => {
    expect(addOpens(8)).toEqual([])
    expect(addOpens(17)).toContain('--add-opens=java.base/java.lang=ALL-UNNAMED')
  })

  test.each([
    [8, 256, '-XX:+UseSerialGC'],
    [17, 511, '-XX:+UseSerialGC'],
    [8, 8192, '-XX:+UseG1GC'],
    [17, 8192, undefined],
    [8, 1024, undefined],
  ] as const)('JDK %i with %i MiB: %s', (major, heapMb, collector) => {
    const flags = daemonFlags({ major, heapMb, logDir: '/l' })
    expect(flags).toContain(`-Xmx${heapMb}m`)
    expect(flags.filter((flag) => /Use\w+GC/.test(flag))).toEqual(collector ? [collector] : [])
  })

  test("the JVM of a job is that of the software that submits it, not the NodeManager's", () => {
    const { cluster } = contextOf(FIVE)
    const hadoop = jobJvmProperties(cluster, 'hadoop')
    const hive = jobJvmProperties(cluster, 'hive')
    expect(hadoop['mapreduce.map.env']).toContain('JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64')
    expect(hadoop['mapreduce.admin.map.child.java.opts']).toContain('--add-opens')
    expect(hive['mapreduce.map.env']).toContain('JAVA_HOME=/opt/jdk/8')
    expect(JSON.stringify(hive)).not.toContain('--add-opens')
    expect(hive['mapreduce.jvm.add-opens-as-default']).toBe('false')
  })
})

describe('units', () => {
  const lines = (unit: Unit): string[] => (unit.content ?? '').split('\n')

  test('a daemon runs in the foreground as its own user, with limits', () => {
    const unit = lines(unitOf(FIVE, 'm1', 'hdfs-namenode'))
    expect(unit).toEqual(
      expect.arrayContaining([
        'User=hdfs',
        'Group=hadoop',
        'ExecStart=/opt/hadoop/current/bin/hdfs namenode',
        'Environment=HADOOP_CONF_DIR=/etc/hadoop/conf',
        'Environment=HADOOP_LOGFILE=hdfs-namenode.log',
        'Environment=HADOOP_PID_DIR=/run/hdfs-namenode',
        'RuntimeDirectory=hdfs-namenode',
        'LimitNOFILE=131072',
        'TasksMax=65536',
        'NoNewPrivileges=yes',
        'Restart=on-failure',
        'SuccessExitStatus=143',
        'UMask=0027',
      ]),
    )
  })

  test('containers survive a restart of their NodeManager', () => {
    const unit = lines(unitOf(FIVE, 'w1', 'yarn-nodemanager'))
    expect(unit).toEqual(expect.arrayContaining(['KillMode=process', 'PrivateTmp=no', 'User=yarn']))
    expect(lines(unitOf(FIVE, 'w1', 'hdfs-datanode'))).toContain('KillMode=mixed')
  })

  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0

  test.runIf(systemd)('systemd understands every unit', () => {
    const dir = mkdtempSync(join(tmpdir(), 'howdah-units-'))
    try {
      const units = (desire(contextOf(ONE)).one ?? []).filter(
        (r): r is Unit => r.type === 'unit' && 'content' in r,
      )
      expect(units.length).toBeGreaterThan(7)
      const paths = units.map(({ name, content = '' }) => {
        const path = join(dir, `${name}.service`)
        // This machine does not have the programs and accounts; only the syntax is checked.
        writeFileSync(
          path,
          content.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true').replace(/^(User|Group)=.*/gm, '$1=root'),
        )
        return path
      })
      const said = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], { encoding: 'utf8' })
      expect(said.stderr.split('\n').filter((line) => line.includes(dir))).toEqual([])
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })

  test('the files that a daemon reads at its start are resources, or belong to the JDK', () => {
    for (const [host, list] of Object.entries(desire(contextOf(FIVE)))) {
      const files = new Set(list.flatMap((r) => (r.type === 'file' ? [(r as File).path] : [])))
      const odd = list
        .filter((r): r is Unit => r.type === 'unit' && /^(hdfs|yarn|mapred)-/.test((r as Unit).name))
        .flatMap(({ name, effective }) => effective.map((path) => `${host} ${name} ${path}`))
        .filter((text) => !files.has(text.split(' ')[2] ?? ''))
        .filter((text) => !/\/(release|\.howdah-archive)$/.test(text))
      expect(odd).toEqual([])
    }
  })

  test('a changed heap of the NameNode restarts daemons that read it, and yarn-site restarts no daemon of HDFS', () => {
    const { effective } = unitOf(FIVE, 'm1', 'hdfs-namenode')
    expect(effective).toContain(`${CONF}/hadoop-env.sh`)
    expect(effective).not.toContain(`${CONF}/yarn-site.xml`)
    expect(unitOf(FIVE, 'w1', 'yarn-nodemanager').effective).toContain(`${CONF}/mapred-site.xml`)
  })
})

describe('/etc/hosts', () => {
  const block = (text: string, facts = {}) =>
    (desire(contextOf(text, facts)).m1 ?? []).find(({ id }) => id === 'hosts-block:/etc/hosts') as
      | HostsBlock
      | undefined

  test('has every host of the cluster, also those of databases', () => {
    expect(block(FIVE)?.entries.map(({ address, names }) => `${address} ${names.join(' ')}`)).toEqual([
      '10.0.0.1 m1',
      '10.0.0.11 w1',
      '10.0.0.12 w2',
      '10.0.0.21 lms',
      '10.0.0.22 rs',
    ])
  })

  test('for an address that is a name, it has the address that the host reports, and none before that is read', () => {
    const named = FIVE.replace('address: 10.0.0.1,', 'address: m1.example.org,')
    expect(block(named)?.entries.map(({ names }) => names[0])).not.toContain('m1')
    const facts = { m1: factsOf('m1', '10.9.9.9') }
    expect(block(named, facts)?.entries[0]).toEqual({ address: '10.9.9.9', names: ['m1'] })
  })

  test('is not changed if cluster.yml says so', () => {
    expect(block(`${FIVE}manageHostsFile: false\n`)).toBeUndefined()
  })
})
