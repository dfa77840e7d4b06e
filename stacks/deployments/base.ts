import type { Ground } from '../../provisioners/config/infrastructure/types.ts'
import { Buckets } from '../constructs/buckets/index.ts'
import { LoginKey } from '../constructs/key-pair.ts'
import { Keys } from '../constructs/keys.ts'
import { Network } from '../constructs/network/index.ts'
import type { BucketPlaces, KeyPlaces } from '../constructs/references.ts'
import { type GroundOutputs, OUTPUTS_FORMAT } from '../outputs.ts'
import type { GroundStack } from './base-stack.ts'

/** What every part of a deployment stands on. */
export interface Base {
  readonly ground: Ground
  readonly key: KeyPlaces
  readonly network: Network['places']
  readonly configuration: BucketPlaces
  readonly logs: BucketPlaces
  readonly keyName?: string
}

/** Key, network, buckets and login key of a stack; `scripts`: with the scripts that EMR's steps run. */
export function layBase(
  stack: GroundStack,
  scripts: boolean,
): { readonly base: Base; readonly network: Network; readonly buckets: Buckets } {
  const { ground } = stack
  const key = new Keys(stack, 'keys', ground).places
  const network = new Network(stack, 'network', { ground, key })
  const buckets = new Buckets(stack, 'buckets', { ground, key, scripts })
  const { name: keyName } = new LoginKey(stack, 'login', ground.keyPair)
  const base: Base = {
    ...{ ground, key, network: network.places },
    ...{ configuration: buckets.configuration, logs: buckets.logs },
    ...(keyName === undefined ? {} : { keyName }),
  }
  return { base, network, buckets }
}

/** The part of the outputs that every deployment has in common. */
export const tellBase = ({
  ground,
  logs,
  configuration,
}: Base): Pick<GroundOutputs, 'formatVersion' | 'name' | 'deployment' | 'region' | 'buckets'> => ({
  formatVersion: OUTPUTS_FORMAT,
  name: ground.name,
  deployment: ground.deployment,
  region: ground.region,
  buckets: { logs: logs.name, configuration: configuration.name },
})
