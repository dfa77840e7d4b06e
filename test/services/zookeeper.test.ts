import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../provisioners/artifacts/index.ts'
import { findRecipe, parseSums } from '../../provisioners/artifacts/recipes/recipe.ts'
import type { Cluster } from '../../provisioners/config/types.ts'
import type { File, Unit } from '../../provisioners/engine/types.ts'
import { desire, healthChecks } from '../../provisioners/services/index.ts'
import { portsOn } from '../../provisioners/services/support/ports.ts'
import { serverIds } from '../../provisioners/services/zookeeper/configuration.ts'
import { BASE, parse, problemsOf } from '../config/support.ts'
import { contextOf, ONE, QUORUM } from './a-context.ts'
import { runSh } from './run-sh.ts'

const context = contextOf(QUORUM)
const desired = desire(context)
const idsOn = (host: string): readonly string[] => (desired[host] ?? []).map(({ id }) => id)
const fileOn = (host: string, path: string, from = desired): string =>
  ((from[host] ?? []).find(({ id }) => id === `file:${path}`) as File | undefined)?.content ?? ''
const unitOn = (host: string, from = desired): Unit | undefined =>
  (from[host] ?? []).find(({ id }) => id === 'unit:zookeeper') as Unit | undefined

const ALONE = ONE.replace('[master, worker, result-store]', '[master, worker, result-store, zookeeper]')

describe('the role zookeeper', () => {
  it.each([2, 4, 6])('is refused on %i hosts', (hosts) => {
    const keepers = `  - {name: 'z[1-${hosts}]', address: '10.0.1.[1-${hosts}]', roles: [zookeeper]}\n`
    const { codes, errors } = problemsOf(`${BASE}${keepers}`)
    expect(codes.map((code) => code.split(' ')[0])).toEqual(['SPEC_QUORUM'])
    expect(errors[0]?.details.expected).toBe('1, 3, 5 or 7 hosts')
  })

  it('brings a version, a JDK and a directory, which cluster.yml may change', () => {
    const keeper = `  - {name: z1, address: 10.0.1.1, roles: [zookeeper]}\n`
    const plain = parse(`${BASE}${keeper}`)
    expect(plain.versions.zookeeper).toBe('3.8.4')
    expect(plain.java.use.zookeeper).toBe(8)
    const changed = parse(
      `${BASE}${keeper}versions: {zookeeper: 3.8.3}\njava: {zookeeper: 17}\ndirectories: {zookeeper: /srv/zk}\n`,
    )
    expect(changed.versions.zookeeper).toBe('3.8.3')
    expect(Object.keys(changed.java.jdks)).toContain('17')
    expect(changed.directories.ofDaemon.zookeeper).toBe('/srv/zk')
  })

  it('brings nothing where no host has it, and a version is then said to be idle', () => {
    const none = parse(`${BASE}versions: {zookeeper: 3.8.3}\n`)
    expect(none.versions).not.toHaveProperty('zookeeper')
    expect(none.java.use).not.toHaveProperty('zookeeper')
    expect(none.warnings.join()).toContain('no host has a role of ZooKeeper')
  })

  it('does not share its directory with the data of others', () => {
    const clash = `${BASE.replace('[worker]', '[worker, zookeeper]')}directories: {zookeeper: /data/1/zk}\n`
    expect(problemsOf(clash).codes[0]).toContain('SPEC_DIRECTORIES_CLASH')
  })
})

describe('a server', () => {
  it('has a number by its name, in whichever order cluster.yml lists the hosts', () => {
    const numbered = (names: readonly string[]) =>
      Object.fromEntries(
        serverIds({ hosts: names.map((name) => ({ name, daemons: ['zookeeper'] })) } as unknown as Cluster),
      )
    expect(numbered(['m1', 'w1', 'w2'])).toEqual({ m1: 1, w1: 2, w2: 3 })
    expect(numbered(['w2', 'm1', 'w1'])).toEqual({ m1: 1, w1: 2, w2: 3 })
    expect(['z1', 'm1', 'w1'].map((host) => fileOn(host, '/data/zookeeper/myid'))).toEqual([
      '3\n',
      '1\n',
      '2\n',
    ])
  })

  it('reads the same list of servers on every host', () => {
    expect(fileOn('m1', '/etc/zookeeper/conf/zoo.cfg').split('\n').slice(1)).toEqual([
      'admin.serverAddress=127.0.0.1',
      'admin.serverPort=2180',
      'autopurge.purgeInterval=24',
      'autopurge.snapRetainCount=3',
      'clientPort=2181',
      'dataDir=/data/zookeeper',
      'initLimit=10',
      'quorumListenOnAllIPs=true',
      'syncLimit=5',
      'tickTime=2000',
      'server.1=m1:2888:3888',
      'server.2=w1:2888:3888',
      'server.3=z1:2888:3888',
      '',
    ])
    expect(fileOn('z1', '/etc/zookeeper/conf/zoo.cfg')).toBe(fileOn('m1', '/etc/zookeeper/conf/zoo.cfg'))
  })

  it('runs without an election where it is alone', () => {
    expect(fileOn('one', '/etc/zookeeper/conf/zoo.cfg', desire(contextOf(ALONE)))).not.toContain('server.')
  })

  it('takes properties of the operator, and a line of theirs stays one line', () => {
    const own = contextOf(
      `${QUORUM}properties: {zoo: {clientPort: 2281, tickTime: 3000, x: "a\\\\b\\nserver.9=c"}}\n`,
    )
    const text = fileOn('m1', '/etc/zookeeper/conf/zoo.cfg', desire(own))
    expect(text).toContain('\nclientPort=2281\n')
    expect(text).toContain('\ntickTime=3000\n')
    expect(text).toContain(String.raw`x=a\\b\nserver.9=c`)
    const host = own.cluster.hosts.find(({ name }) => name === 'z1')
    expect(host && portsOn(host, own).map(({ port }) => port)).toEqual([2281, 2180, 2888, 3888])
    expect(unitOn('m1', desire(own))?.ready.title).toBe('serves on 2281')
  })

  it('is a unit of its own account with the heap that sizing gives, and restarts with its files', () => {
    const unit = unitOn('z1')
    const heap = context.sizing.z1?.heaps.zookeeper?.mb
    expect(heap).toBeGreaterThanOrEqual(128)
    expect(unit?.content).toContain(`-Xmx${heap}m`)
    expect(unit?.content).toMatch(/^User=zookeeper\nGroup=zookeeper$/m)
    expect(unit?.content).toContain(
      '-cp "/etc/zookeeper/conf:/opt/zookeeper/current/lib/*" org.apache.zookeeper.server.quorum.QuorumPeerMain /etc/zookeeper/conf/zoo.cfg',
    )
    expect(unit?.effective).toEqual(
      expect.arrayContaining(['/etc/zookeeper/conf/zoo.cfg', '/data/zookeeper/myid', '/opt/jdk/8/release']),
    )
  })

  it('needs nothing of Hadoop on its host', () => {
    const ids = idsOn('z1')
    expect(ids).toEqual(
      expect.arrayContaining(['archive:zookeeper', 'fact:ports', 'package:curl', 'fact:java-8']),
    )
    expect(ids.filter((id) => /hadoop|hdfs|\bhive|sqoop/.test(id))).toEqual([])
    expect(idsOn('w2')).not.toContain('archive:zookeeper')
  })

  it('has data that only destroy --data empties', () => {
    const data = (desired.z1 ?? []).find(({ id }) => id === 'directory:/data/zookeeper')
    expect(data).toMatchObject({ data: 'own', owner: 'zookeeper', mode: '0750' })
  })
})

describe('the check of a server', () => {
  const script = (of: typeof context, name: string) =>
    healthChecks(of).find((check) => check.name === name)?.script ?? 'exit 99'
  const asked = (of: typeof context, name: string, answer: string) =>
    runSh(`curl() { cat <<'EOT'\n${answer}\nEOT\n}\n${script(of, name)}`)
  const monitor = (state: string, followers?: string): string =>
    JSON.stringify(
      { version: '3.8.4', server_state: state, ...(followers && { synced_followers: Number(followers) }) },
      null,
      2,
    )
  const QUIET = 'This ZooKeeper instance is not currently serving requests'

  it.each([
    ['a follower', monitor('follower'), 0, 'follows its leader'],
    ['a leader that all follow', monitor('leader', '2'), 0, '2 of 2 servers follow it'],
    ['a leader that one does not follow', monitor('leader', '1'), 1, '1 of 2 servers follow it'],
    ['one that runs alone', monitor('standalone'), 1, 'it is standalone, and there are 3 servers'],
    ['one without a quorum', QUIET, 1, 'it does not serve'],
  ])('of three: %s', (_, answer, exit, text) => {
    const said = asked(context, 'zookeeper w1', answer)
    expect(said.stdout).toContain(text)
    expect(said.exit).toBe(exit)
  })

  it('alone is right where it is one', () => {
    const alone = contextOf(ALONE)
    expect(asked(alone, 'zookeeper one', monitor('standalone')).exit).toBe(0)
    expect(asked(alone, 'zookeeper one', monitor('leader', '2')).exit).toBe(1)
  })
})

describe('the tarball', () => {
  it('has the layout of Apache, and is assembled from pinned jars', async () => {
    expect(layoutOf('zookeeper', '3.8.4')).toEqual({
      fileName: 'apache-zookeeper-3.8.4-bin.tar.gz',
      layoutPath: 'zookeeper/zookeeper-3.8.4/apache-zookeeper-3.8.4-bin.tar.gz',
      root: 'apache-zookeeper-3.8.4-bin',
    })
    const recipe = await findRecipe({ name: 'zookeeper', version: '3.8.4' })
    const jars = [...parseSums(readFileSync(recipe.sums, 'utf8')).keys()]
    // Its own pom calls these provided, and a server does not start without them.
    expect(jars).toEqual(
      expect.arrayContaining([
        'zookeeper-3.8.4.jar',
        'jetty-server-9.4.53.v20231009.jar',
        'metrics-core-4.1.12.1.jar',
      ]),
    )
  })
})
