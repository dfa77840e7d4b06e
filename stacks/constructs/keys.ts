import type { Ground } from '../../provisioners/config/infrastructure/types.ts'
import { Construct, KmsAlias, KmsKey } from '../tf.ts'
import { accountOf } from './account.ts'
import { dnsSuffixOf, partitionOf } from './arns.ts'
import { type PolicyStatement, policyOf } from './policy.ts'
import type { KeyPlaces } from './references.ts'

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
      // Without it nobody could ever change the key again; IAM policies of the account decide from here on.
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
      // The service-linked role is named in a condition: as a principal it would have to be there already,
      // and an account that never had an auto-scaling group has none.
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

/** The deployment's own key, turned over every year. */
export class Keys extends Construct {
  readonly places: KeyPlaces
  readonly key: KmsKey

  constructor(scope: Construct, id: string, ground: Pick<Ground, 'name' | 'region'>) {
    super(scope, id)
    this.key = new KmsKey(this, 'key', {
      description: `Howdah ${ground.name}: disks, databases, buckets, logs`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyOf(statementsOf(accountOf(this), ground.region)),
      tags: { Name: ground.name },
    })
    new KmsAlias(this, 'alias', { name: `alias/howdah/${ground.name}`, targetKeyId: this.key.keyId })
    this.places = { keyArn: this.key.arn }
  }
}
