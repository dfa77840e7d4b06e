import type { Ground } from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import type { Construct } from '../../tf.ts'
import { Bucket } from '../buckets/bucket.ts'
import type { BucketPlaces } from '../references.ts'

const DAYS = 90

/** The bucket that all load balancers of a deployment write their access logs to, each below its own prefix. */
export const balancerLogs = (
  scope: Construct,
  id: string,
  ground: Pick<Ground, 'name' | 'region' | 'logs'>,
): BucketPlaces =>
  new Bucket(scope, id, {
    ground,
    name: nameWithin(63, ground.logs.name, 'alb'),
    delivery: 'load-balancers',
    expireDays: DAYS,
    oldVersionDays: 7,
  }).places('')
