import { EXIT } from '../../provisioners/errors.ts'
import { planUsers, updateUsers } from '../../provisioners/operations/users/index.ts'
import type { BootstrapReport, PeopleReport } from '../../provisioners/runtime/types.ts'
import { type Colors, table } from '../render/text.ts'
import { peopleOperation } from './aws/emr-people.ts'
import { applyExit, consentTo, tellApplied } from './bootstrap.ts'
import type { Verb } from './context.ts'
import { type PlanOptions, tellPlan } from './plan.ts'

export interface UsersOptions {
  readonly file: string
  /** Where the stacks of an EMR cluster are. */
  readonly outdir?: string
}

/** Who may log in with which key, and who is there without being in cluster.yml. */
export function peopleText(people: PeopleReport, c: Colors): string {
  const keys =
    people.keys.length === 0
      ? []
      : [
          table(
            ['person', 'key', 'fingerprint', 'comment'],
            people.keys.map(({ name, type, fingerprint, comment }) => [name, type, fingerprint, comment]),
          ),
        ]
  const unknown = people.unknown.map(
    ({ host, name, why }) => `${c.yellow('unknown')} ${c.bold(name)} on ${host}: ${why}`,
  )
  return [...keys, ...unknown, ...leftLines(people, c)].join('\n')
}

const leftLines = (people: PeopleReport, c: Colors): string[] =>
  people.left.map(({ name, why }) => `${c.yellow('left as is')} ${c.bold(name)}: ${why}`)

/** `howdah users plan`: what would change for people, on every host. Changes nothing. */
export const plan: Verb<PlanOptions & UsersOptions> = async (console, options) => {
  const found = await planUsers(await peopleOperation(console, options.file, options.outdir))
  const { people } = found
  return tellPlan(console, found, options, {
    result: { people },
    text: () => peopleText(people, console.out),
  })
}

/** 15 when all is done but for people whose keys nobody could tell; else as `bootstrap`. */
export function usersExit(report: BootstrapReport, interrupted: boolean): number {
  const exit = applyExit(report, interrupted)
  return exit === EXIT.done && (report.people?.left.length ?? 0) > 0 ? EXIT.partial : exit
}

/** `howdah users update`: shows the plan, asks, applies it. */
export const update: Verb<UsersOptions> = async (console, options) => {
  const operation = await peopleOperation(console, options.file, options.outdir)
  const report = await updateUsers(operation, consentTo(console, 'the people of '))
  tellApplied(console, report, () => (report.people ? leftLines(report.people, console.out) : []))
  return usersExit(report, console.signal.aborted)
}
