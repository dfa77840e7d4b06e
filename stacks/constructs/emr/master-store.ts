import type { EmrStep, Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import { Construct, type ITerraformDependable, SecretsmanagerSecret } from '../../tf.ts'
import type { PolicyStatement } from '../policy.ts'
import type { KeyReferences } from '../references.ts'
import { scriptStep } from './steps.ts'

export interface MasterStoreOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'region' | 'network'>
  readonly database: string
  readonly charset: 'utf8mb3' | 'utf8mb4'
  readonly key: KeyReferences
  /** URI of stacks/scripts/result-store in the configuration bucket. */
  readonly script: string
}

/**
 * The result store of a small cluster: MariaDB on the master. Terraform creates two empty secrets; the step
 * generates the passwords on the master and writes them to the secrets, so that no password is in Terraform's
 * state. The store ends with the cluster, and the secrets are deleted at once, so that their names are free again.
 */
export class MasterStore extends Construct {
  readonly step: EmrStep
  /** Permissions of the nodes on the two secrets. All nodes share one role, core nodes included. */
  readonly statements: readonly PolicyStatement[]
  readonly ready: readonly ITerraformDependable[]

  constructor(scope: Construct, id: string, options: MasterStoreOptions) {
    super(scope, id)
    const { infrastructure, database, charset, script } = options
    const pipeline = this.secret('pipeline', 'writes results', options)
    const api = this.secret('api', 'reads results', options)
    this.ready = [pipeline, api]
    this.step = scriptStep({
      name: 'Result store',
      region: infrastructure.region,
      script,
      args: [
        ...['--region', infrastructure.region, '--database', database, '--charset', charset],
        ...['--network', withNetmask(infrastructure.network.cidr)],
        ...['--pipeline-secret', pipeline.arn, '--api-secret', api.arn],
      ],
    })
    this.statements = [
      {
        Sid: 'ResultStoreSecrets',
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
        Resource: [pipeline.arn, api.arn],
      },
    ]
  }

  private secret(
    account: string,
    does: string,
    { infrastructure, key }: MasterStoreOptions,
  ): SecretsmanagerSecret {
    const name = `${infrastructure.name}/result-store/${account}`
    return new SecretsmanagerSecret(this, account, {
      name,
      description: `Password of ${account}, who ${does}; made on the master of ${infrastructure.name}`,
      kmsKeyId: key.keyArn,
      recoveryWindowInDays: 0,
      tags: { Name: name },
    })
  }
}

/** 10.20.0.0/16 → 10.20.0.0/255.255.0.0: a network in the form of a MariaDB host name. */
export const withNetmask = (cidr: string): string => {
  const [address = '', length = '32'] = cidr.split('/')
  const bits = Number(length)
  const mask = [0, 8, 16, 24].map((offset) => {
    const set = Math.min(8, Math.max(0, bits - offset))
    return 256 - 2 ** (8 - set)
  })
  return `${address}/${mask.join('.')}`
}
