import type { ITerraformDependable } from '../tf.ts'

/** What the constructs of a deployment pass to each other. Strings are Terraform references or plain values. */

export interface NetworkReferences {
  readonly vpcId: string
  readonly vpcCidr: string
  readonly zones: readonly string[]
  /** In the order of `zones` for a new VPC; as given or found otherwise. */
  readonly publicSubnetIds: readonly string[]
  readonly privateSubnetIds: readonly string[]
  /** Zone of each of those subnets, at the same index, for EBS volumes. */
  readonly publicZones: readonly string[]
  readonly privateZones: readonly string[]
  /** CIDR of the peered VPC of the LMS; absent without peering. */
  readonly lmsCidr?: string
  /** The gateways and routes that a host in a subnet needs to reach the internet. */
  readonly ready: readonly ITerraformDependable[]
}

/** The deployment's own key: EBS, RDS, buckets, log groups, secrets. */
export interface KeyReferences {
  readonly keyArn: string
}

export interface BucketReferences {
  readonly name: string
  readonly arn: string
  /** s3://bucket/prefix, without a slash at the end. */
  readonly uri: string
  readonly ready: readonly ITerraformDependable[]
}

export interface ResultStoreReferences {
  readonly address: string
  readonly port: number
  readonly securityGroupId: string
  readonly secretArn: string
}

export interface HostReferences {
  readonly name: string
  readonly instanceId: string
  readonly privateAddress: string
  /** '' where it has none. */
  readonly publicAddress: string
  readonly zone: string
  readonly roles: readonly string[]
  readonly dataDirs: readonly string[]
  readonly securityGroupId: string
}

export interface EmrReferences {
  readonly jobFlowId: string
  readonly masterDns: string
  readonly masterSecurityGroupId: string
  readonly coreSecurityGroupId: string
}

export interface AppReferences {
  readonly url: string
  readonly securityGroupId: string
}
