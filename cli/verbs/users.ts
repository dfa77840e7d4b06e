import { EXIT } from '../../provisioners/errors.ts'
import { planUsers, updateUsers } from '../../provisioners/operations/users/index.ts'
import type { BootstrapReport, UserReport } from '../../provisioners/runtime/types.ts'
import { type Colors, table } from '../render/text.ts'
import { userOperation } from './aws/emr-users.ts'
import { applyExit, consentTo, reportApplied } from './bootstrap.ts'
import type { Verb } from './context.ts'
import { type PlanOptions, reportPlan } from './plan.ts'

export interface UsersOptions {
  readonly file: string
  /** Where the stacks of an EMR cluster are. */
  readonly outdir?: string
}

/** Who may log in with which key, and which users of the hosts are not in cluster.yml. */
export function userText(users: UserReport, c: Colors): string {
  const keys =
    users.keys.length === 0
      ? []
      : [
          table(
            ['user', 'key', 'fingerprint', 'comment'],
            users.keys.map(({ name, type, fingerprint, comment }) => [name, type, fingerprint, comment]),
          ),
        ]
  const unknown = users.unknown.map(
    ({ host, name, why }) => `${c.yellow('unknown')} ${c.bold(name)} on ${host}: ${why}`,
  )
  return [...keys, ...unknown, ...leftLines(users, c)].join('\n')
}

const leftLines = (users: UserReport, c: Colors): string[] =>
  users.left.map(({ name, why }) => `${c.yellow('left as is')} ${c.bold(name)}: ${why}`)

/** `howdah users plan`: what would change for users, on every host. Changes nothing. */
export const plan: Verb<PlanOptions & UsersOptions> = async (console, options) => {
  const found = await planUsers(await userOperation(console, options.file, options.outdir))
  const { users } = found
  return reportPlan(console, found, options, {
    result: { users },
    text: () => userText(users, console.out),
  })
}

/** 15 when all is done except for users whose keys could not be read; else as `bootstrap`. */
export function usersExit(report: BootstrapReport, interrupted: boolean): number {
  const exit = applyExit(report, interrupted)
  return exit === EXIT.done && (report.users?.left.length ?? 0) > 0 ? EXIT.partial : exit
}

/** `howdah users update`: shows the plan, asks, applies it. */
export const change: Verb<UsersOptions> = async (console, options) => {
  const operation = await userOperation(console, options.file, options.outdir)
  const report = await updateUsers(operation, consentTo(console, 'the users of '))
  reportApplied(console, report, () => (report.users ? leftLines(report.users, console.out) : []))
  return usersExit(report, console.signal.aborted)
}
