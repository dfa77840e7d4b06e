import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { Buckets } from '../constructs/buckets/index.ts'
import { LoginKey } from '../constructs/key-pair.ts'
import { Keys } from '../constructs/keys.ts'
import { Network } from '../constructs/network/index.ts'
import type { BucketReferences, KeyReferences } from '../constructs/references.ts'
import { type InfrastructureOutputs, OUTPUTS_FORMAT } from '../outputs.ts'
import type { InfrastructureStack } from './base-stack.ts'

/** What every part of a deployment needs. */
export interface Base {
  readonly infrastructure: Infrastructure
  readonly key: KeyReferences
  readonly network: Network['references']
  readonly configuration: BucketReferences
  readonly logs: BucketReferences
  readonly keyName?: string
}

/** Creates key, network, buckets and login key of a stack; `scripts`: with the scripts that EMR's steps run. */
export function createBase(
  stack: InfrastructureStack,
  scripts: boolean,
): { readonly base: Base; readonly network: Network; readonly buckets: Buckets } {
  const { infrastructure } = stack
  const key = new Keys(stack, 'keys', infrastructure).references
  const network = new Network(stack, 'network', { infrastructure, key })
  const buckets = new Buckets(stack, 'buckets', { infrastructure, key, scripts })
  const { name: keyName } = new LoginKey(stack, 'login', infrastructure.keyPair)
  const base: Base = {
    ...{ infrastructure, key, network: network.references },
    ...{ configuration: buckets.configuration, logs: buckets.logs },
    ...(keyName === undefined ? {} : { keyName }),
  }
  return { base, network, buckets }
}

/** The part of the outputs that every deployment has in common. */
export const baseOutputs = ({
  infrastructure,
  logs,
  configuration,
}: Base): Pick<InfrastructureOutputs, 'formatVersion' | 'name' | 'deployment' | 'region' | 'buckets'> => ({
  formatVersion: OUTPUTS_FORMAT,
  name: infrastructure.name,
  deployment: infrastructure.deployment,
  region: infrastructure.region,
  buckets: { logs: logs.name, configuration: configuration.name },
})
