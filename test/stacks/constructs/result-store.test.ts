import { describe, expect, it } from 'vitest'
import type { InfrastructureDatabase } from '../../../provisioners/config/infrastructure/types.ts'
import { ResultStore } from '../../../stacks/constructs/result-store/index.ts'
import { RuledGroup } from '../../../stacks/constructs/security-group.ts'
import { aDatabase, largeHadoop } from '../support/infrastructures.ts'
import { aKey, aNetwork } from '../support/references.ts'
import { synthesised } from '../support/template.ts'

const store = (change: Partial<InfrastructureDatabase> = {}) =>
  synthesised((scope) => {
    const made = new ResultStore(scope, 'results', {
      infrastructure: largeHadoop,
      database: { ...aDatabase, ...change },
      network: aNetwork,
      key: aKey,
      host: { image: 'ami-0123456789abcdef0', keyName: 'insights' },
    })
    const api = new RuledGroup(scope, 'api', { name: 'api', vpcId: 'vpc-1', description: 'servers' })
    made.admit('api', api, 'The Data API reads results')
  })

const parameters = (template: ReturnType<typeof store>): Record<string, string> =>
  Object.fromEntries(
    (template.only('aws_db_parameter_group').parameter as { name: string; value: string }[]).map((p) => [
      p.name,
      p.value,
    ]),
  )

describe('a result store on RDS', () => {
  it('is private, encrypted with the key, and Extended Support is refused', () => {
    expect(store().only('aws_db_instance')).toMatchObject({
      identifier: 'insights-results',
      engine: 'mysql',
      engine_version: '8.4',
      engine_lifecycle_support: 'open-source-rds-extended-support-disabled',
      auto_minor_version_upgrade: true,
      publicly_accessible: false,
      storage_encrypted: true,
      kms_key_id: aKey.keyArn,
      allocated_storage: 100,
      max_allocated_storage: 500,
      multi_az: true,
      backup_retention_period: 14,
      deletion_protection: true,
      copy_tags_to_snapshot: true,
      ca_cert_identifier: 'rds-ca-rsa2048-g1',
      iam_database_authentication_enabled: true,
      enabled_cloudwatch_logs_exports: ['error', 'slowquery'],
      monitoring_interval: 60,
      performance_insights_enabled: true,
      performance_insights_kms_key_id: aKey.keyArn,
    })
    expect(store().only('aws_db_subnet_group').subnet_ids).toEqual(['subnet-priv-a', 'subnet-priv-b'])
  })

  it('has a master password that is only in Secrets Manager', () => {
    const instance = store().only('aws_db_instance')
    expect(instance).toMatchObject({
      manage_master_user_password: true,
      master_user_secret_kms_key_id: aKey.keyArn,
      username: 'howdah',
    })
    for (const field of ['password', 'password_wo', 'db_name']) expect(instance).not.toHaveProperty(field)
  })

  it.each([
    ['utf8mb3', '8.4', 'utf8mb3', 'mysql8.4'],
    ['utf8mb4', '8.4.10', 'utf8mb4', 'mysql8.4'],
    ['utf8mb3', '5.7', 'utf8', 'mysql5.7'],
  ] as const)('%s on MySQL %s has the binary collation', (charset, engineVersion, word, family) => {
    const template = store({ charset, engineVersion })
    expect(template.only('aws_db_parameter_group')).toMatchObject({ family })
    expect(parameters(template)).toMatchObject({
      character_set_server: word,
      collation_server: `${word}_bin`,
    })
  })

  it('requires TLS by a number, and does not when cluster.yml says so', () => {
    expect(parameters(store()).require_secure_transport).toBe('1')
    expect(parameters(store({ requireTls: false })).require_secure_transport).toBe('0')
  })

  it('replaces its parameter group without a gap, since another family is another group', () => {
    expect(store().only('aws_db_parameter_group')).toMatchObject({
      name_prefix: 'insights-results-',
      lifecycle: { create_before_destroy: true },
    })
  })

  it('leaves a version that was named to the patch where it is', () => {
    expect(store({ engineVersion: '8.4.10' }).only('aws_db_instance')).toMatchObject({
      engine_version: '8.4.10',
      auto_minor_version_upgrade: false,
    })
  })

  it('ends in a snapshot whose name no earlier store of this name took', () => {
    const instance = store().only('aws_db_instance')
    expect(instance.skip_final_snapshot).toBe(false)
    expect(instance.final_snapshot_identifier).toMatch(
      /^insights-results-final-\$\{formatdate\(.*timestamp\(\)\)\}$/,
    )
    expect(instance.lifecycle).toEqual({ ignore_changes: ['final_snapshot_identifier'] })
  })

  it('has no Performance Insights where RDS has none', () => {
    const small = store({ instanceType: 'db.t4g.small' }).only('aws_db_instance')
    expect(small).not.toHaveProperty('performance_insights_enabled')
    expect(store({ instanceType: 'db.t4g.medium' }).only('aws_db_instance')).toMatchObject({
      performance_insights_enabled: true,
    })
  })

  it('does not grow when the limit is its size', () => {
    expect(store({ maxStorageGb: 100 }).only('aws_db_instance')).not.toHaveProperty('max_allocated_storage')
  })

  it('admits the named clients, by group, at the port of MySQL, and has no egress', () => {
    const template = store()
    const ingress = Object.values(template.resources('aws_vpc_security_group_ingress_rule'))
    expect(ingress).toHaveLength(1)
    expect(ingress[0]).toMatchObject({
      from_port: 3306,
      to_port: 3306,
      description: 'The Data API reads results',
    })
    expect(ingress[0]).not.toHaveProperty('cidr_ipv4')
    const egress = Object.values(template.resources('aws_vpc_security_group_egress_rule'))
    expect(egress).toHaveLength(1)
    expect(egress[0]?.security_group_id).toBe(ingress[0]?.referenced_security_group_id)
    expect(egress[0]?.referenced_security_group_id).toBe(ingress[0]?.security_group_id)
  })

  it('keeps its logs for a year, encrypted, in groups that are created before the instance', () => {
    const template = store()
    const groups = Object.values(template.resources('aws_cloudwatch_log_group'))
    expect(groups.map((group) => group.name)).toEqual([
      '/aws/rds/instance/insights-results/error',
      '/aws/rds/instance/insights-results/slowquery',
    ])
    for (const group of groups)
      expect(group).toMatchObject({ retention_in_days: 365, kms_key_id: aKey.keyArn })
    expect(template.only('aws_db_instance').depends_on).toHaveLength(2)
  })
})

describe('a result store on a host', () => {
  const template = store({ kind: 'host', instanceType: 'm7i.large' })

  it('is one private server whose disk outlives it, and no RDS', () => {
    expect(template.types()).not.toContain('aws_db_instance')
    expect(template.only('aws_instance')).toMatchObject({
      instance_type: 'm7i.large',
      associate_public_ip_address: false,
      subnet_id: 'subnet-priv-a',
      key_name: 'insights',
      disable_api_termination: true,
      root_block_device: { volume_size: 120, encrypted: true, delete_on_termination: false },
    })
  })

  it('opens MySQL to the named group alone, and SSH to operators', () => {
    const rules = Object.values(template.resources('aws_vpc_security_group_ingress_rule'))
    expect(rules.map((rule) => [rule.from_port, rule.cidr_ipv4]).sort()).toEqual([
      [22, '203.0.113.7/32'],
      [3306, undefined],
    ])
  })
})
