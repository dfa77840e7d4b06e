import { describe, expect, it } from 'vitest'
import { Buckets } from '../../../stacks/constructs/buckets/index.ts'
import { fleetOf } from '../../../stacks/constructs/emr/capacity.ts'
import { ManagedStore } from '../../../stacks/constructs/result-store/managed.ts'
import { emrTemplate } from '../support/emr.ts'
import { aDatabase, largeEmr } from '../support/infrastructures.ts'
import { aKey, aNetwork } from '../support/references.ts'
import { synthesised } from '../support/template.ts'

describe('what AWS would refuse at the first apply', () => {
  it('is not in a fleet: a price excludes the percentage that the provider adds by default', () => {
    const fleet = fleetOf('task', {
      ...{ onDemandCapacity: 0, spotCapacity: 4, timeoutMinutes: 15 },
      ...{ onTimeout: 'SWITCH_TO_ON_DEMAND', allocation: 'price-capacity-optimized' },
      types: [
        { type: 'm5.xlarge', weight: 1, bidPrice: '0.09', volumes: [] },
        { type: 'm5a.xlarge', weight: 1, bidPricePercent: 80, volumes: [] },
      ],
    })
    expect(fleet.instanceTypeConfigs).toMatchObject([
      { bidPrice: '0.09', bidPriceAsPercentageOfOnDemandPrice: 0 },
      { bidPriceAsPercentageOfOnDemandPrice: 80 },
    ])
  })

  it('is not the name of a bucket: a default name has the id of the account', () => {
    const bucket = (name: string) => ({ name, account: true as const, existing: false, prefix: '' })
    const long = `${'a'.repeat(40)}-eu-west-1`
    const template = synthesised(
      (scope) =>
        new Buckets(scope, 'buckets', {
          infrastructure: { ...largeEmr, logs: bucket(`${long}`), configuration: bucket('insights-config') },
          ...{ key: aKey, scripts: false },
        }),
    )
    const account = '${data.aws_caller_identity.account.account_id}'
    const names = Object.values(template.resources('aws_s3_bucket')).map(({ bucket }) => String(bucket))
    expect(names).toHaveLength(3)
    for (const name of names) {
      expect(name.endsWith(`-${account}`)).toBe(true)
      expect(name.replace(account, '0'.repeat(12)).length).toBeLessThanOrEqual(63)
    }
    expect(new Set(names).size).toBe(3)
  })

  it('is not a key for logs on a release that cannot encrypt them', () => {
    const key = (release: string) =>
      emrTemplate({ release }).only('aws_emr_cluster').log_encryption_kms_key_id
    expect(key('emr-5.29.0')).toBeUndefined()
    expect(key('emr-5.30.0')).toBeDefined()
  })
})

describe('a database', () => {
  const made = (majorUpgrade?: boolean) =>
    synthesised(
      (scope) =>
        new ManagedStore(scope, 'store', {
          ...{ infrastructure: largeEmr, network: aNetwork, key: aKey },
          database: { ...aDatabase, ...(majorUpgrade === undefined ? {} : { majorUpgrade }) },
        }),
    ).only('aws_db_instance')

  it('changes at once, and to another major version only where that was asked for', () => {
    expect(made().apply_immediately).toBe(true)
    expect(made().allow_major_version_upgrade).toBeUndefined()
    expect(made(true).allow_major_version_upgrade).toBe(true)
  })
})
