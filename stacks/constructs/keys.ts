import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { Construct, DataAwsKmsAlias, KmsAlias, KmsKey } from '../tf.ts'
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
  const launchers = ['autoscaling', 'spot'].map(
    (service) => `arn:${partition}:iam::${account}:role/aws-service-role/${service}.amazonaws.com/*`,
  )
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
      // Auto-scaling and Spot start instances with encrypted disks. Their service-linked roles are in a condition: a
      // principal must exist already, and a new account has neither role.
      Sid: 'LaunchingServices',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [...USE, 'kms:CreateGrant'],
      Resource: '*',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': launchers },
        StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `ec2.${region}.amazonaws.com` },
      },
    },
  ]
}

/**
 * The key of a deployment: an existing one that cluster.yml names, or its own, rotated every year. What is written to
 * S3 can be read for as long as the key exists, so nothing but a destroy of the whole deployment deletes it.
 */
export class Keys extends Construct {
  readonly references: KeyReferences

  constructor(
    scope: Construct,
    id: string,
    infrastructure: Pick<Infrastructure, 'name' | 'region' | 'keyId'>,
  ) {
    super(scope, id)
    const { keyId } = infrastructure
    this.references = { keyArn: keyId === undefined ? this.own(infrastructure) : this.existing(keyId) }
  }

  private existing(keyId: string): string {
    if (keyId.startsWith('arn:')) return keyId
    return new DataAwsKmsAlias(this, 'existing', { name: keyId }).targetKeyArn
  }

  private own({ name, region }: Pick<Infrastructure, 'name' | 'region'>): string {
    const key = new KmsKey(this, 'key', {
      description: `Howdah ${name}: disks, databases, buckets, logs`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyOf(statementsOf(accountOf(this), region)),
      tags: { Name: name },
      lifecycle: { preventDestroy: true },
    })
    new KmsAlias(this, 'alias', { name: `alias/howdah/${name}`, targetKeyId: key.keyId })
    return key.arn
  }
}
