import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { Construct, KmsAlias, KmsKey } from '../tf.ts'
import { accountOf } from './account.ts'
import { dnsSuffixOf, partitionOf } from './arns.ts'
import { type PolicyStatement, policyOf } from './policy.ts'
import type { KeyReferences } from './references.ts'

const USE = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:DescribeKey',
] as const

const statementsOf = (account: string, region: string): PolicyStatement[] => {
  const partition = partitionOf(region)
  const suffix = dnsSuffixOf(region)
  const logGroups = `arn:${partition}:logs:${region}:${account}:*`
  const autoscaling = `arn:${partition}:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/*`
  return [
    {
      // Without this statement nobody could change the key again. IAM policies of the account decide the rest.
      Sid: 'Account',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Sid: 'LogGroups',
      Effect: 'Allow',
      Principal: { Service: `logs.${region}.${suffix}` },
      Action: USE,
      Resource: '*',
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    },
    {
      // The service-linked role is in a condition: a principal must exist already, and an account that never had an
      // auto-scaling group has no such role.
      Sid: 'AutoScaling',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [...USE, 'kms:CreateGrant'],
      Resource: '*',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': autoscaling },
        StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `ec2.${region}.amazonaws.com` },
      },
    },
  ]
}

/** The deployment's own key, rotated every year. */
export class Keys extends Construct {
  readonly references: KeyReferences
  readonly key: KmsKey

  constructor(scope: Construct, id: string, infrastructure: Pick<Infrastructure, 'name' | 'region'>) {
    super(scope, id)
    this.key = new KmsKey(this, 'key', {
      description: `Howdah ${infrastructure.name}: disks, databases, buckets, logs`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyOf(statementsOf(accountOf(this), infrastructure.region)),
      tags: { Name: infrastructure.name },
    })
    new KmsAlias(this, 'alias', { name: `alias/howdah/${infrastructure.name}`, targetKeyId: this.key.keyId })
    this.references = { keyArn: this.key.arn }
  }
}
