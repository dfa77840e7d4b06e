import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import {
  Construct,
  IamInstanceProfile,
  IamRole,
  IamRolePolicy,
  IamRolePolicyAttachment,
  type ITerraformDependable,
} from '../../tf.ts'
import { dnsSuffixOf, managedPolicyArn } from '../arns.ts'
import { type PolicyStatement, policyOf, trustOf } from '../policy.ts'

export interface ServerRoleOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'region'>
  /** The kind of the servers, 'scheduler' for example; the role is called `<infrastructure.name>-<kind>`. */
  readonly kind: string
  /** Permissions beyond those of Session Manager. */
  readonly statements?: readonly PolicyStatement[]
}

/** The role and instance profile of one kind of EC2 server: Session Manager, and the given statements. */
export class ServerRole extends Construct {
  readonly role: IamRole
  readonly profileName: string
  readonly profileArn: string
  /** IAM is eventually consistent: a server with the profile depends on these. */
  readonly ready: readonly ITerraformDependable[]

  constructor(scope: Construct, id: string, options: ServerRoleOptions) {
    super(scope, id)
    const { infrastructure, kind, statements = [] } = options
    const name = nameWithin(64, infrastructure.name, kind)
    this.role = new IamRole(this, 'role', {
      name,
      description: `Howdah ${infrastructure.name}: ${kind} servers`,
      assumeRolePolicy: trustOf(`ec2.${dnsSuffixOf(infrastructure.region)}`),
      tags: { Name: name },
    })
    const ssm = new IamRolePolicyAttachment(this, 'ssm', {
      role: this.role.name,
      policyArn: managedPolicyArn(infrastructure.region, 'AmazonSSMManagedInstanceCore'),
    })
    const own =
      statements.length === 0
        ? []
        : [new IamRolePolicy(this, 'policy', { name, role: this.role.id, policy: policyOf(statements) })]
    const profile = new IamInstanceProfile(this, 'profile', {
      name,
      role: this.role.name,
      tags: { Name: name },
    })
    this.profileName = profile.name
    this.profileArn = profile.arn
    this.ready = [ssm, ...own, profile]
  }
}
