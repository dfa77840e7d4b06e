import type { Deployment, Ground } from '../../provisioners/spec/ground-types.ts'
import type { GroundStack } from '../base-stack.ts'
import type { Construct } from '../tf.ts'
import { LargeHadoop } from './large-hadoop.ts'
import { SingleServer } from './single-server.ts'

type DeploymentStack = new (scope: Construct, id: string, ground: Ground) => GroundStack

const DEPLOYMENT_STACKS: Partial<Readonly<Record<Deployment, DeploymentStack>>> = {
  'large-hadoop': LargeHadoop,
  'single-server': SingleServer,
}

/** Makes the stack of the deployment that cluster.yml chose. */
export const deploymentOf =
  (ground: Ground) =>
  (scope: Construct, id: string): GroundStack => {
    const Stack = DEPLOYMENT_STACKS[ground.deployment]
    if (Stack === undefined) throw new Error(`no stack for ${ground.deployment}`)
    return new Stack(scope, id, ground)
  }
