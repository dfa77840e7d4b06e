/**
 * The AWS infrastructure, resolved: what the `aws` section of cluster.yml says with every default filled in. Plain
 * data without secrets, so that synthesis is a pure function of it. One field of cluster.yml, one effect in
 * the stacks: a field that no construct reads must not be here.
 */

export const DEPLOYMENTS = ['small-emr', 'large-emr', 'large-hadoop', 'single-server'] as const
export type Deployment = (typeof DEPLOYMENTS)[number]

/** A VPC of its own, or one that is there: by ids, or found by tags (VPC and subnets each). */
export type InfrastructureNetwork = {
  /** CIDR of the VPC: given for an existing one too, because rules are written with it. */
  readonly cidr: string
  /** Interface endpoints by service short name: ssm, ssmmessages, ec2messages, logs, elasticmapreduce, … */
  readonly endpoints: readonly string[]
  /** How the cluster reaches a read replica of the LMS database. */
  readonly lms?: InfrastructureLms
} & (
  | {
      readonly kind: 'own'
      readonly nat: 'none' | 'single' | 'per-zone'
      readonly flowLogs: boolean
    }
  | {
      readonly kind: 'existing'
      readonly vpcId: string
      readonly publicSubnetIds: readonly string[]
      readonly privateSubnetIds: readonly string[]
    }
  | {
      readonly kind: 'found'
      readonly vpcTags: Readonly<Record<string, string>>
      readonly publicSubnetTags: Readonly<Record<string, string>>
      readonly privateSubnetTags: Readonly<Record<string, string>>
    }
)

export type InfrastructureLms = {
  /** Port of the LMS's MySQL. */
  readonly port: number
} & (
  | {
      readonly kind: 'peering'
      readonly vpcId: string
      /** CIDR of the LMS's VPC: routes and egress rules. */
      readonly cidr: string
      /** Owner and region of the peer; absent: this account, this region (accepted at once). */
      readonly accountId?: string
      readonly region?: string
    }
  /** The LMS is in the same VPC: a rule in its security group admits the cluster. */
  | { readonly kind: 'security-group'; readonly securityGroupId: string }
)

export type InfrastructureKeyPair =
  | { readonly kind: 'none' }
  /** `publicKey` is the content of the file, one line. */
  | { readonly kind: 'public-key'; readonly name: string; readonly publicKey: string }
  | { readonly kind: 'existing'; readonly name: string }

export interface InfrastructureBucket {
  /** When it exists already it is used, not made. */
  readonly name: string
  /** The account's id follows the name, after a dash: names of buckets are unique in all of AWS. */
  readonly account?: true
  readonly existing: boolean
  /** A folder inside the bucket, without slashes at its ends; '' for none. */
  readonly prefix: string
}

/** A bucket of the pipeline's data, which is there already: read, and written with `write`. */
export interface InfrastructureDataBucket {
  readonly name: string
  /** A folder inside the bucket, without slashes at its ends; '' for all of it. */
  readonly prefix: string
  readonly write: boolean
}

/** A file of the operator's in the configuration bucket. */
export interface InfrastructureUpload {
  /** Absolute path on this machine. */
  readonly file: string
  /** The whole key in the bucket. */
  readonly key: string
}

/** Where Terraform keeps what it knows. */
export type InfrastructureState =
  /** A file below the cluster's state directory. */
  | { readonly kind: 'local' }
  | {
      readonly kind: 's3'
      readonly bucket: string
      readonly region: string
      readonly key: string
      /** Made by the small bootstrap stack `<name>-state`. */
      readonly create: boolean
    }

export interface EbsVolume {
  readonly type: 'gp3' | 'gp2' | 'io1' | 'io2' | 'st1' | 'sc1'
  readonly sizeGb: number
  readonly iops?: number
  readonly throughput?: number
}

/** A server of one kind outside EMR. */
export interface InfrastructureServer {
  readonly type: string
  readonly rootGb: number
}

export interface InfrastructureDatabase {
  /** rds: a managed MySQL. host: an EC2 server that `bootstrap` makes the result store. */
  readonly kind: 'rds' | 'host'
  /** '8.4' or '8.4.10'; decides the parameter group's family, mysql8.4. */
  readonly engineVersion: string
  /** The operator asked for an upgrade to the major version of `engineVersion`. */
  readonly majorUpgrade?: boolean
  readonly instanceType: string
  readonly storageGb: number
  /** Storage grows automatically up to here. */
  readonly maxStorageGb: number
  readonly multiAz: boolean
  readonly backupDays: number
  readonly deletionProtection: boolean
  /** 'reports'. */
  readonly database: string
  readonly charset: 'utf8mb3' | 'utf8mb4'
  readonly requireTls: boolean
}

export interface EmrGroup {
  readonly type: string
  readonly count: number
  readonly market: 'ON_DEMAND' | 'SPOT'
  /** US dollars an hour, as text; with SPOT. */
  readonly bidPrice?: string
  readonly volumes: readonly EbsVolume[]
}

export interface EmrFleet {
  readonly onDemandCapacity: number
  readonly spotCapacity: number
  readonly types: readonly {
    readonly type: string
    readonly weight: number
    /** One of the two at most. */
    readonly bidPrice?: string
    readonly bidPricePercent?: number
    readonly volumes: readonly EbsVolume[]
  }[]
  readonly onTimeout: 'SWITCH_TO_ON_DEMAND' | 'TERMINATE_CLUSTER'
  readonly timeoutMinutes: number
  readonly allocation: 'price-capacity-optimized' | 'capacity-optimized' | 'lowest-price' | 'diversified'
}

export type EmrCapacity =
  | { readonly kind: 'groups'; readonly master: EmrGroup; readonly core: EmrGroup; readonly task?: EmrGroup }
  | { readonly kind: 'fleets'; readonly master: EmrFleet; readonly core?: EmrFleet; readonly task?: EmrFleet }

export interface EmrConfiguration {
  readonly classification: string
  readonly properties: Readonly<Record<string, string>>
  readonly configurations: readonly EmrConfiguration[]
}

/** A step with its jar worked out: `type: script` and the like are resolved to jar and arguments. */
export interface EmrStep {
  readonly name: string
  readonly jar: string
  readonly mainClass?: string
  readonly args: readonly string[]
  readonly properties: Readonly<Record<string, string>>
  readonly actionOnFailure: 'TERMINATE_CLUSTER' | 'CANCEL_AND_WAIT' | 'CONTINUE'
}

export interface EmrBootstrapAction {
  readonly name: string
  readonly path: string
  readonly args: readonly string[]
}

/** Sqoop where the release no longer brings it: a step of ours. */
export interface EmrSqoop {
  /** application: the release brings it. step: our script installs it. none: not wanted. */
  readonly kind: 'application' | 'step' | 'none'
  readonly version: string
  /** https or s3 address of the tarball. */
  readonly tarball: string
  /** Of the tarball; '' where only its SHA-256 is known. One of the two always is, and is checked. */
  readonly sha512: string
  readonly sha256?: string
  /** https or s3 address of the JDBC driver's jar. */
  readonly driver: string
  readonly driverSha256: string
}

export interface EmrSecurity {
  /** EBS and S3 encrypted with the deployment's own key. */
  readonly atRest: boolean
  /** How the cluster encrypts what it writes to S3, with `atRest`; absent: SSE-KMS. */
  readonly s3?: 'sse-kms' | 'sse-s3'
  /** s3 address of a zip of PEM certificates; absent: not encrypted between nodes. */
  readonly inTransitCertificates?: string
}

export interface InfrastructureEmr {
  readonly release: string
  /** Without Sqoop, also where the release has it: `sqoop` describes it. */
  readonly applications: readonly { readonly name: string; readonly args: readonly string[] }[]
  readonly capacity: EmrCapacity
  /** Which subnets the cluster lives in. Groups take one subnet, fleets may take several. */
  readonly subnets: 'public' | 'private'
  readonly configurations: readonly EmrConfiguration[]
  readonly bootstrapActions: readonly EmrBootstrapAction[]
  readonly steps: readonly EmrStep[]
  readonly sqoop: EmrSqoop
  readonly security: EmrSecurity
  readonly managedScaling?: {
    readonly min: number
    readonly max: number
    readonly maxCore?: number
    readonly maxOnDemand?: number
  }
  /** Seconds idle, 60 to 604800; absent: it lives until destroyed. */
  readonly autoTerminationSeconds?: number
  readonly terminationProtection: boolean
  readonly rootVolumeGb?: number
  readonly stepConcurrency: number
  readonly additionalSecurityGroups: { readonly master: readonly string[]; readonly core: readonly string[] }
  /** Security groups, roles of the account to use in place of those of the stack. */
  readonly managedSecurityGroups?: {
    readonly master: string
    readonly core: string
    readonly service?: string
  }
  readonly serviceRole?: string
  readonly instanceProfile?: string
}

/** EC2 hosts for `howdah bootstrap`. */
export interface InfrastructureFleet {
  readonly generation: 'hadoop1' | 'hadoop2' | 'hadoop3'
  readonly master: InfrastructureServer & { readonly dataVolumes: readonly EbsVolume[] }
  readonly workers: InfrastructureServer & {
    readonly count: number
    readonly dataVolumes: readonly EbsVolume[]
  }
  readonly placement: 'none' | 'spread' | 'cluster' | 'partition'
  /** SSM parameter that names the image, or an image id (ami-…). Debian 12 by default. */
  readonly image: string
  /** Login user of the image: admin on Debian, ubuntu on Ubuntu. */
  readonly sshUser: string
}

/** The Data API, or Insights: an auto-scaling group behind a load balancer that terminates TLS. */
export interface InfrastructureApp {
  readonly type: string
  readonly min: number
  readonly max: number
  readonly desired: number
  /** Port that the application listens on. */
  readonly port: number
  readonly healthPath: string
  /** Name in DNS. */
  readonly domain: string
  /** A certificate that exists; absent: one is requested, proved by DNS in `hostedZone`. */
  readonly certificateArn?: string
  /** Route 53 zone for the record and the proof; absent: records are the operator's. */
  readonly hostedZone?: string
  /** internal: reachable in the VPC only. */
  readonly internal: boolean
  /** Who may reach it, by CIDR. */
  readonly allow: readonly string[]
  /** Web ACL with the managed rules in front of a public one. */
  readonly waf: boolean
}

export interface Infrastructure {
  readonly name: string
  readonly file: string
  /** `.howdah/<name>` beside cluster.yml. */
  readonly stateDir: string
  readonly deployment: Deployment
  readonly region: string
  /** Availability zones by name, at least one; at least two where a database or a load balancer needs them. */
  readonly zones: readonly string[]
  /** Laid on everything. */
  readonly tags: Readonly<Record<string, string>>
  readonly network: InfrastructureNetwork
  readonly keyPair: InfrastructureKeyPair
  /** CIDRs of users and machines that may log in by SSH; empty: through SSM or a peer only. */
  readonly operators: readonly string[]
  readonly logs: InfrastructureBucket
  readonly configuration: InfrastructureBucket
  readonly dataBuckets: readonly InfrastructureDataBucket[]
  readonly uploads: readonly InfrastructureUpload[]
  readonly state: InfrastructureState
  /** An existing KMS key, by ARN or alias (alias/…); absent: the deployment has a key of its own. */
  readonly keyId?: string
  readonly resultStore?: InfrastructureDatabase
  readonly emr?: InfrastructureEmr
  readonly fleet?: InfrastructureFleet
  readonly server?: InfrastructureServer & {
    readonly dataVolumes: readonly EbsVolume[]
    readonly image: string
    readonly sshUser: string
  }
  readonly scheduler?: InfrastructureServer & { readonly image: string; readonly sshUser: string }
  readonly api?: InfrastructureApp
  readonly insights?: InfrastructureApp
  /** Warnings, such as (Spot under HDFS, a release near its end, …). */
  readonly warnings: readonly string[]
}
