import { describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { withNetmask } from '../../stacks/constructs/emr/master-store.ts'
import { sqoopArguments } from '../../stacks/constructs/emr/steps.ts'
import { LargeEmr } from '../../stacks/deployments/large-emr.ts'
import { SmallEmr } from '../../stacks/deployments/small-emr.ts'
import { statementsOf } from './support/emr.ts'
import { anEmr, largeEmr, smallEmr } from './support/infrastructures.ts'
import { deployed, type Template } from './support/template.ts'

const small = (emr: Partial<Infrastructure['emr']> = {}): Template => {
  if (smallEmr.emr === undefined) throw new Error('the fixture has no EMR')
  const infrastructure = { ...smallEmr, emr: { ...smallEmr.emr, ...emr } }
  return deployed((app) => new SmallEmr(app, 'small', infrastructure), 'small')
}
const large = (infrastructure: Partial<Infrastructure> = {}): Template =>
  deployed((app) => new LargeEmr(app, 'large', { ...largeEmr, ...infrastructure }), 'large')

interface Step {
  readonly name: string
  readonly action_on_failure: string
  readonly hadoop_jar_step: readonly [{ readonly jar: string; readonly args: readonly string[] }]
}
const steps = (template: Template): Step[] => template.only('aws_emr_cluster').step as Step[]
const argument = (step: Step | undefined, flag: string): string | undefined => {
  const args = step?.hadoop_jar_step[0].args ?? []
  return args[args.indexOf(flag) + 1]
}

describe('small-emr', () => {
  it('has a cluster and no server, database or load balancer beside it', () => {
    const template = small()
    expect(template.only('aws_emr_cluster')).toMatchObject({
      master_instance_group: { instance_count: 1 },
      core_instance_group: { instance_count: 1 },
    })
    const absent = ['aws_instance', 'aws_db_instance', 'aws_lb', 'aws_autoscaling_group', 'aws_iam_user']
    expect(template.types().filter((type) => absent.includes(type))).toEqual([])
  })

  it('opens no port to addresses but SSH: API and Insights are reached through a tunnel', () => {
    const ports = Object.values(small().resources('aws_vpc_security_group_ingress_rule'))
      .filter((rule) => rule.cidr_ipv4 !== undefined && rule.cidr_ipv4 !== '10.20.0.0/16')
      .map((rule) => `${rule.cidr_ipv4} ${rule.from_port}`)
    expect(ports).toEqual(['203.0.113.7/32 22'])
  })

  it('installs Sqoop, then makes the result store, from scripts that lie in the bucket first', () => {
    const template = small()
    const [sqoop, store] = steps(template)
    for (const step of [sqoop, store]) {
      expect(step?.action_on_failure).toBe('TERMINATE_CLUSTER')
      expect(step?.hadoop_jar_step[0].jar).toBe(
        's3://eu-west-1.elasticmapreduce/libs/script-runner/script-runner.jar',
      )
    }
    expect(sqoop?.hadoop_jar_step[0].args[0]).toMatch(/^s3:\/\/.*\/scripts\/install-sqoop$/)
    expect(store?.hadoop_jar_step[0].args[0]).toMatch(/^s3:\/\/.*\/scripts\/result-store$/)
    expect(argument(store, '--network')).toBe('10.20.0.0/255.255.0.0')
    expect(argument(store, '--database')).toBe('reports')
    const waits = template.only('aws_emr_cluster').depends_on as string[]
    expect(waits.filter((one) => /^aws_(s3_object|secretsmanager_secret)\./.test(one))).toHaveLength(4)
  })

  it('keeps no password in Terraform: two empty secrets, which only the nodes fill', () => {
    const template = small()
    const secrets = template.resources('aws_secretsmanager_secret')
    expect(
      Object.values(secrets)
        .map((secret) => secret.name)
        .sort(),
    ).toEqual(['insights/result-store/api', 'insights/result-store/pipeline'])
    for (const secret of Object.values(secrets)) expect(secret.kms_key_id).toMatch(/aws_kms_key/)
    expect(template.types()).not.toContain('aws_secretsmanager_secret_version')
    const arns = Object.keys(secrets).map((id) => `\${aws_secretsmanager_secret.${id}.arn}`)
    const allowed = statementsOf(template, 'insights-emr-node').ResultStoreSecrets
    expect([...(allowed?.Resource ?? [])].sort()).toEqual(arns.sort())
    expect(
      [
        argument(steps(template)[1], '--pipeline-secret'),
        argument(steps(template)[1], '--api-secret'),
      ].sort(),
    ).toEqual(arns)
  })

  it('lets the scheduler on the master find the cluster', () => {
    expect(statementsOf(small(), 'insights-emr-node').FindCluster?.Action).toContain(
      'elasticmapreduce:ListClusters',
    )
  })

  it('lets master and core nodes read the LMS', () => {
    const rules = small().having('aws_vpc_security_group_egress_rule', {
      cidr_ipv4: '10.40.0.0/16',
      from_port: 3306,
    })
    expect(rules.map((rule) => String(rule.security_group_id).replace(/_group_.*/, '')).sort()).toEqual([
      '${aws_security_group.emr_groups_core',
      '${aws_security_group.emr_groups_master',
    ])
  })

  it('has outputs for the cluster and its result store', () => {
    const template = small()
    const [id] = Object.keys(template.resources('aws_emr_cluster'))
    const dns = `\${aws_emr_cluster.${id}.master_public_dns}`
    expect(template.output('howdah')).toMatchObject({
      deployment: 'small-emr',
      ssh: { user: 'hadoop' },
      emr: { jobFlowId: `\${aws_emr_cluster.${id}.id}`, masterPublicDns: dns, release: 'emr-7.13.0' },
      resultStore: { address: dns, port: 3306, database: 'reports', secretArn: '' },
    })
    expect(template.output('master_address')).toBe(dns)
  })

  it('uploads files of the operator before the cluster, from where they are', () => {
    const uploads = [{ file: '/srv/site/certs.zip', key: 'tls/certs.zip' }]
    const template = deployed((app) => new SmallEmr(app, 'small', { ...smallEmr, uploads }), 'small')
    const [id, object] =
      Object.entries(template.resources('aws_s3_object')).find(([, one]) => one.key === 'tls/certs.zip') ?? []
    expect(object).toMatchObject({
      source: expect.stringMatching(/^\.\.\/.*\/srv\/site\/certs\.zip$/),
      source_hash: expect.stringMatching(/^\$\{filesha256\("\.\.\/.*certs\.zip"\)\}$/),
      kms_key_id: expect.stringContaining('aws_kms_key'),
    })
    expect(template.only('aws_emr_cluster').depends_on).toContain(`aws_s3_object.${id}`)
  })

  it('without Hive has no result store, and nothing that only a store needs', () => {
    const template = small({ applications: [{ name: 'Hadoop', args: [] }] } as Partial<Infrastructure['emr']>)
    expect(template.output('howdah')).toMatchObject({ resultStore: '${null}' })
    expect(template.output('result_store_address')).toBe('')
    expect(template.resources('aws_secretsmanager_secret')).toEqual({})
    expect(JSON.stringify(template.only('aws_emr_cluster').step)).not.toContain('Result store')
    expect(JSON.stringify(template.resources('aws_iam_role_policy'))).not.toContain('ResultStoreSecrets')
  })

  it.each([
    ['autoTermination', { autoTerminationSeconds: 600 }, /autoTermination with small-emr/],
    [
      'three masters',
      {
        capacity: {
          ...smallEmr.emr?.capacity,
          master: { type: 'm5.xlarge', count: 3, market: 'ON_DEMAND', volumes: [] },
        },
      },
      /master\.count is 3/,
    ],
  ] as const)('refuses %s, which a master with a result store cannot be with', (_, emr, message) => {
    expect(() => small(emr as Partial<Infrastructure['emr']>)).toThrow(message)
  })
})

describe('large-emr', () => {
  it('has the cluster in public subnets, and everything else in private ones', () => {
    const template = large()
    const [subnet] = Object.keys(template.resources('aws_subnet')).filter((id) => id.includes('public-1'))
    expect(template.only('aws_emr_cluster').ec2_attributes).toMatchObject({
      subnet_id: `\${aws_subnet.${subnet}.id}`,
    })
    expect(template.only('aws_instance')).toMatchObject({
      associate_public_ip_address: false,
      subnet_id: expect.stringContaining('private'),
    })
    expect(template.only('aws_db_instance')).toMatchObject({ publicly_accessible: false })
    for (const group of Object.values(template.resources('aws_autoscaling_group')))
      expect(JSON.stringify(group.vpc_zone_identifier)).toContain('private')
    expect(Object.keys(template.resources('aws_lb'))).toHaveLength(2)
  })

  it('lets only master, core nodes, scheduler and Data API connect to the result store', () => {
    const into = large()
      .having('aws_vpc_security_group_ingress_rule', { from_port: 3306 })
      .map((rule) =>
        String(rule.referenced_security_group_id ?? rule.cidr_ipv4).replace(/_[0-9A-F]{8}\.id}$/, ''),
      )
    expect(into.sort()).toEqual(
      ['emr_groups_master_group', 'emr_groups_core_group', 'scheduler_group', 'api_servers_group']
        .map((id) => `\${aws_security_group.${id}`)
        .sort(),
    )
  })

  it('lets the scheduler log in to the master, find the cluster, and nodes read the LMS', () => {
    const template = large()
    const ssh = template.having('aws_vpc_security_group_ingress_rule', {
      from_port: 22,
      description: 'The scheduler starts tasks on the master',
    })
    expect(ssh).toMatchObject([{ security_group_id: expect.stringContaining('emr_groups_master') }])
    expect(Object.keys(statementsOf(template, 'insights-scheduler'))).toEqual([
      'FindCluster',
      'DescribeOwnCluster',
    ])
    expect(
      template.having('aws_vpc_security_group_egress_rule', { cidr_ipv4: '10.40.0.0/16', from_port: 3306 }),
    ).toHaveLength(2)
  })

  it('has no result store on the master, and outputs for everything', () => {
    const template = large()
    expect(steps(template).map((step) => step.name)).toEqual(['Install Sqoop 1.4.7'])
    expect(template.types()).not.toContain('aws_secretsmanager_secret')
    expect(template.output('howdah')).toMatchObject({
      deployment: 'large-emr',
      hosts: [{ name: 'insights-scheduler', roles: ['scheduler'] }],
      resultStore: { port: 3306, database: 'reports', secretArn: expect.stringContaining('aws_db_instance') },
      emr: { release: 'emr-7.13.0' },
      endpoints: { api: 'https://api.analytics.example.org', insights: 'https://insights.example.org' },
    })
  })

  it('needs none of the parts outside of the cluster', () => {
    const { resultStore: _, scheduler: _s, api: _a, insights: _i, ...bare } = largeEmr
    const template = deployed((app) => new LargeEmr(app, 'bare', bare), 'bare')
    expect(template.output('howdah')).toMatchObject({
      hosts: [],
      // Terraform reads a lone null in braces as null.
      resultStore: '${null}',
      endpoints: { api: '', insights: '' },
    })
    expect(template.types()).not.toContain('aws_lb')
  })

  it('stays apart from security groups of the account', () => {
    const template = large({ emr: { ...anEmr, managedSecurityGroups: { master: 'sg-1', core: 'sg-2' } } })
    const touched = JSON.stringify(template.json).match(/"sg-[12]"/g)
    expect(touched).toEqual(['"sg-1"', '"sg-2"'])
  })
})

describe('arguments of the scripts', () => {
  it('name a network as MariaDB does', () => {
    expect(withNetmask('10.20.0.0/16')).toBe('10.20.0.0/255.255.0.0')
    expect(withNetmask('192.168.4.0/22')).toBe('192.168.4.0/255.255.252.0')
    expect(withNetmask('10.0.0.0/8')).toBe('10.0.0.0/255.0.0.0')
    expect(withNetmask('10.1.2.3/32')).toBe('10.1.2.3/255.255.255.255')
  })

  it('bring Sqoop what Hadoop 3 lacks, from beside a driver in S3, or from Maven Central', () => {
    const args = (change: Partial<typeof anEmr>) => sqoopArguments({ ...anEmr, ...change })
    expect(args({}).slice(0, 6)).toEqual([
      '--version',
      '1.4.7',
      '--tarball',
      anEmr.sqoop.tarball,
      '--digest',
      'a'.repeat(128),
    ])
    expect(args({})).toContain(
      'https://repo1.maven.org/maven2/commons-lang/commons-lang/2.6/commons-lang-2.6.jar',
    )
    const inS3 = args({ sqoop: { ...anEmr.sqoop, driver: 's3://b/jars/d.jar' } })
    expect(inS3).toContain('s3://b/jars/commons-cli-1.5.0.jar')
    expect(inS3.join()).not.toContain('maven')
    expect(args({ release: 'emr-5.36.2' })).not.toContain('--library')
  })

  it("give the release's own Sqoop MySQL's driver, and nothing to one that is not wanted", () => {
    const sqoop = { ...anEmr.sqoop, kind: 'application' } as const
    const template = small({ sqoop })
    expect(steps(template).map((step) => step.name)).toEqual(["Install Sqoop's driver", 'Result store'])
    expect(steps(template)[0]?.hadoop_jar_step[0].args).not.toContain('--tarball')
    expect(steps(small({ sqoop: { ...sqoop, kind: 'none' } })).map((step) => step.name)).toEqual([
      'Result store',
    ])
  })
})
