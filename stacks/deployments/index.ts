import type { Deployment, Ground } from '../../provisioners/config/infrastructure/types.ts'
import type { Construct } from '../tf.ts'
import type { GroundStack } from './base-stack.ts'
import { LargeEmr } from './large-emr.ts'
import { LargeHadoop } from './large-hadoop.ts'
import { SingleServer } from './single-server.ts'
import { SmallEmr } from './small-emr.ts'

type DeploymentStack = new (scope: Construct, id: string, ground: Ground) => GroundStack

const DEPLOYMENT_STACKS: Readonly<Record<Deployment, DeploymentStack>> = {
  'small-emr': SmallEmr,
  'large-emr': LargeEmr,
  'large-hadoop': LargeHadoop,
  'single-server': SingleServer,
}

/** Makes the stack of the deployment that cluster.yml chose. */
export const deploymentOf =
  (ground: Ground) =>
  (scope: Construct, id: string): GroundStack =>
    new DEPLOYMENT_STACKS[ground.deployment](scope, id, ground)
