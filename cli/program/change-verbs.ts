import type { Command } from 'commander'
import type { Runner } from '../program.ts'
import type { Verb } from '../verbs/context.ts'
import type { PlanOptions } from '../verbs/plan.ts'
import {
  addOptions,
  addVerb,
  clusterArgument,
  globalsOf,
  lockWaitOption,
  planOptions,
  type VerbText,
  yesOption,
} from './parts.ts'

/** The two verbs of a part of the cluster: one that shows the plan of it, one that applies that plan. */
export interface ChangeVerbs {
  readonly plan: VerbText
  /** `update` or `apply`. */
  readonly name: string
  readonly change: VerbText
  /** Imports the code, which is loaded when one of the two is called. */
  readonly load: () => Promise<{
    readonly plan: Verb<PlanOptions>
    readonly change: Verb<{ readonly file: string }>
  }>
}

/** Adds `plan` and `update` or `apply` to a group, with the arguments and options that all such pairs have. */
export function changeVerbs(group: Command, runner: Runner, { plan, name, change, load }: ChangeVerbs): void {
  addOptions(addVerb(group, 'plan', plan).addArgument(clusterArgument()), planOptions()).action(
    (file, options, command) =>
      runner(globalsOf(command), async (console) => (await load()).plan(console, { file, ...options })),
  )
  addVerb(group, name, change)
    .addArgument(clusterArgument())
    .addOption(yesOption())
    .addOption(lockWaitOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) => (await load()).change(console, { file, ...options })),
    )
}
