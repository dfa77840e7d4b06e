import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadCluster } from '../../provisioners/config/index.ts'
import type { Cluster, Daemon } from '../../provisioners/config/types.ts'
import { BASE, parse } from './support.ts'

const daemonsOf = (cluster: Cluster, name: string): readonly Daemon[] | undefined =>
  cluster.hosts.find((host) => host.name === name)?.daemons

describe('the least spec', () => {
  const cluster = parse(BASE)

  it('has every default filled in', () => {
    expect(cluster).toMatchObject({
      name: 'insights',
      file: '/srv/site/cluster.yml',
      stateDir: '/srv/site/.howdah/insights',
      versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
      generation: 'hadoop3',
      java: {
        use: { hadoop: 8, hive: 8, sqoop: 8 },
        jdks: {
          8: { kind: 'tarball', home: '/opt/jdk/8', processor: 'x86_64' },
        },
      },
      artifacts: { provider: 'mirror', delivery: { kind: 'push' } },
      directories: {
        install: '/opt',
        config: '/etc',
        logs: '/var/log',
        nameDirs: ['/data/nn'],
        checkpointDir: '/data/snn',
      },
      replication: 3,
      manageHostsFile: true,
      hdfsUsers: [],
      ssh: {
        kind: 'ssh2',
        agent: true,
        hostKeys: 'strict',
        knownHosts: ['/home/ann/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'],
        useSshConfig: true,
        connectTimeoutSeconds: 20,
      },
      warnings: [],
    })
    expect(cluster.resultStore).toBeUndefined()
    expect(cluster.lms).toBeUndefined()
  })

  it('expands both ranges together', () => {
    expect(cluster.hosts.map(({ name, address }) => `${name} ${address}`)).toEqual([
      'm1 10.0.0.11',
      'w1 10.0.0.21',
      'w2 10.0.0.22',
      'w3 10.0.0.23',
    ])
    expect(cluster.hosts[1]).toEqual({
      name: 'w1',
      address: '10.0.0.21',
      roles: ['worker'],
      daemons: ['datanode', 'nodemanager'],
      ssh: { user: 'ann', port: 22 },
      dataDirs: ['/data/1'],
      rack: '/default-rack',
    })
    expect(cluster.hosts[0]?.dataDirs).toEqual([])
  })

  it('keeps the metastore with the master, with a generated password', () => {
    expect(cluster.metastore).toEqual({
      server: { kind: 'host', host: 'm1', flavor: 'mariadb', port: 3306, tls: 'preferred' },
      database: 'metastore',
      account: { user: 'hive', password: { kind: 'generate', name: 'metastore-hive' } },
    })
  })

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(cluster))).toEqual(cluster)
  })
})

describe('the placement of daemons', () => {
  const withHosts = (...lines: string[]): Cluster =>
    parse(
      `name: x\nhosts:\n${lines.map((line, i) => `  - {address: 10.0.0.${i + 1}, ${line}}`).join('\n')}\n`,
    )

  it('puts all daemons on one host', () => {
    const cluster = withHosts('name: one, roles: [master, worker, result-store, lms-database]')
    expect(daemonsOf(cluster, 'one')).toHaveLength(13)
    expect(cluster.replication).toBe(1)
    expect(cluster.resultStore?.server).toEqual({
      kind: 'host',
      host: 'one',
      flavor: 'mariadb',
      port: 3306,
      tls: 'preferred',
    })
    expect(cluster.warnings).toHaveLength(1)
    expect(cluster.warnings[0]).toContain('the result store is on the same server as the LMS database (one)')
  })

  it('moves a daemon to the host that names it', () => {
    const cluster = withHosts(
      'name: m, roles: [master]',
      'name: n, roles: [namenode]',
      'name: d, roles: [metastore-database]',
      'name: w, roles: [worker]',
    )
    expect(daemonsOf(cluster, 'n')).toEqual(['namenode'])
    expect(daemonsOf(cluster, 'd')).toEqual(['metastore-database'])
    expect(daemonsOf(cluster, 'm')).not.toContain('namenode')
    expect(daemonsOf(cluster, 'm')).not.toContain('metastore-database')
    expect(daemonsOf(cluster, 'm')).toContain('secondarynamenode')
    expect(cluster.metastore.server).toMatchObject({ host: 'd' })
  })

  it('places a daemon that no host names beside another daemon', () => {
    const cluster = withHosts(
      'name: a, roles: [namenode]',
      'name: b, roles: [resourcemanager]',
      'name: c, roles: [hive-metastore]',
      'name: w, roles: [worker]',
    )
    expect(daemonsOf(cluster, 'a')).toEqual(['namenode', 'secondarynamenode'])
    expect(daemonsOf(cluster, 'b')).toEqual(['resourcemanager', 'jobhistory'])
    expect(daemonsOf(cluster, 'c')).toEqual([
      'hive-metastore',
      'hiveserver2',
      'sqoop',
      'metastore-database',
      'client',
    ])
  })

  it('places no metastore database when the server is external', () => {
    const cluster = parse(
      `${BASE}metastore:\n  external: {address: db1, via: m1, admin: {user: root, password: {file: db}}}\n`,
    )
    expect(cluster.hosts.flatMap((host) => host.daemons)).not.toContain('metastore-database')
    expect(cluster.metastore.server).toEqual({
      kind: 'external',
      address: 'db1',
      port: 3306,
      via: 'm1',
      admin: { user: 'root', password: { kind: 'file', path: '/srv/site/db' } },
      tls: 'preferred',
    })
  })

  it.each([
    ['tls: required', { tls: 'required' }],
    ['tls: off', { tls: 'off' }],
    ['ca: certs/ca.pem', { tls: 'required', ca: '/srv/site/certs/ca.pem' }],
    ['tls: required, ca: ~/ca.pem', { tls: 'required', ca: '/home/ann/ca.pem' }],
  ])('resolves %s of an external server', (words, expected) => {
    const { lms, warnings } = parse(
      `${BASE}lms:\n  external: {address: db1, ${words}, admin: {user: root, password: {file: db}}}\n`,
    )
    expect(lms?.server).toMatchObject(expected)
    // A warning says what the drivers don't do, where a section relies on it.
    expect(warnings.filter((text) => /JDBC drivers/.test(text))).toHaveLength('ca' in expected ? 1 : 0)
  })

  it('lets a section place its server', () => {
    const cluster = parse(`${BASE}resultStore: {host: w3, flavor: mysql}\nlms: {host: w3, tls: required}\n`)
    expect(cluster.resultStore?.server).toMatchObject({ flavor: 'mysql', tls: 'required' })
    expect(cluster.metastore.server).toMatchObject({ tls: 'preferred' })
    expect(daemonsOf(cluster, 'w3')).toContain('result-store')
    expect(cluster.lms?.server).toMatchObject({ host: 'w3', flavor: 'mysql', tls: 'required' })
  })
})

describe('values as they were typed', () => {
  it('keeps the text of properties', () => {
    const cluster = parse(
      `${BASE}properties:\n  hdfs-site:\n    a: 022\n    b: 1.10\n    c: true\n    d: 0x10\n    e: '7'\n    f: -Xmx1g\n`,
    )
    expect(cluster.properties['hdfs-site']).toEqual({
      a: '022',
      b: '1.10',
      c: 'true',
      d: '0x10',
      e: '7',
      f: '-Xmx1g',
    })
  })

  it('reads memory in its units', () => {
    const of = (memory: string): number | undefined =>
      parse(BASE.replace('[master]', `[master], memory: ${memory}`)).hosts[0]?.memoryMb
    expect([of('8GiB'), of('1.5GiB'), of('2048MiB'), of('1TiB')]).toEqual([8192, 1536, 2048, 1048576])
  })

  it('resolves paths against the file and home, and leaves addresses alone', () => {
    const sum = 'a'.repeat(64)
    const cluster = parse(`${BASE}ssh:
  identityFiles: [~/.ssh/id, keys/id, /etc/id]
  knownHosts: [known]
  config: ssh.conf
  password: {file: secrets/login}
  sudoPassword: {env: SUDO}
  jump: {address: gate}
java: {jdks: {8: {tarball: jdk/8.tgz, sha256: ${sum}}, 17: {tarball: 'https://x/17.tgz', sha256: ${sum}}}}
`)
    expect(cluster.ssh).toMatchObject({
      identityFiles: ['/home/ann/.ssh/id', '/srv/site/keys/id', '/etc/id'],
      knownHosts: ['/srv/site/known'],
      useSshConfig: true,
      sshConfigFile: '/srv/site/ssh.conf',
      password: { kind: 'file', path: '/srv/site/secrets/login' },
      sudoPassword: { kind: 'env', variable: 'SUDO' },
      jump: { address: 'gate', port: 22, user: 'ann' },
    })
    expect(cluster.java.jdks).toEqual({
      8: { kind: 'tarball', url: '/srv/site/jdk/8.tgz', sha256: sum, home: '/opt/jdk/8' },
      17: { kind: 'tarball', url: 'https://x/17.tgz', sha256: sum, home: '/opt/jdk/17' },
    })
  })

  it('joins anchors and merge keys', () => {
    const cluster = parse(`name: x
hosts:
  - &w {name: w1, address: 10.0.0.1, roles: [worker], rack: /r1}
  - {<<: *w, name: w2, address: 10.0.0.2}
  - {name: m, address: 10.0.0.3, roles: [master]}
`)
    expect(cluster.hosts[1]).toMatchObject({ name: 'w2', rack: '/r1', daemons: ['datanode', 'nodemanager'] })
  })

  it('takes the line of an editor and its key', () => {
    expect(parse(`# yaml-language-server: $schema=x\n$schema: ./s.json\n${BASE}`).name).toBe('insights')
  })
})

describe('warnings', () => {
  it('name the place of what may be meant, or not', () => {
    const cluster = parse(
      `${BASE}properties:\n  core-site: {dfs.blocksize: 1}\n  hdfs-site: {dfs.namenode.http-address: '0.0.0.0:9870'}\n`,
    )
    expect(cluster.warnings).toEqual([
      '/srv/site/cluster.yml:6:30: dfs.blocksize is in core-site, and its readers look in hdfs-site',
      expect.stringMatching(/^\/srv\/site\/cluster\.yml:7:\d+: dfs\.namenode\.http-address is laid over/),
    ])
  })
})

describe('reading the file', () => {
  it('says what to type when there is none', async () => {
    await expect(loadCluster('/nowhere/cluster.yml')).rejects.toMatchObject({
      code: 'SPEC_FILE_MISSING',
      exitCode: 10,
      details: { next: 'howdah init > /nowhere/cluster.yml' },
    })
  })

  it('reads it from disk', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'howdah-spec-'))
    try {
      const file = join(dir, 'cluster.yml')
      await writeFile(file, BASE)
      const cluster = await loadCluster(file)
      expect(cluster.stateDir).toBe(join(dir, '.howdah', 'insights'))
    } finally {
      await rm(dir, { recursive: true })
    }
  })
})
