import { type Construct, DataAwsCallerIdentity, TerraformStack } from '../tf.ts'

/** Id of the account that the stack is applied to. Each stack has one data source for it. */
export const accountOf = (scope: Construct): string => {
  const stack = TerraformStack.of(scope)
  const existing = stack.node.tryFindChild('account')
  const account =
    existing instanceof DataAwsCallerIdentity ? existing : new DataAwsCallerIdentity(stack, 'account')
  return account.accountId
}
