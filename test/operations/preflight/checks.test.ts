import { describe, expect, it } from 'vitest'
import { CHECKS } from '../../../provisioners/operations/preflight/checks/index.ts'
import { findingsOf, grouped } from '../../../provisioners/operations/preflight/findings.ts'
import type { Severity, World } from '../../../provisioners/operations/preflight/types.ts'
import { DATABASE, EXTERNAL, goodWorld, lookupLine, withAnswer, withSeen } from './world.ts'

/** A cluster whose JDKs are tarballs. */
const TARBALLS = EXTERNAL.replace(/^java:.*$/m, '')

const good = goodWorld()
const unmanaged = goodWorld(`${EXTERNAL}manageHostsFile: false\n`)

const answer = (question: string, from: string | RegExp, to: string, world = good): World =>
  withAnswer(world, 'w1', question, (text) => {
    const changed = text.replace(from, to)
    if (changed === text) throw new Error(`${question} has no ${from}`)
    return changed
  })
const added = (question: string, line: string): World =>
  withAnswer(good, 'w1', question, (text) => `${text}${line}\n`)
const facts = (change: object): World =>
  withSeen(good, 'w1', (seen) => ({ ...seen, facts: { ...seen.facts, ...change } }))
const clock = (ms: number): World =>
  withSeen(good, 'w1', (seen) => ({ ...seen, clock: { host: ms, here: 1000, withinMs: 0 } }))
const database = (change: object): World => ({ ...good, databases: [{ ...DATABASE, ...change }] })
const planned = (id: (id: string) => boolean, state: Record<string, string>, host = 'w1'): World =>
  withSeen(good, host, (seen) => ({
    ...seen,
    planned: seen.planned.map((one) =>
      id(one.resource.id) ? { ...one, state: { ...one.state, ...state } } : one,
    ),
  }))
const w1Line = (line: string, world = good): World => answer('lookups', /^w1\t.*$/m, line, world)
/** The port of another daemon that is in the range of outgoing connections. */
const hadoop2 = goodWorld(TARBALLS.replace('name: insights', 'name: insights\nversions: {profile: legacy}'))
const store = {
  type: 'x-database',
  ...{ id: 'database:hive', component: 'result-store', name: 'hive', charset: 'latin1', collation: 'bin' },
} as never

/** What each check finds: the world, the severity, a part of the evidence, and of the fix. */
const FINDS: readonly (readonly [
  check: string,
  world: World,
  severity: Severity,
  evidence: string,
  fix?: string,
])[] = [
  ['own-name', w1Line(lookupLine('w1', '127.0.1.1')), 'note', 'w1 is 127.0.1.1', 'bootstrap'],
  [
    'own-name',
    w1Line(lookupLine('w1', '127.0.1.1'), unmanaged),
    'error',
    'w1 is 127.0.1.1',
    'manageHostsFile: true',
  ],
  [
    'localhost',
    answer('lookups', /^localhost.*$/m, lookupLine('localhost', '10.9.9.9')),
    'error',
    '10.9.9.9',
  ],
  [
    'localhost',
    answer('lookups', /^localhost.*$/m, lookupLine('localhost', '', '')),
    'warning',
    'localhost is unknown',
  ],
  [
    'lookups',
    answer('lookups', /^w2\t.*$/m, lookupLine('w2', '', ''), unmanaged),
    'error',
    'w2',
    'manageHostsFile',
  ],
  ['same-addresses', answer('lookups', /^w2\t.*$/m, lookupLine('w2', '10.7.7.7')), 'note', 'w2 is 10.7.7.7'],
  [
    'reverse-lookups',
    answer('lookups', /^w2\t.*$/m, lookupLine('w2', '10.0.0.12', 'other'), unmanaged),
    'warning',
    'is other',
  ],
  [
    'lookup-time',
    answer('lookups', /^w2\t.*$/m, lookupLine('w2', '10.0.0.12', 'w2', 5010)),
    'warning',
    'w2 took 5010 ms',
  ],
  ['lookup-time', answer('lookups', /^w2\t.*$/m, 'w2\tlate'), 'warning', '1 names were not looked up'],
  ['hostname', answer('names', 'short=w1', 'short=ip-10-0-0-11'), 'note', 'ip-10-0-0-11', 'set-hostname w1'],
  ['name-sources', answer('names', 'files dns', 'dns'), 'error', 'hosts: dns', '/etc/nsswitch.conf'],
  ['name-sources', answer('names', 'files dns', 'myhostname files dns'), 'warning', 'myhostname files'],
  [
    'resolver',
    answer('names', 'nameservers=10.0.0.2', 'nameservers=127.0.0.53'),
    'warning',
    'inactive',
    'systemd-resolved',
  ],
  ['resolver', answer('names', 'nameservers=10.0.0.2', 'nameservers='), 'warning', 'names none'],
  [
    'network-manager',
    answer('names', 'networkmanager=inactive', 'networkmanager=active'),
    'note',
    'default',
    'hostname-mode=none',
  ],
  ['cloud-init', added('names', 'managehosts=true'), 'warning', 'manage_etc_hosts: true', '99-hosts.cfg'],
  ['clocks', clock(4000), 'warning', '3.0 s ahead', 'set-ntp'],
  ['clocks', clock(-120_000), 'error', '121.0 s behind'],
  ['time-service', answer('time', 'synchronized=yes', 'synchronized=no'), 'warning', 'NTPSynchronized=no'],
  ['time-zones', answer('time', '+0000', '+0200'), 'warning', 'UTC+0200', 'set-timezone'],
  [
    'machine-ids',
    answer('identity', /machine=.*/, `machine=${'1'.repeat(32)}`),
    'warning',
    '1111',
    'machine-id-setup',
  ],
  ['host-keys', facts({ hostKeys: ['ssh-ed25519 KEY1'] }), 'warning', 'KEY1', 'ssh-keygen -A'],
  [
    'network-addresses',
    answer('identity', /mac=.*/, 'mac=52:54:00:00:00:01'),
    'warning',
    '52:54:00:00:00:01',
  ],
  ['mtu', answer('identity', 'mtu=1500', 'mtu=9001'), 'warning', 'MTU 9001'],
  ['memory', goodWorldOf(700), 'error', 'expected'],
  ['cores', facts({ cores: 1 }), 'warning', '1 core'],
  ['written-size', facts({ memoryMb: 3000 }), 'warning', 'memory 4096 MiB in cluster.yml, 3000 MiB'],
  ['free-space', answer('disks', /90000000 9% \//, '1000000 99% /'), 'warning', '1.0 GiB of 98.3 GiB free'],
  [
    'free-inodes',
    answer('disks', 'inodes\t6553600 6400000', 'inodes\t6553600 12'),
    'warning',
    '12 of 6553600 free',
    'du --inodes',
  ],
  ['file-systems', answer('mounts', '/data ext4', '/data tmpfs'), 'error', 'is on tmpfs'],
  ['file-systems', answer('mounts', '/data ext4', '/data nfs4'), 'warning', 'is on nfs4'],
  ['file-systems', answer('mounts', '/data ext4', '/data overlay'), 'warning', 'is on overlay'],
  [
    'mount-options',
    added('mounts', 'tmpfs /tmp tmpfs rw,noexec 0 0'),
    'warning',
    '/tmp is mounted rw,noexec',
    'remount,exec /tmp',
  ],
  [
    'mount-options',
    answer('mounts', 'ext4 rw,noatime', 'ext4 ro,noatime'),
    'error',
    'ro,noatime',
    'remount,rw /data',
  ],
  ['data-disks', answer('disks', '\t/data\n', '\t/\n'), 'note', 'is on /dev/sda1'],
  [
    'swappiness',
    answer('kernel', 'vm/swappiness=1', 'vm/swappiness=60'),
    'note',
    'vm.swappiness is 60',
    'bootstrap',
  ],
  [
    'huge-pages',
    answer('kernel', 'always madvise [never]', '[always] madvise never'),
    'note',
    '[always]',
    'bootstrap',
  ],
  [
    'overcommit',
    answer('kernel', 'overcommit_memory=0', 'overcommit_memory=2'),
    'warning',
    'is 2',
    'sysctl -w',
  ],
  [
    'ephemeral-ports',
    answer('kernel', '32768 60999', '1024 65000'),
    'warning',
    'in the range 1024',
    'ip_local_reserved_ports = ',
  ],
  [
    'open-files',
    answer('kernel', 'fs/nr_open=1048576', 'fs/nr_open=4096'),
    'warning',
    '4096 at most',
    'fs.nr_open',
  ],
  [
    'open-files',
    withAnswer(good, 'w1', 'limits', (text) =>
      text.replace('524288 ', '4096 ').replace('000001ffffffffff', '0000000000000000'),
    ),
    'warning',
    '4096 at most',
    'container',
  ],
  ['processes', answer('kernel', 'pids=max', 'pids=512'), 'warning', 'pids.max is 512', 'container'],
  ['cgroups', answer('kernel', 'cgroup=2', 'cgroup=1'), 'note', 'version 1'],
  ['system', answer('tools', 'init=systemd', 'init=openrc'), 'error', 'process 1 is openrc'],
  ['system', answer('tools', /apt=.*/, 'apt='), 'error', 'debian 12'],
  ['system', facts({ arch: 'riscv64' }), 'warning', 'riscv64'],
  ['commands', added('tools', 'missing=flock'), 'error', 'flock', 'apt-get install'],
  ['coreutils', answer('tools', /coreutils=.*/, 'coreutils=ls (uutils coreutils) 0.2.2'), 'note', 'uutils'],
  ['coreutils', answer('tools', /coreutils=.*/, 'coreutils=BusyBox v1.35.0'), 'warning', 'BusyBox'],
  ['glibc', tarballWorld('libc=musl libc (x86_64)'), 'error', 'musl'],
  ['glibc', tarballWorld('libc=glibc 2.5'), 'error', 'glibc 2.5'],
  ['sudo', answer('sudo', /sudo=.*/, 'sudo=sudo-rs 0.2.8'), 'note', 'sudo-rs 0.2.8'],
  ['umask', answer('tools', 'umask=0022', 'umask=0077'), 'note', 'umask 0077'],
  ['selinux', added('firewall', 'selinux=1'), 'warning', 'enforce is 1', 'setenforce 0'],
  [
    'apparmor',
    withAnswer(good, 'rs', 'firewall', (text) => `${text}apparmor=/usr/sbin/mysqld (enforce)\n`),
    'note',
    '/usr/sbin/mysqld',
  ],
  [
    'firewall',
    answer('firewall', 'Status: inactive', 'Status: active'),
    'warning',
    'ufw is active',
    'ufw allow from 10.0.0.1 &&',
  ],
  [
    'firewall',
    answer('firewall', 'firewalld=inactive', 'firewalld=active'),
    'warning',
    'firewalld',
    'firewall-cmd --reload',
  ],
  ['firewall', answer('firewall', 'nft=passes', 'nft=drops'), 'warning', 'drop incoming', 'nft list ruleset'],
  ['unattended-upgrades', answer('updates', 'unattended=', 'unattended=1'), 'note', 'is on', 'apt-mark hold'],
  ['needrestart', added('updates', "needrestart=installed\nmode='a';"), 'warning', "mode 'a'", 'override_rc'],
  [
    'other-packages',
    added('leftovers', 'package\tambari-agent\npackage\thadoop-hdfs'),
    'warning',
    'ambari-agent, hadoop-hdfs',
    'apt-get remove ambari-agent hadoop-hdfs',
  ],
  ['other-directories', added('leftovers', 'dir\t/usr/hdp'), 'note', '/usr/hdp'],
  ['other-accounts', added('leftovers', 'account\thdfs\t501'), 'note', 'hdfs (uid 501)'],
  [
    'other-commands',
    added('leftovers', 'command\thadoop\t/usr/lib/hadoop/bin/hadoop'),
    'warning',
    'hadoop is /usr/lib/hadoop',
  ],
  [
    'other-settings',
    added('leftovers', 'setting\t/etc/environment\tJAVA_HOME=/opt/jdk'),
    'warning',
    '/etc/environment: JAVA_HOME',
    "sed -i '/JAVA_HOME=/s/^/#/' /etc/environment",
  ],
  [
    'other-daemons',
    added(
      'leftovers',
      'process\t4711\torg.apache.hadoop.hdfs.server.datanode.DataNode\thadoop-hdfs-datanode',
    ),
    'warning',
    'DataNode (process 4711',
  ],
  [
    'ports',
    planned((id) => id === 'fact:ports', { 'port-8042': 'nginx (process 7)' }),
    'error',
    'nginx (process 7)',
    'stop that process',
  ],
  [
    'packages',
    planned((id) => id === 'package:curl', { installed: '', available: 'curl', like: '' }),
    'error',
    'the lists have',
  ],
  ['jdks', planned((id) => id.startsWith('fact:java-'), { java: 'JDK 11' }), 'error', 'java=JDK 11'],
  [
    'conditions',
    planned((id) => id === 'fact:dfs-data', { foreign: 'CID-other (/data/hdfs)' }),
    'error',
    'CID-other',
  ],
  [
    'database-login',
    database({ refused: 'Access denied (ER_ACCESS_DENIED_ERROR)' }),
    'error',
    'Access denied',
  ],
  [
    'database-privileges',
    database({ grants: ['GRANT SELECT, INSERT ON *.* TO `admin`@`%`'] }),
    'error',
    'CREATE USER',
    'WITH GRANT OPTION',
  ],
  ['database-driver', database({ version: '5.1.73' }), 'error', '5.1.73'],
  [
    'database-driver',
    database({
      variables: { ...DATABASE.variables, default_authentication_plugin: 'authentication_ldap_sasl' },
    }),
    'warning',
    'ldap',
  ],
  [
    'database-charset',
    database({ planned: [{ resource: store, state: { version: '8.0.40', collation: 'utf8mb4_bin' } }] }),
    'note',
    'utf8mb4_bin → latin1_bin',
  ],
  [
    'database-settings',
    database({ variables: { read_only: 'ON', lower_case_table_names: '0' } }),
    'error',
    'read_only is ON',
  ],
  [
    'database-settings',
    database({ variables: { read_only: 'OFF', lower_case_table_names: '1' } }),
    'warning',
    'lower_case_table_names is 1',
  ],
  ['database-network', withAnswer(good, 'm1', 'reach', () => 'reach=no\n'), 'error', '10 seconds'],
]

/** A host with so much memory, and no size in cluster.yml. */
function goodWorldOf(memoryMb: number): World {
  const world = goodWorld(EXTERNAL.replaceAll(/, memory: \w+/g, ''))
  return withSeen(world, 'w1', (seen) => ({ ...seen, facts: { ...seen.facts, memoryMb } }))
}

/** A C library below the tarballs of JDKs. */
function tarballWorld(libc: string): World {
  return withAnswer(goodWorld(TARBALLS), 'w1', 'tools', (tools) => tools.replace(/libc=.*/, libc))
}

const found = (world: World, check: string) => findingsOf(world).filter((finding) => finding.check === check)

describe('each check', () => {
  it('has an id of its own, and a case here', () => {
    const ids = CHECKS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...new Set(FINDS.map(([check]) => check))].sort()).toEqual([...ids].sort())
  })

  it.each([
    ['a good world', good],
    ['another Hadoop', hadoop2],
    ['names that others manage', unmanaged],
  ])('finds nothing in %s', (_, world) => {
    const ignored = world === hadoop2 ? ['ephemeral-ports'] : []
    expect(findingsOf(world).filter(({ check }) => !ignored.includes(check))).toEqual([])
  })

  const cases = FINDS.map(([check, world, severity, evidence, fix]) => ({
    check,
    world,
    severity,
    evidence,
    fix,
  }))
  it.each(cases)('$check finds it: $severity, $evidence', ({ check, world, severity, evidence, fix }) => {
    const all = found(world, check)
    const one = all.find((each) => each.severity === severity && each.evidence.includes(evidence))
    expect(one, JSON.stringify(all)).toBeDefined()
    expect(CHECKS.find(({ id }) => id === check)?.severities).toContain(severity)
    if (fix !== undefined) expect(JSON.stringify(one?.fix ?? '').replaceAll('\\"', '"')).toContain(fix)
    expect(one?.message).not.toMatch(/(?<!and )\bw1\b/)
  })

  it('of a host on the record of Howdah does not report its own accounts', () => {
    const world = withSeen(added('leftovers', 'account\thdfs\t501'), 'w1', (seen) => ({
      ...seen,
      record: [{ component: 'system', type: 'user', id: 'user:hdfs', about: {} }],
    }))
    expect(found(world, 'other-accounts')).toEqual([])
  })

  it('reports what bootstrap cannot set in a container as a warning', () => {
    const world = withAnswer(good, 'w1', 'kernel', (text) =>
      text.replace('vm/swappiness=1', 'vm/swappiness=60').replace('swappiness-writable=yes\n', ''),
    )
    expect(found(world, 'swappiness')).toMatchObject([{ severity: 'warning', fix: { where: 'hand' } }])
  })

  it('two entries that lead to one machine are an error', () => {
    const [first] = good.hosts
    const world = withSeen(good, 'w1', (seen) => ({
      ...seen,
      facts: {
        ...seen.facts,
        addresses: first?.facts.addresses ?? [],
        hostKeys: first?.facts.hostKeys ?? [],
      },
      answers: { ...seen.answers, identity: first?.answers.identity ?? { text: '' } },
    }))
    expect(found(world, 'network-addresses').filter(({ severity }) => severity === 'error')).toMatchObject([
      { host: 'm1', message: expect.stringContaining('m1 and w1') },
      { host: 'w1' },
    ])
  })

  it('finds the ports of Hadoop 2 in the range of outgoing connections', () => {
    expect(found(hadoop2, 'ephemeral-ports').find(({ host }) => host === 'w1')?.evidence).toContain('50010')
    const reserved = (text: string): string =>
      text.replace('reserved_ports=', 'reserved_ports=50000-50100,13562')
    const world = good.hosts.reduce(
      (all, { host }) => withAnswer(all, host.name, 'kernel', reserved),
      hadoop2,
    )
    expect(
      found(world, 'ephemeral-ports').flatMap(({ evidence }) => evidence.match(/\b50\d{3}\b/g) ?? []),
    ).not.toContain('50010')
  })
})

describe('an answer that is missing is neither good nor bad', () => {
  const questions = Object.keys(good.hosts[0]?.answers ?? {})
  it.each(questions)('%s that failed', (question) => {
    const world = withSeen(good, 'm1', (seen) => ({
      ...seen,
      answers: { ...seen.answers, [question]: { failed: 'df: unrecognized option' } },
    }))
    const all = findingsOf(world)
    expect(all.length).toBeGreaterThan(0)
    expect(all.every(({ severity, host }) => severity === 'unchecked' && host === 'm1')).toBe(true)
  })

  it('a port that was not read is not in use', () => {
    const world = withSeen(good, 'w1', (seen) => ({
      ...seen,
      planned: seen.planned.map((one) => (one.resource.id === 'fact:ports' ? { ...one, state: {} } : one)),
    }))
    expect(found(world, 'ports')).toMatchObject([{ severity: 'unchecked', host: 'w1' }])
  })

  it('a printed error of df does not count as a full disk', () => {
    const world = answer('disks', /df\t.*/, 'df\tdf: unexpected argument')
    expect(found(world, 'free-space')).toMatchObject([{ severity: 'unchecked', host: 'w1' }])
  })

  it('a clock that was not reported does not count as different', () => {
    const world = withSeen(good, 'w1', ({ clock: _, ...seen }) => seen)
    expect(found(world, 'clocks')).toMatchObject([{ severity: 'unchecked', host: 'w1' }])
  })

  it('a clock in whole seconds is not accused of its fractions', () => {
    const late = (withinMs: number): World =>
      withSeen(good, 'w1', (seen) => ({ ...seen, clock: { host: 0, here: 1900, withinMs } }))
    expect(found(late(1000), 'clocks')).toEqual([])
    expect(found(late(0), 'clocks')).toMatchObject([{ severity: 'warning' }])
  })
})

describe('any text as answers', () => {
  const NOISE = [
    '',
    '\n',
    '\t',
    '=',
    'a=b',
    '-1',
    '9'.repeat(30),
    '\0',
    '[always',
    '\u{1F600}',
    "'; rm -rf /",
    'x\ty\tz\tq\tw',
  ]
  const random = (seed: number): string => {
    let n = seed * 2654435761
    const next = (): number => {
      n = (n * 1664525 + 1013904223) % 4294967296
      return n
    }
    return Array.from({ length: next() % 40 }, () => String.fromCharCode(next() % 300)).join('')
  }

  it('never throws, and never gives a message without text', () => {
    for (let seed = 0; seed < 300; seed++) {
      const noise = NOISE[seed] ?? random(seed)
      const world: World = {
        ...good,
        hosts: good.hosts.map((seen, i) => ({
          ...seen,
          answers: Object.fromEntries(
            Object.entries(seen.answers).map(([name, old], j) => {
              const text = 'text' in old ? old.text : ''
              const at = (seed * 31 + j * 7) % (text.length + 1)
              return [
                name,
                { text: (seed + i + j) % 2 ? noise : `${text.slice(0, at)}${noise}${text.slice(at + 3)}` },
              ]
            }),
          ),
        })),
        databases: [
          {
            target: 'sql:x:1',
            admin: noise,
            version: noise,
            grants: [noise],
            variables: { read_only: noise },
          },
        ],
      }
      expect(findingsOf(world).filter(({ message }) => message === '')).toEqual([])
    }
  })
})

describe('groups', () => {
  it('have the same finding of several hosts once, the worst first', () => {
    const both = ['w1', 'w2'].reduce(
      (world, host) =>
        withAnswer(world, host, 'kernel', (text) => text.replace('vm/swappiness=1', 'vm/swappiness=60')),
      answer('tools', 'init=systemd', 'init=openrc'),
    )
    const groups = grouped(findingsOf(both))
    expect(groups.map(({ check, severity }) => [check, severity])).toEqual([
      ['system', 'error'],
      ['swappiness', 'note'],
    ])
    expect(groups[1]?.hosts.map(({ host }) => host)).toEqual(['w1', 'w2'])
  })

  it('of ports do not name the host, so that hosts share them', () => {
    const worlds = ['w1', 'w2'].reduce(
      (world, name) =>
        withSeen(world, name, (seen) => ({
          ...seen,
          planned: seen.planned.map((one) =>
            one.resource.id === 'fact:ports'
              ? { ...one, state: { ...one.state, 'port-8042': 'nginx' } }
              : one,
          ),
        })),
      good,
    )
    expect(grouped(findingsOf(worlds))).toMatchObject([
      { check: 'ports', hosts: [{ host: 'w1' }, { host: 'w2' }] },
    ])
  })
})

describe('fixes', () => {
  const all = FINDS.flatMap(([, world]) => findingsOf(world))
  it('that are commands are POSIX sh', async () => {
    const { spawnSync } = await import('node:child_process')
    const commands = [...new Set(all.flatMap(({ fix }) => (fix?.where === 'host' ? [fix.text] : [])))]
    expect(commands.length).toBeGreaterThan(15)
    for (const command of commands) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: command, encoding: 'utf8' })
      expect([command, status, stderr]).toEqual([command, 0, ''])
    }
  })

  it('that are lines of cluster.yml are accepted there', () => {
    const lines = new Set(all.flatMap(({ fix }) => (fix?.where === 'cluster.yml' ? [fix.text] : [])))
    expect([...lines].length).toBeGreaterThan(0)
    for (const line of lines) expect(() => goodWorld(`${EXTERNAL}${line}\n`)).not.toThrow()
  })
})
