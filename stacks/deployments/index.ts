import type { Deployment, Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import type { Construct } from '../tf.ts'
import type { InfrastructureStack } from './base-stack.ts'
import { LargeEmr } from './large-emr.ts'
import { LargeHadoop } from './large-hadoop.ts'
import { SingleServer } from './single-server.ts'
import { SmallEmr } from './small-emr.ts'

type DeploymentStack = new (
  scope: Construct,
  id: string,
  infrastructure: Infrastructure,
) => InfrastructureStack

const DEPLOYMENT_STACKS: Readonly<Record<Deployment, DeploymentStack>> = {
  'small-emr': SmallEmr,
  'large-emr': LargeEmr,
  'large-hadoop': LargeHadoop,
  'single-server': SingleServer,
}

/** Creates the stack of the deployment that cluster.yml names. */
export const deploymentOf =
  (infrastructure: Infrastructure) =>
  (scope: Construct, id: string): InfrastructureStack =>
    new DEPLOYMENT_STACKS[infrastructure.deployment](scope, id, infrastructure)
