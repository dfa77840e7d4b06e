import type { HostReferences } from './constructs/references.ts'

/**
 * What a deployment tells the world when it stands, under stable names. `howdah inventory` reads the one
 * output `howdah` (this shape, as JSON); the others repeat what users look for.
 */
export const OUTPUTS_FORMAT = 1

export interface InfrastructureHostOutput {
  readonly name: string
  readonly privateAddress: string
  /** '' where it has none. */
  readonly publicAddress: string
  readonly instanceId: string
  readonly zone: string
  /** Roles of cluster.yml: master, worker, result-store, scheduler, api, insights. */
  readonly roles: readonly string[]
  readonly dataDirs: readonly string[]
}

export interface InfrastructureOutputs {
  readonly formatVersion: typeof OUTPUTS_FORMAT
  readonly name: string
  readonly deployment: string
  readonly region: string
  readonly hosts: readonly InfrastructureHostOutput[]
  readonly ssh: { readonly user: string; readonly keyName: string }
  /** Absent in JSON: null. */
  readonly resultStore: {
    readonly address: string
    readonly port: number
    readonly database: string
    /** Secrets Manager's name of the master password; '' when the store is a host. */
    readonly secretArn: string
    /** Of the managed server's defaults, so that the database is made alike. */
    readonly charset?: 'utf8mb3' | 'utf8mb4'
  } | null
  readonly emr: {
    readonly jobFlowId: string
    readonly masterPublicDns: string
    readonly release: string
  } | null
  readonly buckets: { readonly logs: string; readonly configuration: string }
  readonly endpoints: { readonly api: string; readonly insights: string }
}

/** What is told of a host: all but its security group, which is nobody's business outside. */
export const hostOutput = ({ securityGroupId: _, ...host }: HostReferences): InfrastructureHostOutput => host

/** Names of the plain outputs; each is a text, '' where the deployment has no such thing. */
export const PLAIN_OUTPUTS = [
  'vpc_id',
  'job_flow_id',
  'master_address',
  'result_store_address',
  'result_store_secret_arn',
  'logs_bucket',
  'configuration_bucket',
  'api_url',
  'insights_url',
] as const
