import type { Infrastructure, InfrastructureState } from '../../provisioners/config/infrastructure/types.ts'
import { Bucket } from '../constructs/buckets/bucket.ts'
import { Keys } from '../constructs/keys.ts'
import { type Construct, TerraformOutput } from '../tf.ts'
import { InfrastructureStack } from './base-stack.ts'

const OLD_STATES_DAYS = 365

/** `<name>-state`: the bucket that holds the states of the other stacks. Its own state is a local file. */
export class StateStack extends InfrastructureStack {
  constructor(
    scope: Construct,
    infrastructure: Infrastructure,
    state: Extract<InfrastructureState, { kind: 's3' }>,
  ) {
    const at: Infrastructure = {
      ...infrastructure,
      region: state.region,
      name: `${infrastructure.name}-state`,
    }
    super(scope, at.name, at, { kind: 'local' })
    // A key of its own: the bucket may be in another region than the key of the deployment.
    const keys = new Keys(this, 'keys', { name: at.name, region: at.region })
    const { bucket } = new Bucket(this, 'state', {
      infrastructure: at,
      name: state.bucket,
      key: keys.references,
      oldVersionDays: OLD_STATES_DAYS,
      preventDestroy: true,
    })
    new TerraformOutput(this, 'state_bucket', { value: bucket.bucket, staticId: true })
  }
}
