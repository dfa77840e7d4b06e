import { describe, expect, it } from 'vitest'
import { dataLostWith, protectionsOf, unlockedText } from '../../stacks/terraform/protections.ts'
import { parseStack } from '../../stacks/terraform/synthesised.ts'

const LOCKED = JSON.stringify({
  resource: {
    aws_db_instance: { store: { deletion_protection: true } },
    aws_emr_cluster: { c: { termination_protection: true } },
    aws_lb: { b: { enable_deletion_protection: true }, free: { enable_deletion_protection: false } },
    aws_instance: { m: { disable_api_termination: true }, s: {} },
    aws_ebs_volume: { v: { size: 10, lifecycle: { prevent_destroy: true, ignore_changes: ['size'] } } },
    aws_s3_bucket: { logs: {}, emptied: { force_destroy: true } },
    aws_vpc: { v: {} },
  },
  data: { aws_s3_bucket: { given: {} } },
})
const stack = parseStack('s', LOCKED)

describe('what refuses to be destroyed', () => {
  it('is named, each with its reason, and nothing else', () => {
    expect(
      protectionsOf(stack).map(({ address, why }) => [address, why.split(' ').slice(0, 2).join(' ')]),
    ).toEqual([
      ['aws_db_instance.store', 'RDS deletion'],
      ['aws_emr_cluster.c', 'EMR termination'],
      ['aws_lb.b', 'deletion protection'],
      ['aws_instance.m', 'termination protection'],
      ['aws_ebs_volume.v', 'prevent_destroy: it'],
      ['aws_s3_bucket.logs', 'S3 deletes'],
    ])
  })

  it('names the line of cluster.yml where there is one', () => {
    const lines = protectionsOf(stack).flatMap(({ line }) => (line === undefined ? [] : [line]))
    expect(lines).toEqual([
      'aws: {resultStore: {deletionProtection: false}}',
      'aws: {emr: {terminationProtection: false}}',
    ])
  })

  it('is unlocked whole, and nothing else of the stack is changed', () => {
    const text = unlockedText(stack, LOCKED)
    expect(protectionsOf(parseStack('s', text))).toEqual([])
    const json = JSON.parse(text)
    expect(json.resource.aws_ebs_volume.v).toEqual({
      size: 10,
      lifecycle: { prevent_destroy: false, ignore_changes: ['size'] },
    })
    expect(json.resource.aws_vpc).toEqual({ v: {} })
    expect(json.resource.aws_instance.s).toEqual({})
    expect(json.data).toEqual({ aws_s3_bucket: { given: {} } })
  })
})

describe('what is lost with a resource', () => {
  it.each([
    'aws_db_instance.x',
    'aws_ebs_volume.x[0]',
    'aws_instance.x',
    'aws_s3_bucket.x',
    'aws_emr_cluster.x',
    'aws_kms_key.x',
  ])('%s holds data', (address) => expect(dataLostWith(address)).toMatch(/lost|no longer be read/))
  it.each(['aws_vpc.x', 'aws_s3_bucket_policy.x', 'aws_kms_alias.x'])('%s can be made again', (address) =>
    expect(dataLostWith(address)).toBeUndefined(),
  )
})
