import { describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../provisioners/config/index.ts'
import { infrastructureOf, lineAbout, openOf, placeIn, translated, withKey } from './support.ts'

const infrastructure = (more: string): Infrastructure => infrastructureOf(translated(withKey(more)))
const emr = (more: string) => infrastructure(more).emr

/** Every plain key, with what of the infrastructure shows its effect. */
const EFFECTS: readonly (readonly [
  text: string,
  of: (infrastructure: Infrastructure) => unknown,
  wanted: unknown,
])[] = [
  ['name: ETL', (g) => [g.name, g.tags['ansible:emr:name']], ['etl', 'ETL']],
  ['name: 2nd Cluster of data_science!', (g) => g.name, 'nd-cluster-of-data-science'],
  ['name: a-name-that-is-longer-than-names-may-be', (g) => g.name, 'a-name-that-is-longer-than-name'],
  ['region: eu-central-1', (g) => g.region, 'eu-central-1'],
  ['availability_zone: us-east-1c', (g) => [g.zones, g.network.kind], [['us-east-1c'], 'own']],
  [
    'vpc_subnet_id: subnet-0aaaaaaa',
    (g) => g.network.kind === 'existing' && g.network.publicSubnetIds,
    ['subnet-0aaaaaaa'],
  ],
  [
    'vpc_subnet_id: [subnet-0aaaaaaa, subnet-0bbbbbbb]',
    (g) => g.network.kind === 'existing' && g.network.publicSubnetIds,
    ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
  ],
  [
    'log_uri: s3://logs.example/emr/daily/',
    (g) => g.logs,
    { name: 'logs.example', existing: true, prefix: 'emr/daily' },
  ],
  ['log_uri: s3n://logs.example', (g) => g.logs.name, 'logs.example'],
  ['tags: {team: data}', (g) => g.tags, { team: 'data', 'ansible:emr:name': 'ETL' }],
  ['release_label: emr-7.4.0', (g) => g.emr?.release, 'emr-7.4.0'],
  ['release_label: emr-7.4.0\nami_version: 3.1.0', (g) => g.emr?.release, 'emr-7.4.0'],
  ['ami_version: 3.1.0', (g) => g.emr?.release, 'emr-7.13.0'],
  ['role: analytics', (g) => g.emr?.instanceProfile, 'analytics'],
  ['service_role: EMR_DefaultRole', (g) => g.emr?.serviceRole, 'EMR_DefaultRole'],
  ['ebs_root_volume_size: 30', (g) => g.emr?.rootVolumeGb, 30],
  ["ebs_root_volume_size: ''", (g) => g.emr?.rootVolumeGb, undefined],
  [
    'additional_master_security_groups: [sg-0aaaaaaa]',
    (g) => g.emr?.additionalSecurityGroups,
    { master: ['sg-0aaaaaaa'], core: [] },
  ],
  [
    'additional_slave_security_groups: [sg-0bbbbbbb]',
    (g) => g.emr?.additionalSecurityGroups,
    { master: [], core: ['sg-0bbbbbbb'] },
  ],
  [
    'emr_managed_master_security_group: sg-0aaaaaaa\nemr_managed_slave_security_group: sg-0bbbbbbb',
    (g) => g.emr?.managedSecurityGroups,
    { master: 'sg-0aaaaaaa', core: 'sg-0bbbbbbb' },
  ],
  [
    'applications: [{name: Hive}, {name: Spark, args: [a]}]',
    (g) => g.emr?.applications.map(({ name }) => name),
    ['Hadoop', 'Hive', 'Spark'],
  ],
  ['applications: [{name: Sqoop-Sandbox}]', (g) => g.emr?.sqoop.kind, 'step'],
  ['applications: [{name: Ganglia}]', (g) => g.emr?.applications.map(({ name }) => name), ['Hadoop']],
  [
    'release_label: emr-6.15.0\napplications: [{name: Ganglia}, {name: Sqoop}]',
    (g) => [g.emr?.applications.at(-1)?.name, g.emr?.sqoop.kind],
    ['Ganglia', 'application'],
  ],
  [
    'steps: [{type: pig_install, pig_version: latest}]',
    (g) => g.emr?.applications.map(({ name }) => name),
    ['Hadoop', 'Pig'],
  ],
  ['steps: []', (g) => g.emr?.sqoop.kind, 'none'],
  ['ec2_attributes: {Ec2SubnetId: subnet-0aaaaaaa}', (g) => g.network.kind, 'existing'],
  [
    'ec2_attributes: {InstanceProfile: p, AdditionalMasterSecurityGroups: [sg-0aaaaaaa]}',
    (g) => [g.emr?.instanceProfile, g.emr?.additionalSecurityGroups.master],
    ['p', ['sg-0aaaaaaa']],
  ],
]

describe('every key has its effect', () => {
  it.each(EFFECTS)('%s', (text, of, wanted) => {
    const done = translated(withKey(text))
    expect(of(infrastructureOf(done))).toEqual(wanted)
    expect(done.open).toEqual([])
  })

  it.each([
    ['hadoop_version: 1.0.3', 'hadoop_version'],
    ['visible_to_all_users: yes', 'visible_to_all_users'],
    ['state: present', 'state'],
    ['release_label: emr-7.4.0\nami_version: 3.1.0', 'ami_version'],
    ['instance_groups: {}\ntask_instance_bid: 0.1', 'task_instance_bid'],
  ])('%s: dropped, with a reason', (text, key) => {
    expect(lineAbout(translated(withKey(text)), key)).toMatchObject({ kind: 'dropped' })
  })

  it('keeps nested configurations as they are, and one classification once', () => {
    const text = `configurations:
  - {classification: hadoop-env, configurations: [{classification: export, properties: {A: b}}]}
  - {classification: mapred-site, properties: {mapreduce.job.reduces: '9'}}
bootstrap_actions:
  conf: {path: 's3://elasticmapreduce/bootstrap-actions/configure-hadoop', args: [-m, mapred.reduce.tasks=5, -m, io.sort.mb=200]}
`
    expect(emr(text)?.configurations).toEqual([
      {
        classification: 'mapred-site',
        properties: { 'mapreduce.job.reduces': '9', 'mapreduce.task.io.sort.mb': '200' },
        configurations: [],
      },
      {
        classification: 'hadoop-env',
        properties: {},
        configurations: [{ classification: 'export', properties: { A: 'b' }, configurations: [] }],
      },
    ])
  })
})

describe('the key pair', () => {
  it('comes from AWS_KEYPAIR_NAME where the file names none', () => {
    const done = translated('name: a', { keypairName: 'from-env' })
    expect(infrastructureOf(done).keyPair).toEqual({ kind: 'existing', name: 'from-env' })
  })

  it('of the file wins over that of the environment', () => {
    const done = translated('keypair_name: written', { keypairName: 'from-env' })
    expect(infrastructureOf(done).keyPair).toEqual({ kind: 'existing', name: 'written' })
  })

  it('from neither is an error of its own', () => {
    expect(openOf(translated('name: a', {}))).toEqual(['LEGACY_NO_KEY_PAIR 1:1'])
  })
})

describe('instance groups', () => {
  it("not written at all are edX's own, of today's types", () => {
    expect(emr('')?.capacity).toMatchObject({
      kind: 'groups',
      master: { type: 'm5.xlarge', count: 1, market: 'ON_DEMAND' },
      core: { type: 'm5.xlarge', count: 1, market: 'ON_DEMAND' },
      task: { type: 'm5.xlarge', count: 1, market: 'SPOT', bidPrice: '0.03' },
    })
  })

  it('are changed by the single keys', () => {
    const text =
      'master_instance_type: r5.xlarge\ncore_instance_num: 4\ncore_instance_type: m2.4xlarge\ntask_instance_num: 0'
    const capacity = emr(text)?.capacity
    expect(capacity).toMatchObject({ master: { type: 'r5.xlarge' }, core: { count: 4, type: 'r5.4xlarge' } })
    expect(capacity).not.toHaveProperty('task')
  })

  it('that are written replace the default whole, as at the time of the guide', () => {
    const done = translated(
      withKey(
        'instance_groups: {master: {num_instances: 1, type: m5.xlarge}, core: {num_instances: 2, type: m5.xlarge}}',
      ),
    )
    expect(infrastructureOf(done).emr?.capacity).not.toHaveProperty('task')
    expect(lineAbout(done, 'instance_groups.task').why).toContain('since August 2017')
  })

  it('without a core node get one', () => {
    const capacity = emr('instance_groups: {master: {num_instances: 1, type: m5.xlarge}}')?.capacity
    expect(capacity).toMatchObject({ core: { count: 1, type: 'm5.xlarge' } })
  })

  it('of none are left out, but a cluster needs a core node', () => {
    const group = (role: string, count: number) => `${role}: {num_instances: ${count}, type: m5.xlarge}`
    const text = withKey(`instance_groups: {${group('master', 1)}, ${group('core', 0)}, ${group('task', 0)}}`)
    const none = translated(text)
    expect(openOf(none)).toEqual([`LEGACY_NO_INSTANCES ${placeIn(text, '0, type')}`])
    expect(none.clusterYml).not.toContain('task:')
  })

  it('keep a bid only beside a market, and Spot needs one', () => {
    const one = (more: string) =>
      translated(withKey(`instance_groups: {task: {num_instances: 1, type: m5.xlarge${more}}}`))
    expect(lineAbout(one(', bidprice: 0.10'), 'instance_groups.task.bidprice').kind).toBe('dropped')
    expect(lineAbout(one(', market: ON_DEMAND, bidprice: 0.10'), 'instance_groups.task.bidprice').kind).toBe(
      'dropped',
    )
    expect(openOf(one(', market: SPOT'))).toEqual(['LEGACY_NO_BID 2:69'])
    expect(infrastructureOf(one(', market: SPOT, bidprice: 0.10')).emr?.capacity).toMatchObject({
      task: { bidPrice: '0.10' },
    })
  })

  it.each([
    ['volume_size: 100', { type: 'gp3', sizeGb: 100 }],
    ['volume_type: gp2', { type: 'gp3', sizeGb: 32 }],
    ['volume_type: st1, volume_size: 500', { type: 'st1', sizeGb: 500 }],
  ])('%s is a volume', (more, volume) => {
    const text = `instance_groups: {core: {num_instances: 1, type: m5.xlarge, ${more}}}`
    expect(emr(text)?.capacity).toMatchObject({ core: { volumes: [volume] } })
  })

  it('warn about Spot for what holds HDFS', () => {
    const text = 'instance_groups: {core: {num_instances: 1, type: m5.xlarge, market: SPOT, bidprice: 1}}'
    expect(lineAbout(translated(withKey(text)), 'instance_groups.core.market').why).toContain(
      'HDFS blocks are lost',
    )
  })
})

describe('instance fleets', () => {
  const fleets = `instance_fleets:
  master: {instance_types: [{type: m5.xlarge}]}
  core: {on_demand_capacity: 2, use_spot: false, on_demand_fallback: true, instance_types: [{type: m3.xlarge, weight: 2, bid_price_pct: 80}], volume_size: 64}
  task: {spot_capacity: 0, on_demand_capacity: 0, instance_types: [{type: m5.xlarge}]}
instance_groups: {core: {num_instances: 9, type: m5.xlarge}}
`
  it("win over groups, with edX's defaults", () => {
    const done = translated(withKey(fleets))
    const capacity = infrastructureOf(done).emr?.capacity
    expect(capacity).toMatchObject({
      kind: 'fleets',
      master: {
        spotCapacity: 1,
        onDemandCapacity: 0,
        onTimeout: 'TERMINATE_CLUSTER',
        timeoutMinutes: 15,
        types: [{ type: 'm5.xlarge', weight: 1, bidPricePercent: 25 }],
      },
      core: {
        onDemandCapacity: 2,
        spotCapacity: 0,
        onTimeout: 'SWITCH_TO_ON_DEMAND',
        types: [
          { type: 'm5.xlarge', weight: 2, bidPricePercent: 80, volumes: [{ type: 'gp3', sizeGb: 64 }] },
        ],
      },
    })
    expect(capacity).not.toHaveProperty('task')
    expect(lineAbout(done, 'instance_groups').kind).toBe('dropped')
  })

  it('have one master, On-Demand when use_spot is off', () => {
    const text =
      'instance_fleets: {master: {use_spot: no, spot_capacity: 3, instance_types: [{type: m5.xlarge}]}, core: {spot_capacity: 1, instance_types: [{type: m5.xlarge}]}}'
    expect(emr(text)?.capacity).toMatchObject({ master: { onDemandCapacity: 1, spotCapacity: 0 } })
  })

  it('without a master are an error', () => {
    const text = 'instance_fleets: {core: {spot_capacity: 1, instance_types: [{type: m5.xlarge}]}}'
    expect(openOf(translated(withKey(text)))).toEqual(['LEGACY_NO_INSTANCES 2:18'])
  })
})

describe('users', () => {
  const users = `user_info:
  - {name: ann, type: admin, github: false, authorized_keys: [ssh-ed25519 AAAA ann]}
  - {name: ben, type: restricted, sudo_cmds: ['ALL=(hadoop) NOPASSWD: /usr/bin/hive'], sudoers_template: x}
  - {name: cy, present: no, github: }
  - {name: di, state: present}
`
  it("are at the top level, and today's parser accepts them", () => {
    const done = translated(withKey(users))
    expect(() => infrastructureOf(done)).not.toThrow()
    expect(done.clusterYml).toContain(`users:
  - name: ann
    type: admin
    github: true
    authorizedKeys: [ssh-ed25519 AAAA ann]
  - name: ben
    type: restricted
    sudoCommands: ["ALL=(hadoop) NOPASSWD: /usr/bin/hive"]
  - name: cy
    github: true
    state: absent
  - name: di
    state: present
`)
    expect(lineAbout(done, 'user_info[0].github').why).toContain('only the presence of the key')
    expect(lineAbout(done, 'user_info[1].sudoers_template').kind).toBe('dropped')
  })
})
