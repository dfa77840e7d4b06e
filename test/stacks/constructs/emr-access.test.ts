import { describe, expect, it } from 'vitest'
import { namedObjects } from '../../../stacks/constructs/emr/node-policy.ts'
import { block, emrTemplate, statementsOf } from '../support/emr.ts'
import { anEmr } from '../support/infrastructures.ts'
import type { Template } from '../support/template.ts'

type Rule = Readonly<Record<string, unknown>>
const rules = (template: Template): Rule[] =>
  ['aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'].flatMap((type) =>
    Object.values(template.resources(type)),
  )
const group = (template: Template, kind: string): string => {
  const found = Object.entries(template.resources('aws_security_group')).find(
    ([, made]) => made.name_prefix === `insights-emr-${kind}-`,
  )
  if (found === undefined) throw new Error(`no group ${kind}`)
  return `\${aws_security_group.${found[0]}.id}`
}
const NODE = 'insights-emr-node'
const SERVICE = 'insights-emr-service'

describe("EMR's security groups", () => {
  it('open nothing to addresses but SSH of the operators, on the master', () => {
    const template = emrTemplate()
    const fromAddresses = Object.values(template.resources('aws_vpc_security_group_ingress_rule')).filter(
      (rule) => rule.cidr_ipv4 !== undefined,
    )
    expect(fromAddresses).toMatchObject([
      {
        security_group_id: group(template, 'master'),
        cidr_ipv4: '203.0.113.7/32',
        from_port: 22,
        to_port: 22,
      },
    ])
  })

  it('allow all ports between members, and only the web outside', () => {
    const template = emrTemplate()
    const [master, core] = [group(template, 'master'), group(template, 'core')]
    for (const [from, to] of [
      [master, core],
      [core, master],
      [master, master],
      [core, core],
    ])
      expect(
        template.having('aws_vpc_security_group_egress_rule', {
          security_group_id: from,
          referenced_security_group_id: to,
          ip_protocol: '-1',
        }),
      ).toHaveLength(1)
    const out = Object.values(template.resources('aws_vpc_security_group_egress_rule')).filter(
      (rule) => rule.cidr_ipv4 !== undefined,
    )
    expect(out.map((rule) => `${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}`).sort()).toEqual([
      '0.0.0.0/0 443-443',
      '0.0.0.0/0 443-443',
      '0.0.0.0/0 80-80',
      '0.0.0.0/0 80-80',
    ])
  })

  it("revoke EMR's rules on deletion, give the reason of each rule, and have its tag", () => {
    const template = emrTemplate({ subnets: 'private' })
    const groups = Object.values(template.resources('aws_security_group'))
    expect(groups).toHaveLength(3)
    for (const made of groups) {
      expect(made).toMatchObject({
        revoke_rules_on_delete: true,
        tags: { 'for-use-with-amazon-emr-managed-policies': 'true' },
      })
      expect(made).not.toHaveProperty('ingress')
    }
    // EC2 takes no other characters, apostrophes for one.
    for (const { description } of [...groups, ...rules(template)])
      expect(description).toMatch(/^[\w .:/()#,@[\]+=&;{}!$*-]{3,255}$/)
  })

  it('have a third one in private subnets, for EMR itself', () => {
    const template = emrTemplate({ subnets: 'private' })
    const [master, core, service] = ['master', 'core', 'service'].map((kind) => group(template, kind))
    const attributes = block(template.only('aws_emr_cluster'), 'ec2_attributes')
    expect(attributes).toMatchObject({
      emr_managed_master_security_group: master,
      emr_managed_slave_security_group: core,
      service_access_security_group: service,
      subnet_id: 'subnet-priv-a',
    })
    const admits = (to: unknown, from: unknown, port: number) =>
      template.having('aws_vpc_security_group_ingress_rule', {
        security_group_id: to,
        referenced_security_group_id: from,
        from_port: port,
        to_port: port,
      })
    expect(admits(service, master, 9443)).toHaveLength(1)
    expect(admits(master, service, 8443)).toHaveLength(1)
    expect(admits(core, service, 8443)).toHaveLength(1)
    expect(block(emrTemplate().only('aws_emr_cluster'), 'ec2_attributes')).not.toHaveProperty(
      'service_access_security_group',
    )
  })

  it('are none of ours where the account has its own', () => {
    const given = { master: 'sg-1', core: 'sg-2', service: 'sg-3' }
    const template = emrTemplate({ managedSecurityGroups: given })
    expect(template.types().filter((type) => type.includes('security_group'))).toEqual([])
    expect(block(template.only('aws_emr_cluster'), 'ec2_attributes')).toMatchObject({
      emr_managed_master_security_group: 'sg-1',
      emr_managed_slave_security_group: 'sg-2',
      service_access_security_group: 'sg-3',
    })
  })
})

describe('the roles of a cluster', () => {
  it("give EMR its current policy, and let it pass the nodes' role on and no other", () => {
    const template = emrTemplate()
    const attached = Object.values(template.resources('aws_iam_role_policy_attachment')).map(
      (a) => a.policy_arn,
    )
    expect(attached.sort()).toEqual([
      'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
      'arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2',
    ])
    const [nodeRole] =
      Object.entries(template.resources('aws_iam_role')).find(([, r]) => r.name === NODE) ?? []
    expect(statementsOf(template, SERVICE).PassNodeRole).toMatchObject({
      Action: 'iam:PassRole',
      Resource: `\${aws_iam_role.${nodeRole}.arn}`,
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    })
    expect(template.types()).not.toContain('aws_iam_user')
  })

  it('lend the key for disks only where they are encrypted, and to AWS alone', () => {
    expect(statementsOf(emrTemplate(), SERVICE).LendKeyToDisks).toMatchObject({
      Action: 'kms:CreateGrant',
      Resource: 'arn:aws:kms:eu-west-1:111122223333:key/k',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    })
    const open = statementsOf(emrTemplate({ security: { atRest: false } }), SERVICE)
    expect(Object.keys(open)).toEqual(['PassNodeRole', 'CreateSpotRole'])
  })

  it("let EMR create Spot's service-linked role where the cluster buys Spot, and no other role", () => {
    const { CreateSpotRole } = statementsOf(emrTemplate(), SERVICE)
    expect(CreateSpotRole).toMatchObject({
      Action: 'iam:CreateServiceLinkedRole',
      Resource: 'arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot',
      Condition: { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
    })
    const { task: _, ...onDemand } = anEmr.capacity as Extract<typeof anEmr.capacity, { kind: 'groups' }>
    expect(statementsOf(emrTemplate({ capacity: onDemand }), SERVICE)).not.toHaveProperty('CreateSpotRole')
  })

  it("trust EMR on behalf of this account, and only this region's", () => {
    const [service] = emrTemplate().having('aws_iam_role', { name: SERVICE })
    const [trust] = JSON.parse(String(service?.assume_role_policy)).Statement
    expect(trust).toMatchObject({
      Principal: { Service: 'elasticmapreduce.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': expect.stringContaining('aws_caller_identity') } },
    })
    expect(trust.Condition.ArnLike['aws:SourceArn']).toMatch(/^arn:aws:elasticmapreduce:eu-west-1:/)
  })

  it('let nodes write nothing but logs, and see no cluster but their own', () => {
    const nodes = statementsOf(emrTemplate(), NODE)
    const writing = Object.values(nodes).filter((s) => JSON.stringify(s.Action).includes('s3:Put'))
    expect(writing.map((s) => s.Resource)).toEqual(['arn:aws:s3:::insights-logs-example/emr/*'])
    for (const { Resource, Sid } of Object.values(nodes)) expect([Resource].flat(), Sid).not.toContain('*')
    expect(nodes.DescribeOwnCluster?.Condition).toEqual({
      StringEquals: { 'elasticmapreduce:ResourceTag/Name': 'insights' },
    })
    expect(nodes).not.toHaveProperty('ReadNamed')
  })

  it('let nodes read the objects that cluster.yml names, and no neighbours', () => {
    const emr = {
      ...anEmr,
      bootstrapActions: [{ name: 'b', path: 's3://one/boot.sh', args: ['s3://one/data/'] }],
      steps: [
        {
          name: 's',
          jar: 's3n://two/j.jar',
          args: ['x', '-files'],
          properties: {},
          actionOnFailure: 'CONTINUE',
        },
      ],
      sqoop: { ...anEmr.sqoop, driver: 's3://three/jars/driver.jar' },
      security: { atRest: true, inTransitCertificates: 's3://four/certs.zip' },
    } as const
    expect(namedObjects(emr)).toEqual([
      'four/certs.zip',
      'one/boot.sh',
      'one/data/*',
      'three/jars/commons-cli-1.5.0.jar',
      'three/jars/commons-lang-2.6.jar',
      'three/jars/driver.jar',
      'two/j.jar',
    ])
    expect(statementsOf(emrTemplate(emr), NODE).ReadNamed?.Resource).toContain('arn:aws:s3:::one/boot.sh')
  })

  it('are those of the account where cluster.yml names them', () => {
    const template = emrTemplate({
      serviceRole: 'EMR_DefaultRole_V2',
      instanceProfile: 'EMR_EC2_DefaultRole',
    })
    expect(template.types().filter((type) => type.startsWith('aws_iam'))).toEqual([])
    const made = template.only('aws_emr_cluster')
    expect(made.service_role).toBe('EMR_DefaultRole_V2')
    expect(block(made, 'ec2_attributes').instance_profile).toBe('EMR_EC2_DefaultRole')
  })

  it("pass on the role of a given profile, by the profile's name out of its ARN", () => {
    const template = emrTemplate({ instanceProfile: 'arn:aws:iam::111111111111:instance-profile/team/nodes' })
    const [[id, profile] = []] = Object.entries(template.data('aws_iam_instance_profile'))
    expect(profile?.name).toBe('nodes')
    expect(statementsOf(template, SERVICE).PassNodeRole?.Resource).toBe(
      `\${data.aws_iam_instance_profile.${id}.role_arn}`,
    )
  })
})
