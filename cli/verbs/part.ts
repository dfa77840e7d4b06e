import type { BootstrapReport, OperationOptions, Planned } from '../../provisioners/runtime/types.ts'
import { consentTo, reportApplied } from './bootstrap.ts'
import type { Verb } from './context.ts'
import { type PlanOptions, reportPlan } from './plan.ts'

/** How the library plans and applies one part of the cluster. */
export interface PartOperations {
  readonly plan: (options: OperationOptions) => Promise<Planned>
  readonly change: (
    options: OperationOptions,
    consent: (found: Planned) => Promise<boolean>,
  ) => Promise<BootstrapReport>
  /** Comes before the cluster's name in the question: `the schedule of `. */
  readonly whose: string
}

/** The verb that shows what would change for a part, and the one that shows it, asks and applies it. */
export const partVerbs = ({
  plan,
  change,
  whose,
}: PartOperations): {
  readonly plan: Verb<PlanOptions>
  readonly change: Verb<{ readonly file: string }>
} => ({
  plan: async (console, options) => reportPlan(console, await plan(console.operation(options.file)), options),
  change: async (console, { file }) =>
    reportApplied(console, await change(console.operation(file), consentTo(console, whose))),
})
