import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { DbInstance, SecurityGroup, type TerraformStack, Vpc } from '../../stacks/tf.ts'
import { checkov, type Skip, stale, weigh } from './support/checkov.ts'
import { scratch, stackDir, synthesise } from './support/small.ts'

// A run takes seconds, more on a busy machine.
vi.setConfig({ testTimeout: 180_000 })

/** A database for everyone, unencrypted, and a group that nothing uses. */
const careless = (stack: TerraformStack): void => {
  const vpc = new Vpc(stack, 'vpc', { cidrBlock: '10.1.0.0/16' })
  new SecurityGroup(stack, 'open', { vpcId: vpc.id })
  stack.addOverride('terraform.required_version', '>= 1.11')
  new DbInstance(stack, 'db', { instanceClass: 'db.m7g.large', publiclyAccessible: true })
}

describe('checkov', () => {
  it('finds what is wrong, by id and resource, and leaves out what the list skips', async () => {
    const dir = stackDir(synthesise({ careless }), 'careless')
    const skip: Skip = { id: 'CKV_AWS_17', resource: 'aws_db_instance.db', reason: 'a reason for this test' }
    const other: Skip = {
      id: 'CKV_AWS_16',
      resource: 'aws_db_instance.other',
      reason: 'a reason for this test',
    }
    const { failed, passed, used } = await checkov(dir, [skip, other])
    const ids = failed.map((finding) => `${finding.id} ${finding.resource}`)
    expect(ids).toContain('CKV_AWS_16 aws_db_instance.db')
    expect(ids).toContain('CKV2_AWS_12 aws_vpc.vpc')
    expect(ids).not.toContain('CKV_AWS_17 aws_db_instance.db')
    expect(passed).toBeGreaterThan(0)
    expect(used).toEqual([skip])
  })

  it('never takes a scan that read nothing for a good one', async () => {
    const empty = scratch()
    await expect(checkov(empty)).rejects.toThrow('ENOENT')
    writeFileSync(join(empty, 'cdk.tf.json'), '{"resource": {"aws_vpc": []}, "variable": {"a": "b"}}')
    await expect(checkov(empty)).rejects.toThrow('checkov could not read')
  })

  it('names the skips that are no longer needed', () => {
    const finding = { id: 'CKV_AWS_18', resource: 'aws_s3_bucket.state' }
    const everywhere: Skip = { id: 'CKV_AWS_18', reason: 'for all' }
    const elsewhere: Skip = { id: 'CKV_AWS_18', resource: '_bucket.(logs|access)', reason: 'for logs' }
    expect(weigh([finding], [elsewhere])).toEqual({ failed: [finding], used: [] })
    expect(weigh([finding], [everywhere])).toEqual({ failed: [], used: [everywhere] })
    const verdicts = [weigh([finding], [everywhere, elsewhere]), weigh([], [everywhere, elsewhere])]
    expect(stale(verdicts, [everywhere, elsewhere])).toEqual([elsewhere])
  })
})
