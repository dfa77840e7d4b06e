import { describe, expect, it } from 'vitest'
import type { Infrastructure, InfrastructureEmr } from '../../provisioners/config/infrastructure/types.ts'
import { SmallEmr } from '../../stacks/deployments/small-emr.ts'
import { statementsOf } from './support/emr.ts'
import { anEmr, smallEmr } from './support/infrastructures.ts'
import { deployed } from './support/template.ts'

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/0aa'
const warehouse = { name: 'acme-warehouse', prefix: 'edx', write: true }

/** How one of two clusters, in a stack of its own, encrypts what it writes and which keys its nodes may use. */
const cluster = (name: string, change: Partial<Infrastructure>) => {
  const infrastructure = { ...smallEmr, ...change, name, dataBuckets: [warehouse] }
  const template = deployed((app) => new SmallEmr(app, name, infrastructure), name)
  const { configuration } = template.only('aws_emr_security_configuration')
  const { AtRestEncryptionConfiguration } = JSON.parse(String(configuration)).EncryptionConfiguration
  const statements = statementsOf(template, `${name}-emr-node`)
  return {
    written: AtRestEncryptionConfiguration.S3EncryptionConfiguration,
    disks: AtRestEncryptionConfiguration.LocalDiskEncryptionConfiguration.AwsKmsKey,
    mayUse: statements.UseKey,
    mayRead: statements.ReadData1?.Resource,
    mayWrite: statements.WriteData1?.Resource,
  }
}

const emr = (security: InfrastructureEmr['security']): InfrastructureEmr => ({
  ...(smallEmr.emr ?? anEmr),
  security,
})

describe('two clusters at a time, each in a stack of its own, read what the other wrote', () => {
  it("with a key of the operator's, which both may use", () => {
    const [a, b] = ['monday', 'tuesday'].map((name) => cluster(name, { keyId: KEY }))
    for (const one of [a, b]) {
      expect(one?.written).toEqual({ EncryptionMode: 'SSE-KMS', AwsKmsKey: KEY })
      expect(one?.mayUse?.Resource).toBe(KEY)
      expect(one?.mayUse?.Action).toContain('kms:Decrypt')
    }
    expect(a?.mayWrite).toEqual(b?.mayRead)
  })

  it("with S3's own key, for which no right is needed", () => {
    const a = cluster('monday', { emr: emr({ atRest: true, s3: 'sse-s3' }) })
    expect(a.written).toEqual({ EncryptionMode: 'SSE-S3' })
    expect(a.disks).toMatch(/aws_kms_key/)
    expect(a.mayRead).toEqual(['arn:aws:s3:::acme-warehouse/edx', 'arn:aws:s3:::acme-warehouse/edx/*'])
  })

  it('but not with the key that each has by default', () => {
    const { written } = cluster('monday', {})
    expect(written.AwsKmsKey).toMatch(/aws_kms_key/)
  })
})
