import type { InfrastructureBucket } from '../../../provisioners/config/infrastructure/types.ts'
import type { PolicyStatement } from '../policy.ts'
import type { BucketReferences, KeyReferences } from '../references.ts'

/** `<sub>` below the bucket's own prefix, without slashes at its ends. */
const below = (bucket: Pick<InfrastructureBucket, 'prefix'>, sub: string): string =>
  [bucket.prefix, sub].filter((part) => part !== '').join('/')

/**
 * The statements that let a role list and read one folder of a bucket (all of its prefix, without `sub`).
 * `what` names the statements: Configuration, Logs.
 */
export function readingOf(
  what: string,
  bucket: Pick<InfrastructureBucket, 'prefix'>,
  references: Pick<BucketReferences, 'arn'>,
  sub = '',
): PolicyStatement[] {
  const path = below(bucket, sub)
  return [
    {
      Sid: `List${what}`,
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: references.arn,
      ...(path === '' ? {} : { Condition: { StringLike: { 's3:prefix': [path, `${path}/*`] } } }),
    },
    {
      Sid: `Read${what}`,
      Effect: 'Allow',
      Action: 's3:GetObject',
      // S3A, the S3 client of emr-7.10 and later, requests the key of the folder itself, and needs 404 and not 403.
      Resource:
        path === '' ? `${references.arn}/*` : [path, `${path}/*`].map((key) => `${references.arn}/${key}`),
    },
  ]
}

/** The objects in the deployment's buckets are encrypted with its key. */
export const decrypting = (key: KeyReferences): PolicyStatement => ({
  Sid: 'Decrypt',
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: key.keyArn,
})
