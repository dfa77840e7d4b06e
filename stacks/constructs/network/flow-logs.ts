import { nameWithin } from '../../names.ts'
import { CloudwatchLogGroup, type Construct, FlowLog, IamRole, IamRolePolicy } from '../../tf.ts'
import { accountOf } from '../account.ts'
import { dnsSuffixOf } from '../arns.ts'
import { policyOf, trustOf } from '../policy.ts'
import type { NetworkOptions } from './parts.ts'

/** Creates the flow log of the VPC, kept for a year in a log group that is encrypted with the deployment's key. */
export const createFlowLogs = (
  scope: Construct,
  vpcId: string,
  { infrastructure, key }: NetworkOptions,
): void => {
  const name = nameWithin(64, infrastructure.name, 'flow-logs')
  const group = new CloudwatchLogGroup(scope, 'flow-log-group', {
    name: `/howdah/${infrastructure.name}/flow-logs`,
    retentionInDays: 365,
    kmsKeyId: key.keyArn,
    tags: { Name: name },
  })
  const role = new IamRole(scope, 'flow-log-role', {
    name,
    description: `Howdah ${infrastructure.name}: writes the VPC's flow logs`,
    assumeRolePolicy: trustOf(`vpc-flow-logs.${dnsSuffixOf(infrastructure.region)}`, {
      StringEquals: { 'aws:SourceAccount': accountOf(scope) },
    }),
    tags: { Name: name },
  })
  const policy = new IamRolePolicy(scope, 'flow-log-policy', {
    name,
    role: role.id,
    policy: policyOf([
      {
        Sid: 'Write',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
        Resource: [group.arn, `${group.arn}:*`],
      },
    ]),
  })
  new FlowLog(scope, 'flow-log', {
    vpcId,
    trafficType: 'ALL',
    logDestination: group.arn,
    iamRoleArn: role.arn,
    tags: { Name: name },
    dependsOn: [policy],
  })
}
