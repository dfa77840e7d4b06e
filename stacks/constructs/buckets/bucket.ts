import type {
  Infrastructure,
  InfrastructureBucket,
} from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import {
  Construct,
  type ITerraformDependable,
  S3Bucket,
  S3BucketLifecycleConfiguration,
  S3BucketLoggingA,
  S3BucketNotification,
  S3BucketOwnershipControls,
  S3BucketPolicy,
  S3BucketPublicAccessBlock,
  S3BucketServerSideEncryptionConfigurationA,
  S3BucketVersioningA,
} from '../../tf.ts'
import { accountOf } from '../account.ts'
import { dnsSuffixOf, partitionOf } from '../arns.ts'
import { type PolicyStatement, policyOf } from '../policy.ts'
import type { BucketReferences, KeyReferences } from '../references.ts'

export interface BucketOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'region'>
  /** The whole name; bucket names are unique in all of AWS. */
  readonly name: string
  /** Absent: S3's own key. AWS's log deliveries cannot write to a bucket that requires a key of the account. */
  readonly key?: KeyReferences
  /** Which service delivers logs here: load balancers, or S3 for the access logs of other buckets. */
  readonly delivery?: 'load-balancers' | 's3'
  /** Where accesses to this bucket are recorded. */
  readonly accessLogs?: { readonly bucket: string; readonly prefix: string }
  /** Days after which objects expire; absent: never. */
  readonly expireDays?: number
  /** Days after which overwritten and deleted versions expire. */
  readonly oldVersionDays: number
  /** Terraform refuses to destroy it. */
  readonly preventDestroy?: boolean
}

/** S3's limit for names, and the length of an account's id with its dash. */
const NAME = 63
const ACCOUNT = 13

/** The name of a bucket that the stack makes, or of one beside it (`more`: access, alb). */
export const bucketName = (
  scope: Construct,
  { name, account }: Pick<InfrastructureBucket, 'name' | 'account'>,
  ...more: readonly string[]
): string =>
  account === true
    ? `${nameWithin(NAME - ACCOUNT, name, ...more)}-${accountOf(scope)}`
    : nameWithin(NAME, name, ...more)

/** The URI of a folder in a bucket, without a slash at its end. */
export const bucketUri = (name: string, prefix: string): string =>
  `s3://${name}${prefix === '' ? '' : `/${prefix}`}`

/** A bucket that only its owner reads, over TLS, encrypted, with its old versions kept for a while. */
export class Bucket extends Construct {
  readonly bucket: S3Bucket
  private readonly ready: ITerraformDependable[] = []

  constructor(scope: Construct, id: string, options: BucketOptions) {
    super(scope, id)
    this.bucket = new S3Bucket(this, 'bucket', {
      bucket: options.name,
      tags: { Name: options.name },
      ...(options.preventDestroy === true ? { lifecycle: { preventDestroy: true } } : {}),
    })
    this.restrictAccess(options)
    this.setRetention(options)
    if (options.accessLogs !== undefined)
      new S3BucketLoggingA(this, 'access-logs', {
        bucket: this.bucket.id,
        targetBucket: options.accessLogs.bucket,
        targetPrefix: options.accessLogs.prefix,
      })
    new S3BucketNotification(this, 'events', { bucket: this.bucket.id, eventbridge: true })
  }

  references(prefix: string): BucketReferences {
    return {
      name: this.bucket.bucket,
      arn: this.bucket.arn,
      uri: bucketUri(this.bucket.bucket, prefix),
      ready: this.ready,
    }
  }

  private restrictAccess(options: BucketOptions): void {
    const bucket = this.bucket.id
    const publicAccess = new S3BucketPublicAccessBlock(this, 'public-access', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    })
    const owner = new S3BucketOwnershipControls(this, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    })
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [
        options.key === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
          : {
              applyServerSideEncryptionByDefault: {
                sseAlgorithm: 'aws:kms',
                kmsMasterKeyId: options.key.keyArn,
              },
              bucketKeyEnabled: true,
            },
      ],
    })
    const policy = new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: policyOf([tlsOnly(this.bucket.arn), ...deliveries(this, this.bucket.arn, options)]),
      // Two concurrent changes of a bucket's access conflict.
      dependsOn: [publicAccess],
    })
    this.ready.push(publicAccess, owner, encryption, policy)
  }

  private setRetention(options: BucketOptions): void {
    const bucket = this.bucket.id
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    })
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: [
        {
          id: 'tidy',
          status: 'Enabled',
          filter: [{}],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
          noncurrentVersionExpiration: [{ noncurrentDays: options.oldVersionDays }],
          ...(options.expireDays === undefined ? {} : { expiration: [{ days: options.expireDays }] }),
        },
      ],
      dependsOn: [versioning],
    })
  }
}

const tlsOnly = (arn: string): PolicyStatement => ({
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [arn, `${arn}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
})

const deliveries = (
  scope: Construct,
  arn: string,
  { delivery, infrastructure }: BucketOptions,
): PolicyStatement[] => {
  if (delivery === undefined) return []
  const account = accountOf(scope)
  const balancers = `arn:${partitionOf(infrastructure.region)}:elasticloadbalancing:${infrastructure.region}:${account}:loadbalancer/*`
  const by =
    delivery === 's3'
      ? { service: 'logging.s3.amazonaws.com', condition: { StringEquals: { 'aws:SourceAccount': account } } }
      : {
          service: `logdelivery.elasticloadbalancing.${dnsSuffixOf(infrastructure.region)}`,
          condition: { ArnLike: { 'aws:SourceArn': balancers } },
        }
  return [
    {
      Sid: 'LogDelivery',
      Effect: 'Allow',
      Principal: { Service: by.service },
      Action: 's3:PutObject',
      Resource: `${arn}/*`,
      Condition: by.condition,
    },
  ]
}
