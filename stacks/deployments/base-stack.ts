import { relative, resolve } from 'node:path'
import type { Infrastructure, InfrastructureState } from '../../provisioners/config/infrastructure/types.ts'
import { type InfrastructureOutputs, PLAIN_OUTPUTS } from '../outputs.ts'
import {
  App,
  AwsProvider,
  type Construct,
  LocalBackend,
  S3Backend,
  TerraformOutput,
  TerraformStack,
} from '../tf.ts'

/** The bindings pin 6.25.0 exactly; every later 6.x has the same arguments. */
const AWS_PROVIDER = '~> 6.25'

/** The bindings drop a null in an output's object, but keep Terraform's own expression. */
const NOTHING = '${null}'

/** A stack of the infrastructure: provider, versions, default tags, and backend. */
export class InfrastructureStack extends TerraformStack {
  readonly infrastructure: Infrastructure

  constructor(
    scope: Construct,
    id: string,
    infrastructure: Infrastructure,
    state: InfrastructureState = infrastructure.state,
  ) {
    super(scope, id)
    this.infrastructure = infrastructure
    new AwsProvider(this, 'aws', {
      region: infrastructure.region,
      defaultTags: [{ tags: defaultTags(infrastructure) }],
    })
    this.addOverride('terraform.required_providers.aws.version', AWS_PROVIDER)
    this.keepState(id, state)
  }

  private keepState(id: string, state: InfrastructureState): void {
    if (state.kind === 's3') {
      const backend = new S3Backend(this, {
        bucket: state.bucket,
        key: `${state.key}/${id}.tfstate`,
        region: state.region,
        encrypt: true,
      })
      // The bindings lack this property. Terraform then locks with a file in the bucket, without DynamoDB.
      backend.addOverride('use_lockfile', true)
      return
    }
    // Terraform runs in the stack's directory; an absolute path would tie the output to this machine.
    const workingDirectory = resolve(App.of(this).outdir, 'stacks', id)
    const file = resolve(this.infrastructure.stateDir, 'terraform', `${id}.tfstate`)
    new LocalBackend(this, { path: relative(workingDirectory, file) })
  }

  /** Declares the outputs that `howdah inventory` and users read. */
  declareOutputs(outputs: InfrastructureOutputs, vpcId: string): void {
    new TerraformOutput(this, 'howdah', {
      value: { ...outputs, resultStore: outputs.resultStore ?? NOTHING, emr: outputs.emr ?? NOTHING },
      staticId: true,
      description: 'What howdah inventory reads',
    })
    const plain = plainOutputs(outputs, vpcId)
    for (const name of PLAIN_OUTPUTS) new TerraformOutput(this, name, { value: plain[name], staticId: true })
  }
}

/** Tags of every resource. What auto-scaling starts does not inherit them and needs them explicitly. */
export const defaultTags = (infrastructure: Infrastructure): Record<string, string> => ({
  Project: infrastructure.name,
  ...infrastructure.tags,
  Deployment: infrastructure.deployment,
  ManagedBy: 'howdah',
})

const plainOutputs = (
  o: InfrastructureOutputs,
  vpcId: string,
): Record<(typeof PLAIN_OUTPUTS)[number], string> => ({
  vpc_id: vpcId,
  job_flow_id: o.emr?.jobFlowId ?? '',
  master_address:
    o.emr?.masterPublicDns ?? o.hosts.find((host) => host.roles.includes('master'))?.privateAddress ?? '',
  result_store_address: o.resultStore?.address ?? '',
  result_store_secret_arn: o.resultStore?.secretArn ?? '',
  logs_bucket: o.buckets.logs,
  configuration_bucket: o.buckets.configuration,
  api_url: o.endpoints.api,
  insights_url: o.endpoints.insights,
})
