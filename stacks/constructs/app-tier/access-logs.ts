import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import type { Construct } from '../../tf.ts'
import { Bucket, bucketName } from '../buckets/bucket.ts'
import type { BucketReferences } from '../references.ts'

const DAYS = 90

/** The bucket that all load balancers of a deployment write their access logs to, each below its own prefix. */
export const balancerLogs = (
  scope: Construct,
  id: string,
  infrastructure: Pick<Infrastructure, 'name' | 'region' | 'logs'>,
): BucketReferences =>
  new Bucket(scope, id, {
    infrastructure,
    name: bucketName(scope, infrastructure.logs, 'alb'),
    delivery: 'load-balancers',
    expireDays: DAYS,
    oldVersionDays: 7,
  }).references('')
