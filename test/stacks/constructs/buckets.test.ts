import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { InfrastructureBucket } from '../../../provisioners/config/infrastructure/types.ts'
import { Bucket, type BucketOptions } from '../../../stacks/constructs/buckets/bucket.ts'
import { Buckets, scriptNames } from '../../../stacks/constructs/buckets/index.ts'
import { largeEmr } from '../support/infrastructures.ts'
import { synthesised, type Template } from '../support/template.ts'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/one'

const built = (change: Partial<typeof largeEmr> = {}, scripts = false) => {
  let buckets: Buckets | undefined
  const template = synthesised((scope) => {
    buckets = new Buckets(scope, 'buckets', {
      infrastructure: { ...largeEmr, ...change },
      key: { keyArn: KEY },
      scripts,
    })
  })
  if (buckets === undefined) throw new Error('no buckets')
  return { template, buckets }
}

const single = (change: Partial<BucketOptions>): Template =>
  synthesised(
    (scope) =>
      new Bucket(scope, 'one', {
        infrastructure: largeEmr,
        name: 'one-example',
        key: { keyArn: KEY },
        oldVersionDays: 30,
        ...change,
      }),
  )

const statements = (template: Template) =>
  JSON.parse(String(template.only('aws_s3_bucket_policy').policy)).Statement

describe('a bucket', () => {
  it('is closed to the public, encrypted with the key, versioned, and its owner owns all of it', () => {
    const template = single({})
    expect(template.only('aws_s3_bucket_public_access_block')).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    })
    expect(template.only('aws_s3_bucket_server_side_encryption_configuration').rule).toEqual([
      {
        apply_server_side_encryption_by_default: { kms_master_key_id: KEY, sse_algorithm: 'aws:kms' },
        bucket_key_enabled: true,
      },
    ])
    expect(template.only('aws_s3_bucket_versioning')).toMatchObject({
      versioning_configuration: { status: 'Enabled' },
    })
    expect(template.only('aws_s3_bucket_ownership_controls')).toMatchObject({
      rule: { object_ownership: 'BucketOwnerEnforced' },
    })
    expect(template.only('aws_s3_bucket').force_destroy).toBeUndefined()
  })

  it('refuses requests without TLS, and gives no access', () => {
    const [tls, ...more] = statements(single({}))
    expect(tls).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
    expect(more).toEqual([])
  })

  it('lets old versions and broken uploads go, and objects only where days are given', () => {
    const rules = (template: Template) =>
      template.only('aws_s3_bucket_lifecycle_configuration').rule as Record<string, unknown>[]
    expect(rules(single({}))[0]).toMatchObject({
      status: 'Enabled',
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      noncurrent_version_expiration: [{ noncurrent_days: 30 }],
    })
    expect(rules(single({}))[0]?.expiration).toBeUndefined()
    expect(rules(single({ expireDays: 365 }))[0]?.expiration).toEqual([{ days: 365 }])
  })

  it.each([
    ['load-balancers', 'logdelivery.elasticloadbalancing.amazonaws.com', 'aws:SourceArn'],
    ['s3', 'logging.s3.amazonaws.com', 'aws:SourceAccount'],
  ] as const)(
    'takes deliveries of %s from this account, and lets them do nothing else',
    (delivery, service, by) => {
      const [, allow] = statements(single({ delivery }))
      expect(allow).toMatchObject({
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 's3:PutObject',
      })
      expect(JSON.stringify(allow.Condition)).toContain(by)
      expect(JSON.stringify(allow.Condition)).toContain('${data.aws_caller_identity.account.account_id}')
    },
  )

  it("without a key is encrypted with S3's own, as deliveries of logs need", () => {
    const template = synthesised(
      (scope) =>
        new Bucket(scope, 'one', { infrastructure: largeEmr, name: 'one-example', oldVersionDays: 30 }),
    )
    expect(template.only('aws_s3_bucket_server_side_encryption_configuration').rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } },
    ])
  })

  it('is kept from being destroyed when asked', () => {
    expect(single({ preventDestroy: true }).only('aws_s3_bucket').lifecycle).toEqual({
      prevent_destroy: true,
    })
  })
})

describe('the buckets of a deployment', () => {
  const there: InfrastructureBucket = { name: 'shared', existing: true, prefix: 'analytics/logs' }

  it('are logs, configuration, and the record of who reads them', () => {
    const { template, buckets } = built()
    expect(Object.values(template.resources('aws_s3_bucket')).map((b) => b.bucket)).toEqual([
      'insights-logs-example-access',
      'insights-config-example',
      'insights-logs-example',
    ])
    expect(Object.values(template.resources('aws_s3_bucket_logging')).map((l) => l.target_prefix)).toEqual([
      'configuration/',
      'logs/',
    ])
    expect(buckets.logs.uri).toMatch(/^s3:\/\/[^/]+$/)
  })

  it('are only referred to when they exist', () => {
    const { template, buckets } = built({ logs: there, configuration: { ...there, prefix: '' } })
    expect(template.types()).toEqual([])
    expect(buckets.logs).toMatchObject({
      name: 'shared',
      arn: 'arn:aws:s3:::shared',
      uri: 's3://shared/analytics/logs',
    })
    expect(buckets.configuration.uri).toBe('s3://shared')
  })

  it('have the scripts below the prefix, encrypted, and return the URI of each', () => {
    const { template, buckets } = built(
      { configuration: { name: 'insights-config-example', existing: false, prefix: 'deep/down' } },
      true,
    )
    const objects = Object.values(template.resources('aws_s3_object'))
    expect(objects.map((o) => o.key).sort()).toEqual(scriptNames().map((name) => `deep/down/scripts/${name}`))
    expect(objects.length).toBeGreaterThan(0)
    for (const object of objects) {
      expect(object.kms_key_id).toBe(KEY)
      expect(object.source).toMatch(/^assets\/[^/]+\/[0-9A-F]+\/[^/]+$/)
      expect(object.source_hash).toBe(String(object.source).split('/')[2])
    }
    const [name = ''] = scriptNames()
    expect(buckets.script(name).uri).toMatch(new RegExp(`/deep/down/scripts/${name}$`))
    expect(() => buckets.script('no-such-script')).toThrow(/no script no-such-script/)
    expect(built().template.types()).not.toContain('aws_s3_object')
  })

  it('name every script by its own text', () => {
    for (const name of scriptNames())
      expect(readFileSync(new URL(`../../../stacks/scripts/${name}`, import.meta.url), 'utf8')).toMatch(/^#!/)
  })
})
