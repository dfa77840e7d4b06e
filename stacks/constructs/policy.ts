/** IAM policy documents. Values may be Terraform references to strings, but not to numbers or lists. */

export interface PolicyStatement {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export const policyOf = (statements: readonly PolicyStatement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

/** The trust policy of a role that one service assumes, ec2.amazonaws.com for example. */
export const trustOf = (service: string, condition?: PolicyStatement['Condition']): string =>
  policyOf([
    {
      Sid: 'Assume',
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ])
