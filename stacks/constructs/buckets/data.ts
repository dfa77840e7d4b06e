import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import { partitionOf } from '../arns.ts'
import type { PolicyStatement } from '../policy.ts'
import { readingOf } from './policy.ts'

/**
 * The statements that give a role access to the buckets of the pipeline's data: to list and read the folder of
 * each, and to write and delete only where cluster.yml allows it.
 */
export function dataStatements(
  infrastructure: Pick<Infrastructure, 'region' | 'dataBuckets'>,
): PolicyStatement[] {
  if (infrastructure.dataBuckets.length === 0) return []
  const buckets = infrastructure.dataBuckets.map((bucket) => ({
    ...bucket,
    arn: `arn:${partitionOf(infrastructure.region)}:s3:::${bucket.name}`,
  }))
  return [
    // Clients of S3 request the region of a bucket first.
    {
      Sid: 'FindData',
      Effect: 'Allow',
      Action: 's3:GetBucketLocation',
      Resource: [...new Set(buckets.map(({ arn }) => arn))],
    },
    ...buckets.flatMap((bucket, i): PolicyStatement[] => {
      const reading = readingOf(`Data${i + 1}`, bucket, bucket)
      return bucket.write ? [...reading, writing(i, bucket)] : reading
    }),
  ]
}

const writing = (
  index: number,
  { arn, prefix }: { readonly arn: string; readonly prefix: string },
): PolicyStatement => ({
  Sid: `WriteData${index + 1}`,
  Effect: 'Allow',
  Action: ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
  Resource: prefix === '' ? `${arn}/*` : [prefix, `${prefix}/*`].map((key) => `${arn}/${key}`),
})
