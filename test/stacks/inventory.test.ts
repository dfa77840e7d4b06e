import { describe, expect, it } from 'vitest'
import { parseCluster } from '../../provisioners/config/index.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import {
  editCluster,
  fragmentOf,
  inventoryOf,
  parseOutputs,
  type Reach,
} from '../../stacks/inventory/index.ts'
import type { InfrastructureHostOutput, InfrastructureOutputs } from '../../stacks/outputs.ts'

const around = { home: '/home/ops', user: 'ops' }

const aHost = (
  name: string,
  n: number,
  roles: string[],
  more: Partial<InfrastructureHostOutput> = {},
): InfrastructureHostOutput => ({
  name: `insights-${name}`,
  privateAddress: `10.20.128.${n}`,
  publicAddress: '',
  instanceId: `i-0000000000000000${n}`,
  zone: 'eu-west-1a',
  roles,
  dataDirs: [],
  ...more,
})

const outputs: InfrastructureOutputs = {
  formatVersion: 1,
  name: 'insights',
  deployment: 'large-hadoop',
  region: 'eu-west-1',
  hosts: [
    aHost('master', 11, ['master'], { dataDirs: ['/data/1'] }),
    aHost('worker-1', 21, ['worker'], { dataDirs: ['/data/1', '/data/2'] }),
    aHost('worker-2', 22, ['worker'], { dataDirs: ['/data/1', '/data/2'] }),
    aHost('scheduler', 31, ['scheduler']),
  ],
  ssh: { user: 'admin', keyName: 'insights' },
  resultStore: {
    address: 'insights-results.abc.eu-west-1.rds.amazonaws.com',
    port: 3306,
    database: 'reports',
    secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-0a-b',
    charset: 'utf8mb3',
  },
  emr: null,
  buckets: { logs: 'l', configuration: 'c' },
  endpoints: { api: '', insights: '' },
}

const single: InfrastructureOutputs = {
  ...outputs,
  deployment: 'single-server',
  hosts: [
    aHost('server', 11, ['master', 'worker', 'result-store', 'scheduler', 'api', 'insights'], {
      publicAddress: '198.51.100.4',
      dataDirs: ['/data/1', '/data/2'],
    }),
  ],
  resultStore: { address: '10.20.128.11', port: 3306, database: 'reports', secretArn: '' },
}

const code = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof HowdahError) return error.code
    throw error
  }
  return 'nothing was thrown'
}

const put = (text: string, from = outputs, reach?: Reach) =>
  editCluster(text, 'cluster.yml', inventoryOf(from, reach))

const load = (text: string) => parseCluster(text, '/srv/cluster.yml', around)

describe('what terraform output -json printed', () => {
  const printed = (value: unknown): string => JSON.stringify({ howdah: { sensitive: false, value } })

  it('is read and checked', () => {
    expect(parseOutputs(printed(outputs), 'outputs.json')).toEqual(outputs)
  })

  it.each([
    ['nothing', '', 'INVENTORY_NOT_JSON'],
    ['something else', 'Outputs:\n', 'INVENTORY_NOT_JSON'],
    ['no outputs, before the first apply', '{}', 'INVENTORY_NO_OUTPUT'],
    ['outputs of another project', '{"vpc_id":{"value":"vpc-1"}}', 'INVENTORY_NO_OUTPUT'],
    ['a form of a later version', printed({ ...outputs, formatVersion: 2 }), 'INVENTORY_FORMAT'],
    [
      'a host without an address',
      printed({ ...outputs, hosts: [{ ...outputs.hosts[0], privateAddress: '' }] }),
      'INVENTORY_BAD_OUTPUT',
    ],
    [
      'a host name that would be more than a name',
      printed({ ...outputs, hosts: [{ ...outputs.hosts[0], name: 'm\nHost *' }] }),
      'INVENTORY_BAD_OUTPUT',
    ],
    ['a region with a command in it', printed({ ...outputs, region: 'eu$(reboot)' }), 'INVENTORY_BAD_OUTPUT'],
  ])('%s is refused', (_what, text, expected) => {
    expect(code(() => parseOutputs(text, 'outputs.json'))).toBe(expected)
  })

  it('what is wrong is named by its path', () => {
    const text = printed({ ...outputs, hosts: [{ ...outputs.hosts[0], instanceId: 'j-1' }], ssh: {} })
    expect(() => parseOutputs(text, 'o')).toThrow(/howdah\.hosts\.0\.instanceId.*howdah\.ssh\.user/s)
  })
})

describe('an inventory', () => {
  it('of the large deployment has the hosts by their private addresses, the scheduler as a client', () => {
    expect(inventoryOf(outputs).hosts).toEqual([
      { name: 'insights-master', address: '10.20.128.11', roles: ['master'], dataDirs: ['/data/1/data'] },
      ...[1, 2].map((n) => ({
        name: `insights-worker-${n}`,
        address: `10.20.128.2${n}`,
        roles: ['worker'],
        dataDirs: ['/data/1', '/data/2'],
        dataDirsMustBeMounts: true,
      })),
      { name: 'insights-scheduler', address: '10.20.128.31', roles: ['client'] },
    ])
  })

  it('of a single server has the roles that a cluster has', () => {
    const found = inventoryOf(single)
    expect(found.hosts.map((host) => host.roles)).toEqual([['master', 'worker', 'result-store']])
    expect(found.directories).toEqual({ name: ['/data/1/nn', '/data/2/nn'], checkpoint: '/data/1/snn' })
    expect(found.resultStore).toBeUndefined()
  })

  it('uses Session Manager where there is no public address, by instance id', () => {
    const { ssh, sshConfig = '' } = inventoryOf(outputs)
    expect(ssh).toEqual({
      user: 'admin',
      transport: 'openssh',
      config: '.howdah/insights/ssh_config',
      hostKeys: 'accept-new',
    })
    expect(sshConfig).toContain(
      'Host insights-master 10.20.128.11\n  HostName 10.20.128.11\n  HostKeyAlias i-000000000000000011\n  User admin\n  ProxyCommand aws ssm start-session --region eu-west-1 --target i-000000000000000011 ',
    )
    expect(sshConfig.match(/^Host /gm)).toHaveLength(4)
  })

  it('connects to a public address directly, and keeps host keys strict', () => {
    const { ssh, sshConfig } = inventoryOf(single)
    expect(ssh).toEqual({ user: 'admin', config: '.howdah/insights/ssh_config' })
    expect(sshConfig).toContain('HostName 198.51.100.4')
    expect(sshConfig).not.toContain('ProxyCommand')
  })

  it('from within the VPC needs no configuration of SSH', () => {
    const found = inventoryOf(outputs, 'direct')
    expect(found.ssh).toEqual({ user: 'admin' })
    expect(found.sshConfig).toBeUndefined()
  })

  it('of an EMR cluster is refused: bootstrap has nothing to do there', () => {
    const emr = { jobFlowId: 'j-1', masterPublicDns: 'm', release: 'emr-7.13.0' }
    expect(code(() => inventoryOf({ ...outputs, deployment: 'large-emr', hosts: [], emr }))).toBe(
      'INVENTORY_NO_HOSTS',
    )
  })
})

describe('a fragment', () => {
  it.each([
    ['large-hadoop', outputs],
    ['single-server', single],
  ] as const)('of %s makes a cluster.yml that loads', (_name, from) => {
    const cluster = load(`name: insights\n${fragmentOf(inventoryOf(from))}`)
    expect(cluster.hosts.map((host) => host.name)).toEqual(from.hosts.map((host) => host.name))
    expect(cluster.ssh.sshConfigFile).toBe('/srv/.howdah/insights/ssh_config')
    expect(cluster.directories.checkpointDir).toBe('/data/1/snn')
  })

  it('names the database, the way to it, and where its password comes from, but no password', () => {
    const cluster = load(`name: insights\n${fragmentOf(inventoryOf(outputs))}`)
    expect(cluster.resultStore?.server).toEqual({
      kind: 'external',
      address: 'insights-results.abc.eu-west-1.rds.amazonaws.com',
      port: 3306,
      admin: { user: 'howdah', password: { kind: 'env', variable: 'RESULT_STORE_ADMIN_PASSWORD' } },
      via: 'insights-master',
      tls: 'required',
    })
    expect(cluster.resultStore).toMatchObject({ database: 'reports', charset: 'utf8mb3' })
    expect(fragmentOf(inventoryOf(outputs))).toContain(
      "# export RESULT_STORE_ADMIN_PASSWORD=\"$(aws secretsmanager get-secret-value --region eu-west-1 --secret-id 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-0a-b'",
    )
  })
})

const OURS = `# Analytics of the university.
name: insights   # and of its friends

# The infrastructure.
aws: {deployment: large-hadoop,   region: eu-west-1}


versions:
  hadoop: 3.4.2   # the one that we tested

# Who asks for it
properties:
    yarn-site:
        yarn.nodemanager.vmem-check-enabled: false
`

describe('the edit of a cluster.yml', () => {
  it('leaves every byte of other sections', () => {
    const { text, added } = put(OURS)
    expect(text.startsWith(OURS)).toBe(true)
    expect(added).toHaveLength(4)
    expect(load(text.replace(/^aws:.*$/m, '')).hosts).toHaveLength(4)
  })

  it.each([
    ['a file without hosts', OURS],
    ['nothing but a name', 'name: insights\n'],
    ['a file without a newline at its end', 'name: insights'],
    ['a file in flow style', '{name: insights, hdfs: {replication: 2}}\n'],
  ])('of %s changes nothing the second time', (_what, before) => {
    const first = put(before)
    const second = put(first.text)
    expect(second.text).toBe(first.text)
    expect([second.added, second.removed, second.changed]).toEqual([[], [], []])
    expect(load(first.text.replace(/^aws:.*$/m, '')).hosts).toHaveLength(4)
  })

  const LIVED = `name: insights
# The hosts
hosts:
  # the big one
  - { name: insights-master, address: 10.20.128.99, roles: [namenode, master], memory: 14GiB } # since May
  - name: old-worker
    address: 10.20.128.50
    roles: [worker]
  - name: insights-worker-1
    address: 10.20.128.21   # never changed
    roles: [worker, client]
    rack: /a
    dataDirs: [/data/1, /data/2]
    dataDirsMustBeMounts: true

# Users log in as
ssh:
  user: admin
  hostKeys: strict # audit wants it
hdfs: {replication: 2}
resultStore:
  host: old-worker
  database: results
  api: {user: reader} # not api
`

  it('takes addresses from Terraform, and keeps what the operator wrote', () => {
    const { text, added, removed, changed } = put(LIVED)
    expect({ added, removed, changed }).toEqual({
      added: ['insights-worker-2', 'insights-scheduler'],
      removed: ['old-worker'],
      changed: ['insights-master'],
    })
    const cluster = load(text)
    expect(cluster.hosts.map((host) => [host.name, host.address])).toEqual([
      ['insights-master', '10.20.128.11'],
      ['insights-worker-1', '10.20.128.21'],
      ['insights-worker-2', '10.20.128.22'],
      ['insights-scheduler', '10.20.128.31'],
    ])
    expect(cluster.hosts[0]).toMatchObject({ roles: ['namenode', 'master'], memoryMb: 14336 })
    expect(cluster.hosts[1]).toMatchObject({ roles: ['worker', 'client'], rack: '/a' })
    expect(cluster.ssh).toMatchObject({ kind: 'openssh', hostKeys: 'strict' })
    expect(cluster.resultStore).toMatchObject({ database: 'results', api: { user: 'reader' } })
    expect(cluster.resultStore?.server.kind).toBe('external')
  })

  it('sets TLS to the database again, and leaves the certificates to the operator', () => {
    const weak = put('name: insights\n').text.replace('tls: required', 'ca: rds.pem\n    tls: preferred')
    const { text } = put(weak)
    const { server } = load(text).resultStore ?? expect.unreachable()
    expect(server).toMatchObject({ tls: 'required', ca: '/srv/rds.pem' })
  })

  it('keeps comments where they were', () => {
    const { text } = put(LIVED)
    for (const part of [
      '# The hosts\nhosts:\n  # the big one\n  - {',
      '} # since May\n',
      'address: 10.20.128.21 # never changed\n',
      '\n# Users log in as\nssh:\n  user: admin\n',
      'hostKeys: strict # audit wants it\n',
      '\nhdfs: {replication: 2}\n',
      'api: { user: reader } # not api\n',
    ])
      expect(text).toContain(part)
    expect(put(text).text).toBe(text)
  })

  it('removes the external server when the store is a host of the cluster now', () => {
    const before = put('name: insights\n').text
    const { text } = put(before, single)
    expect(load(text).resultStore?.server.kind).toBe('host')
  })

  it('of another cluster is refused', () => {
    expect(code(() => put('name: other\n'))).toBe('INVENTORY_OTHER_CLUSTER')
  })

  it('of a file that is not YAML is refused with its place', () => {
    expect(() => put('name: insights\nhosts: [\n')).toThrow(HowdahError)
    expect(code(() => put('name: insights\nhosts: [\n'))).toBe('SPEC_SYNTAX')
  })
})
