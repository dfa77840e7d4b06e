import { EXIT, HowdahError } from '../../provisioners/errors.ts'
import {
  ROTATABLE,
  type Rotatable,
  type RotationPlan,
  rotatePasswords,
} from '../../provisioners/operations/store/rotate.ts'
import type { Verb } from './context.ts'

export interface StoreRotateOptions {
  readonly file: string
  readonly accounts: readonly string[]
  readonly leaveOld?: boolean
}

function accountsOf(names: readonly string[]): Rotatable[] {
  const asked = names.length === 0 ? ['pipeline', 'api'] : names
  return asked.map((name) => {
    const found = ROTATABLE.find((each) => each === name)
    if (found) return found
    throw new HowdahError({
      code: 'ROTATE_UNKNOWN',
      exit: 'configuration',
      message: `${name} is not an account whose password can be rotated`,
      found: name,
      expected: ROTATABLE.join(', '),
      next: 'howdah store rotate --help',
    })
  })
}

const STAGES = {
  rest: 'a new password',
  begun: 'goes on with the new password of an earlier run',
  switched: 'an earlier run left only the old password to withdraw',
} as const

function planText({ accounts, plan }: RotationPlan): string {
  return [
    ...accounts.map(({ user, target, stage }) => `~ ${user} on ${target}: ${STAGES[stage]}`),
    ...plan.steps.map(({ host, title, action, reason }) => `  ${host}: ${action} ${title} (${reason})`),
  ].join('\n')
}

/** `howdah store rotate`: new passwords, without refusing a client at any moment. */
export const storeRotate: Verb<StoreRotateOptions> = async (console, options) => {
  const wanted = { accounts: accountsOf(options.accounts), leaveOld: options.leaveOld ?? false }
  const report = await rotatePasswords(console.operation(options.file), wanted, async (plan) => {
    return console.consent(`Rotate ${plan.accounts.length} passwords?`, planText(plan))
  })
  console.result(report, () =>
    report.accounts
      .map(({ account, user, target }) =>
        report.withdrawn.includes(account)
          ? `${console.out.green('✓')} ${user} on ${target}: only the new password logs in`
          : `${console.out.green('✓')} ${user} on ${target}: both passwords log in; howdah store rotate ${account} withdraws the old one`,
      )
      .join('\n'),
  )
  return EXIT.done
}
