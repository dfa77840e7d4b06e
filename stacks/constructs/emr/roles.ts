import type {
  EmrCapacity,
  Infrastructure,
  InfrastructureEmr,
} from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import {
  Construct,
  DataAwsIamInstanceProfile,
  IamRole,
  IamRolePolicy,
  IamRolePolicyAttachment,
  type ITerraformDependable,
} from '../../tf.ts'
import { accountOf } from '../account.ts'
import { dnsSuffixOf, managedPolicyArn, partitionOf } from '../arns.ts'
import { type PolicyStatement, policyOf, trustOf } from '../policy.ts'
import type { BucketReferences, KeyReferences } from '../references.ts'
import { ServerRole } from '../servers/role.ts'
import { nodeStatements } from './node-policy.ts'

export interface EmrRolesOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'region' | 'logs' | 'configuration' | 'dataBuckets'>
  readonly emr: InfrastructureEmr
  readonly key: KeyReferences
  readonly logs: BucketReferences
  readonly configuration: BucketReferences
  /** Permissions of the nodes beyond those that every cluster needs. */
  readonly statements?: readonly PolicyStatement[]
}

/**
 * The two roles of a cluster: the service role, with AWS's current policy (AmazonEMRServicePolicy_v2, which works
 * only on resources with EMR's tag), and the role of the nodes, with the permissions that they need. Where
 * cluster.yml names roles of the account, those are used.
 */
export class EmrRoles extends Construct {
  readonly serviceRole: string
  readonly instanceProfile: string
  /** EMR checks the profile at the creation of the cluster, so the cluster depends on every policy. */
  readonly ready: readonly ITerraformDependable[]

  constructor(scope: Construct, id: string, options: EmrRolesOptions) {
    super(scope, id)
    const { emr } = options
    const nodes = emr.instanceProfile === undefined ? this.nodes(options) : undefined
    this.instanceProfile = nodes?.profileName ?? profileName(emr.instanceProfile ?? '')
    if (emr.serviceRole !== undefined) {
      this.serviceRole = emr.serviceRole
      this.ready = nodes?.ready ?? []
      return
    }
    const role = this.service(options)
    this.serviceRole = role.arn
    this.ready = [
      ...(nodes?.ready ?? []),
      ...this.policies(role, nodes?.role.arn ?? this.givenRole(), options),
    ]
  }

  private nodes({ infrastructure, statements = [], ...rest }: EmrRolesOptions): ServerRole {
    return new ServerRole(this, 'nodes', {
      infrastructure,
      kind: 'emr-node',
      statements: [...nodeStatements({ infrastructure, ...rest }), ...statements],
    })
  }

  private givenRole(): string {
    return new DataAwsIamInstanceProfile(this, 'profile', { name: this.instanceProfile }).roleArn
  }

  private service({ infrastructure }: EmrRolesOptions): IamRole {
    const name = nameWithin(64, infrastructure.name, 'emr-service')
    const account = accountOf(this)
    const partition = partitionOf(infrastructure.region)
    return new IamRole(this, 'service', {
      name,
      description: `Howdah ${infrastructure.name}: what EMR may do for the cluster`,
      // The EMR of another account must not be able to assume it (confused deputy).
      assumeRolePolicy: trustOf(`elasticmapreduce.${dnsSuffixOf(infrastructure.region)}`, {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: {
          'aws:SourceArn': `arn:${partition}:elasticmapreduce:${infrastructure.region}:${account}:*`,
        },
      }),
      tags: { Name: name },
    })
  }

  private policies(role: IamRole, nodeRoleArn: string, options: EmrRolesOptions): ITerraformDependable[] {
    const { infrastructure, key, emr } = options
    const managed = new IamRolePolicyAttachment(this, 'service-v2', {
      role: role.name,
      policyArn: managedPolicyArn(infrastructure.region, 'service-role/AmazonEMRServicePolicy_v2'),
    })
    const statements = [
      passing(nodeRoleArn, dnsSuffixOf(infrastructure.region)),
      ...(emr.security.atRest ? encryptingDisks(key) : []),
      ...(buysSpot(emr.capacity) ? [creatingSpotRole(infrastructure.region)] : []),
    ]
    const own = new IamRolePolicy(this, 'service-own', {
      name: nameWithin(128, infrastructure.name, 'emr-service'),
      role: role.id,
      policy: policyOf(statements),
    })
    return [managed, own]
  }
}

const passing = (roleArn: string, suffix: string): PolicyStatement => ({
  Sid: 'PassNodeRole',
  Effect: 'Allow',
  Action: 'iam:PassRole',
  Resource: roleArn,
  Condition: { StringEquals: { 'iam:PassedToService': `ec2.${suffix}` } },
})

const buysSpot = (capacity: EmrCapacity): boolean =>
  capacity.kind === 'groups'
    ? [capacity.master, capacity.core, capacity.task].some((group) => group?.market === 'SPOT')
    : [capacity.master, capacity.core, capacity.task].some((fleet) => (fleet?.spotCapacity ?? 0) > 0)

/**
 * The first Spot request of an account creates the service-linked role of Spot, with the rights of who requests it.
 * AmazonEMRServicePolicy_v2 has no right to create one.
 */
const creatingSpotRole = (region: string): PolicyStatement => ({
  Sid: 'CreateSpotRole',
  Effect: 'Allow',
  Action: 'iam:CreateServiceLinkedRole',
  Resource: `arn:${partitionOf(region)}:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`,
  Condition: { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
})

/** EMR starts the instances, so its role creates the grants on the key for their disks. */
const encryptingDisks = (key: KeyReferences): PolicyStatement[] => [
  {
    Sid: 'UseKey',
    Effect: 'Allow',
    Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: key.keyArn,
  },
  {
    Sid: 'LendKeyToDisks',
    Effect: 'Allow',
    Action: 'kms:CreateGrant',
    Resource: key.keyArn,
    Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  },
]

/** EMR and IAM need the name; cluster.yml may have the ARN. */
const profileName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1)
