import type { HostReferences } from './constructs/references.ts'

/**
 * The outputs of an applied deployment, under stable names. `howdah inventory` reads the output `howdah` (this type,
 * as JSON); the other outputs repeat what users look for.
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
    /** ARN of the master password in Secrets Manager; '' when the store is on a host. */
    readonly secretArn: string
    /** Default of the managed server, which the database gets too. */
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

/** The output of a host: everything but its security group, which only the stack uses. */
export const hostOutput = ({ securityGroupId: _, ...host }: HostReferences): InfrastructureHostOutput => host

/** Names of the plain outputs; each is a string, '' where it does not apply to the deployment. */
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
