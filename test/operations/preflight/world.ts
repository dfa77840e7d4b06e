/** Hosts as they should be, as data; tests change one answer. */
import type { Host } from '../../../provisioners/config/types.ts'
import type { HostFacts } from '../../../provisioners/engine/types.ts'
import { desiredFor, isCondition } from '../../../provisioners/operations/preflight/index.ts'
import { directoriesOf } from '../../../provisioners/operations/preflight/questions.ts'
import type { Answer, Seen, SeenDatabase, World } from '../../../provisioners/operations/preflight/types.ts'
import { clusterOf, FIVE, factsOf } from '../../services/a-context.ts'

export const EXTERNAL = `${FIVE}
metastore:
  external: {address: db.example.org, port: 3306, admin: {user: admin, password: {env: DB}}}
`
const NS = '1760000000000000000'
const lookup = (name: string, address: string, back = name, ms = 2): string =>
  `${name}\t${address}\t${back}\t${NS}\t${BigInt(NS) + BigInt(ms) * 1_000_000n}`

/** Adds a line of `lookups`. */
export const lookupLine = lookup

const GOOD: Readonly<Record<string, string>> = {
  names:
    'short=HOST\nnsswitch=files dns\nresolv=/etc/resolv.conf\nnameservers=10.0.0.2\nresolved=inactive\nnetworkmanager=inactive\n',
  time: 'zone=+0000\ncontainer=none\nsynchronized=yes\n',
  mounts: '/dev/sda1 / ext4 rw,relatime 0 0\n/dev/sdb1 /data ext4 rw,noatime 0 0\n',
  kernel:
    'vm/swappiness=1\nvm/overcommit_memory=0\nnet/ipv4/ip_local_port_range=32768 60999\nnet/ipv4/ip_local_reserved_ports=\nfs/nr_open=1048576\nkernel/pid_max=4194304\nkernel/threads-max=126000\nthp-enabled=always madvise [never]\nthp-enabled-writable=yes\nswappiness-writable=yes\ncgroup=2\npids=max\n',
  limits:
    'Max open files            1024                 524288               files\nMax processes             63000 63000 processes\nCapEff:\t000001ffffffffff\nDefaultLimitNOFILE=524288\n',
  tools:
    'init=systemd\nsystemd=systemd 252 (252.30-1~deb12u2)\ncoreutils=ls (GNU coreutils) 9.1\nlibc=glibc 2.36\napt=/usr/bin/apt-get\numask=0022\n',
  sudo: 'login=ana\nsudo=Sudo version 1.9.13p3\nrules=User ana may run the following commands: (ALL) NOPASSWD: ALL\n',
  firewall: 'firewalld=inactive\nufw=Status: inactive\nnft=passes\n',
  updates: 'unattended=\n',
  leftovers: '',
  reach: 'reach=yes\n',
}

function disksOf(host: Host, cluster: World['cluster']): string {
  return directoriesOf(host, cluster)
    .map(
      ({ path, use }) =>
        `dir\t${path}\t${{ data: '/data', temporary: '/tmp' }[use as string] ?? '/'}\ndf\t/dev/sda1 103080888 8000000 90000000 9% /\ninodes\t6553600 6400000\n`,
    )
    .join('')
}

export const DATABASE: SeenDatabase = {
  target: 'sql:db.example.org:3306',
  admin: 'admin',
  version: '8.0.40',
  grants: ['GRANT ALL PRIVILEGES ON *.* TO `admin`@`%` WITH GRANT OPTION'],
  variables: {
    read_only: 'OFF',
    lower_case_table_names: '0',
    default_authentication_plugin: 'caching_sha2_password',
  },
  planned: [],
}

/** A world in which every check passes. `text` is a cluster.yml. */
export function goodWorld(text = EXTERNAL): World {
  const cluster = clusterOf(text)
  const desired = desiredFor(cluster)
  const names = cluster.hosts.map(({ name, address }) => lookup(name, address))
  const hosts = cluster.hosts.map((host, i): Seen => {
    const id = String(i + 1)
    const facts: HostFacts = {
      ...factsOf(host.name, host.address),
      os: { id: 'debian', version: '12', codename: 'bookworm' },
      arch: 'x86_64',
      memoryMb: 16_000,
      cores: 4,
      hostKeys: [`ssh-ed25519 KEY${id}`],
    }
    const texts: Record<string, string> = {
      ...GOOD,
      names: (GOOD.names ?? '').replace('HOST', host.name),
      lookups: `${[lookup('localhost', '127.0.0.1'), ...names].join('\n')}\n`,
      identity: `machine=${id.repeat(32)}\ndevice=eth0\nmac=52:54:00:00:00:0${id}\nmtu=1500\n`,
      disks: disksOf(host, cluster),
    }
    const answers = Object.fromEntries(
      Object.entries(texts).map(([key, value]): [string, Answer] => [key, { text: value }]),
    )
    const planned = (desired[host.name] ?? [])
      .filter(isCondition)
      .map((resource) => ({ resource, state: stateOf(resource) }))
    return { host, facts, answers, record: [], clock: { host: 1000, here: 1000 + i, withinMs: 0 }, planned }
  })
  return { cluster, hosts, databases: [DATABASE] }
}

type Planned = Seen['planned'][number]

/** A state with which the plan refuses nothing: each condition has its first allowed value. */
function stateOf(resource: Planned['resource']): Planned['state'] {
  if (resource.type === 'package')
    return { installed: (resource as { names: readonly string[] }).names.join(' ') }
  const { must = [] } = resource as { must?: readonly { key: string; oneOf: readonly string[] }[] }
  return Object.fromEntries(must.map(({ key, oneOf }) => [key, oneOf[0] ?? '']))
}

/** The world with other answers of one host. Each change gets the text and returns another. */
export function withAnswer(
  world: World,
  name: string,
  question: string,
  change: (text: string) => string,
): World {
  return withSeen(world, name, (seen) => {
    const old = seen.answers[question]
    const text = change(old && 'text' in old ? old.text : '')
    return { ...seen, answers: { ...seen.answers, [question]: { text } } }
  })
}

export const withSeen = (world: World, name: string, change: (seen: Seen) => Seen): World => ({
  ...world,
  hosts: world.hosts.map((seen) => (seen.host.name === name ? change(seen) : seen)),
})
