import { describe, expect, it } from 'vitest'
import {
  DEPLOYMENTS,
  explainPath,
  type Infrastructure,
  parseCluster,
  sectionsOf,
} from '../../../provisioners/config/index.ts'
import { around, infrastructure, PUBLIC_KEY, parse, problemsOf } from '../support.ts'

const APPS = 'api: {domain: api.example.org, hostedZone: example.org}\n  insights: none'

/** Five lines, and two more that a large deployment needs. */
const least = (deployment: string, more = ''): Infrastructure =>
  infrastructure(
    `name: insights\naws:\n  deployment: ${deployment}\n  region: eu-west-1\n  ${deployment.startsWith('large') ? APPS : 'operators: []'}\n${more}`,
  )

describe('the least infrastructure', () => {
  it('of small-emr is a master and a core node in a new VPC, without resources that cost money while idle', () => {
    expect(least('small-emr')).toMatchObject({
      name: 'insights',
      file: '/srv/site/cluster.yml',
      stateDir: '/srv/site/.howdah/insights',
      deployment: 'small-emr',
      zones: ['eu-west-1a'],
      network: { kind: 'own', cidr: '10.20.0.0/16', nat: 'none', flowLogs: true, endpoints: [] },
      keyPair: { kind: 'none' },
      logs: { name: 'insights-eu-west-1-logs', existing: false, prefix: '' },
      configuration: { name: 'insights-eu-west-1-config' },
      state: { kind: 'local' },
      emr: {
        release: 'emr-7.13.0',
        subnets: 'public',
        capacity: { kind: 'groups', master: { type: 'm5.xlarge', count: 1 }, core: { count: 1 } },
        sqoop: { kind: 'step', version: '1.4.7' },
        security: { atRest: true },
      },
      warnings: [],
    })
    expect(Object.keys(least('small-emr'))).not.toEqual(
      expect.arrayContaining(['resultStore', 'scheduler', 'fleet', 'server', 'api', 'insights']),
    )
  })

  it('of large-emr has fleets with tasks on Spot, RDS, a scheduler and the app', () => {
    const { emr, ...rest } = least('large-emr')
    expect(rest).toMatchObject({
      zones: ['eu-west-1a', 'eu-west-1b'],
      network: { nat: 'single', endpoints: [] },
      resultStore: {
        kind: 'rds',
        engineVersion: '8.4',
        instanceType: 'db.m7g.large',
        storageGb: 100,
        maxStorageGb: 500,
        multiAz: true,
        backupDays: 14,
        deletionProtection: true,
        database: 'reports',
        requireTls: true,
      },
      scheduler: { type: 'm7i.large', sshUser: 'admin' },
      api: {
        domain: 'api.example.org',
        port: 8100,
        min: 2,
        max: 4,
        desired: 2,
        internal: true,
        allow: ['10.20.0.0/16'],
        waf: false,
      },
      warnings: [],
    })
    expect(rest.insights).toBeUndefined()
    const { capacity } = emr ?? {}
    if (capacity?.kind !== 'fleets') throw new Error('groups')
    expect(capacity.core).toMatchObject({ onDemandCapacity: 2, spotCapacity: 0 })
    expect(capacity.task).toMatchObject({ onDemandCapacity: 0, spotCapacity: 4 })
    expect(capacity.task?.types.map(({ type }) => type)).toEqual(['m5.xlarge', 'm5a.xlarge', 'm6i.xlarge'])
  })

  it('of large-hadoop has hosts, and a host as result store', () => {
    const made = least('large-hadoop')
    expect(made.fleet).toMatchObject({
      generation: 'hadoop3',
      master: { type: 'm7i.xlarge', rootGb: 30, dataVolumes: [{ type: 'gp3', sizeGb: 100 }] },
      workers: { count: 3 },
      placement: 'spread',
      image: '/aws/service/debian/release/12/latest/amd64',
      sshUser: 'admin',
    })
    expect(made.resultStore).toMatchObject({ kind: 'host', instanceType: 'm7i.large', multiAz: false })
    expect(made.emr).toBeUndefined()
    expect(made.warnings).toEqual([expect.stringMatching(/cluster\.yml:3:15: without aws\.keyPair/)])
  })

  it('of single-server is one host', () => {
    const { server, fleet, scheduler } = least('single-server')
    expect(server).toMatchObject({ type: 'm7i.2xlarge', rootGb: 40, sshUser: 'admin' })
    expect([fleet, scheduler]).toEqual([undefined, undefined])
  })

  it.each(DEPLOYMENTS)('of %s is plain data', (deployment) => {
    const made = least(deployment)
    expect(JSON.parse(JSON.stringify(made))).toEqual(made)
  })
})

describe('what is written', () => {
  const with_ = (rest: string, deployment = 'large-hadoop'): Infrastructure =>
    infrastructure(
      `name: insights\naws: {deployment: ${deployment}, region: eu-west-1, keyPair: {existing: k}, api: none, insights: none, ${rest}}\n`,
    )

  it('has its effect on the network', () => {
    const vpc =
      'cidr: 10.40.0.0/16, vpc: {id: vpc-01234567, publicSubnets: [subnet-01234567, subnet-01234568]'
    expect(
      with_(`network: {${vpc}, privateSubnets: [subnet-0123456a]}, lms: {securityGroup: sg-01234567}}`)
        .network,
    ).toEqual({
      kind: 'existing',
      cidr: '10.40.0.0/16',
      endpoints: [],
      vpcId: 'vpc-01234567',
      publicSubnetIds: ['subnet-01234567', 'subnet-01234568'],
      privateSubnetIds: ['subnet-0123456a'],
      lms: { kind: 'security-group', port: 3306, securityGroupId: 'sg-01234567' },
    })
    expect(
      with_(
        'network: {cidr: 10.40.0.0/16, vpc: {tags: {Name: 007}, publicSubnetTags: {Tier: a}, privateSubnetTags: {Tier: b}}}',
      ).network,
    ).toMatchObject({ kind: 'found', vpcTags: { Name: '007' }, privateSubnetTags: { Tier: 'b' } })
    expect(
      with_(
        'network: {lms: {port: 3307, peering: {vpc: vpc-01234567, cidr: 10.40.0.0/16, account: 001234567890, region: us-east-1}}}',
      ).network.lms,
    ).toEqual({
      kind: 'peering',
      port: 3307,
      vpcId: 'vpc-01234567',
      cidr: '10.40.0.0/16',
      accountId: '001234567890',
      region: 'us-east-1',
    })
  })

  it('closes private subnets only where there is no internet access', () => {
    const ssm = ['ssm', 'ssmmessages', 'ec2messages', 'logs', 'kms']
    expect(with_('network: {nat: none}').network.endpoints).toEqual(ssm)
    expect(with_('network: {nat: none}, emr: {subnets: private}', 'large-emr').network.endpoints).toEqual([
      ...ssm,
      'elasticmapreduce',
    ])
    expect(with_('network: {nat: single}').network.endpoints).toEqual([])
    expect(with_('network: {nat: none, endpoints: [s3, sts, sts]}').network.endpoints).toEqual(['s3', 'sts'])
  })

  it('warns of hosts without internet access, by name, and says what still works there', () => {
    const said = (nat: string, rest = '', deployment = 'large-hadoop'): readonly string[] =>
      with_(`network: {nat: ${nat}}${rest}`, deployment).warnings
    const [hadoop, ...more] = said('none')
    expect(hadoop).toMatch(/^\/srv\/site\/cluster\.yml:2:\d+: aws\.network\.nat is none.*write nat: single/i)
    expect(hadoop).toContain('subnets: hosts of Hadoop, the result store, the scheduler. ')
    expect(hadoop).toContain('S3 of this region, ssm, ssmmessages, ec2messages, logs, kms still work')
    expect(more).toEqual([])
    expect(said('none', '', 'large-emr')[0]).toContain('subnets: the scheduler. ')
    expect(said('none', ', emr: {subnets: private}', 'large-emr')[0]).toContain(
      'subnets: nodes of EMR, the scheduler. ',
    )
    expect([...said('single'), ...said('per-zone', '', 'large-emr')]).toEqual([])
    const small = (rest: string) =>
      infrastructure(`name: x\naws: {deployment: small-emr, region: eu-west-1, emr: {${rest}}}\n`).warnings
    expect(small('subnets: private')[0]).toContain('subnets: nodes of EMR. ')
    expect(small('subnets: public')).toEqual([])
    const apps = infrastructure(
      'name: x\naws: {deployment: large-emr, region: eu-west-1, network: {nat: none}, insights: none, api: {domain: a.b.org, hostedZone: b.org}}\n',
    )
    expect(apps.warnings[0]).toContain('subnets: the scheduler, the Data API. ')
  })

  it('has its effect on buckets and state', () => {
    const made = with_(
      'buckets: {logs: {name: a-bucket, existing: true, prefix: /emr/logs/}}, state: {bucket: s-bucket, region: us-east-1, key: a/b, create: false}',
    )
    expect(made.logs).toEqual({ name: 'a-bucket', existing: true, prefix: 'emr/logs' })
    expect(made.dataBuckets).toEqual([])
    // Logs and data may share a bucket that exists already.
    expect(
      with_(
        'buckets: {logs: {name: a-bucket, existing: true}, data: [{name: a-bucket, prefix: /tracking/}, {name: b-bucket, write: true}]}',
      ).dataBuckets,
    ).toEqual([
      { name: 'a-bucket', prefix: 'tracking', write: false },
      { name: 'b-bucket', prefix: '', write: true },
    ])
    expect(
      with_('emr: {instanceProfile: mine}, buckets: {data: [{name: a-bucket}]}', 'large-emr').warnings.join(),
    ).toMatch(/instance profile mine .*must let them into/)
    expect(made.state).toEqual({
      kind: 's3',
      bucket: 's-bucket',
      region: 'us-east-1',
      key: 'a/b',
      create: false,
    })
    expect(with_('state: {bucket: s-bucket}').state).toEqual({
      kind: 's3',
      bucket: 's-bucket',
      region: 'eu-west-1',
      key: 'insights/terraform.tfstate',
      create: true,
    })
  })

  it('has its effect on the result store', () => {
    const store = (rest: string) => with_(`resultStore: {${rest}}`).resultStore
    expect(
      store('kind: rds, engineVersion: 9.7, charset: utf8mb3, multiAz: false, requireTls: false'),
    ).toMatchObject({
      kind: 'rds',
      engineVersion: '9.7',
      charset: 'utf8mb3',
      multiAz: false,
      requireTls: false,
    })
    // As a number of YAML, a version such as 8.10 would become 8.1.
    expect(store('kind: rds, engineVersion: 8.4.10')?.engineVersion).toBe('8.4.10')
  })

  it('has its effect on hosts', () => {
    const { fleet } = with_('fleet: {workers: {count: 12, dataVolumes: [{type: st1, size: 500}]}}')
    expect(fleet?.placement).toBe('partition')
    expect(fleet?.workers).toMatchObject({ count: 12, dataVolumes: [{ type: 'st1', sizeGb: 500 }] })
    const arm = '/aws/service/debian/release/12/latest/arm64'
    const types = `master: {type: m7g.xlarge}, workers: {type: m7gd.xlarge}`
    expect(
      with_(`fleet: {image: ${arm}, ${types}}, resultStore: {instanceType: m7g.large}`).fleet,
    ).toMatchObject({ image: arm, sshUser: 'admin' })
    const ubuntu = '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id'
    expect(with_(`fleet: {image: ${ubuntu}}`).fleet?.sshUser).toBe('ubuntu')
  })

  it('has its effect on the generation', () => {
    const text = `name: x\nversions: {hadoop: 2.10.2}\naws: {deployment: large-hadoop, region: eu-west-1, api: none, insights: none}\n`
    expect(infrastructure(text).fleet?.generation).toBe('hadoop2')
  })

  it('reads the public key beside the file, and at home', () => {
    const key = (file: string) =>
      infrastructure(
        `name: x\naws: {deployment: small-emr, region: eu-west-1, keyPair: {publicKeyFile: ${file}}}\n`,
      ).keyPair
    expect(key('key.pub')).toEqual({ kind: 'public-key', name: 'x', publicKey: PUBLIC_KEY })
    expect(key('~/.ssh/id_ed25519.pub')).toMatchObject({ publicKey: PUBLIC_KEY })
  })

  it('takes zones as the region has them', () => {
    const zones = (region: string) =>
      infrastructure(
        `name: x\naws: {deployment: large-hadoop, region: ${region}, api: none, insights: none}\n`,
      ).zones
    expect(zones('ap-northeast-1')).toEqual(['ap-northeast-1a', 'ap-northeast-1c'])
    expect(zones('us-gov-west-1')).toEqual(['us-gov-west-1a', 'us-gov-west-1b'])
  })
})

describe('a file', () => {
  const AWS = 'aws: {deployment: single-server, region: eu-west-1}\n'
  const HOSTS = 'hosts: [{name: m1, address: 10.0.0.1, roles: [master, worker]}]\n'

  it('with hosts and aws serves both', () => {
    const text = `name: x\n${HOSTS}${AWS}`
    expect(infrastructure(text).server).toBeDefined()
    expect(parse(text).hosts).toHaveLength(1)
  })

  it('with aws alone has no cluster yet, and the error says how to get one', () => {
    const { errors, codes } = problemsOf(`name: x\n${AWS}`)
    expect(codes).toEqual(['SPEC_NO_HOSTS_YET 2:1'])
    expect(errors[0]?.details.next).toBe('howdah apply, then howdah inventory --from-terraform --write')
    expect(errors[0]?.exitCode).toBe(10)
  })

  it('with neither is an error', () => {
    expect(problemsOf('name: x\n').codes).toEqual(['SPEC_MISSING_KEY 1:1'])
    expect(problemsOf('name: x\n').errors[0]?.message).toMatch(/hosts is missing, and so is aws/)
  })

  it('is checked quickly for its sections', () => {
    expect(sectionsOf(`name: x\n${AWS}`)).toEqual({ hosts: false, aws: true })
    expect(sectionsOf(`name: x\n${HOSTS}${AWS}`)).toEqual({ hosts: true, aws: true })
    for (const text of ['', '- aws', 'aws', '[['])
      expect(sectionsOf(text)).toEqual({ hosts: false, aws: false })
  })

  it('with an error in aws is refused by both readers', () => {
    const text = `name: x\n${HOSTS}aws: {deployment: single-server, regoin: eu-west-1}\n`
    const codes = ['SPEC_MISSING_KEY 3:6', 'SPEC_UNKNOWN_KEY 3:34']
    expect(problemsOf(text).codes).toEqual(codes)
    expect(problemsOf(text, infrastructure).codes).toEqual(codes)
  })

  it('has relative names resolved against its directory', () => {
    const cluster = parseCluster(`name: x\n${HOSTS}`, '/srv/other/cluster.yml', around)
    expect(cluster.stateDir).toBe('/srv/other/.howdah/x')
  })
})

describe('explain', () => {
  const made = infrastructure(
    `name: x\naws:\n  deployment: large-emr\n  region: eu-west-1\n  api: none\n  insights: none\n  emr: {release: emr-7.4.0}\n`,
  )

  it('shows what is written, and where', () => {
    expect(explainPath('aws.emr.release', made)).toMatchObject({
      value: 'emr-7.4.0',
      default: 'emr-7.13.0',
      source: '/srv/site/cluster.yml:7:18',
    })
  })

  it('shows what was filled in', () => {
    expect(explainPath('aws.zones', made)).toMatchObject({
      value: '["eu-west-1a","eu-west-1b"]',
      source: 'default',
    })
    expect(explainPath('aws.resultStore.engineVersion', made).value).toBe('8.4')
    expect(explainPath('aws.emr.fleets.task.spot', made).value).toBe('4')
    expect(explainPath('aws.emr.sqoop', made).value).toBe('application')
  })

  it('knows every field of aws without a file', () => {
    expect(explainPath('aws.fleet.workers.count')).toMatchObject({ default: '3', type: 'whole number' })
    expect(explainPath('aws.insights.domain')).toMatchObject({ default: 'none: it must be given' })
    expect(() => explainPath('aws.emr.relaese')).toThrow(/neither a field/)
  })
})
