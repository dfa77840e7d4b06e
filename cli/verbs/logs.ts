import { applyLogs, planLogs } from '../../provisioners/operations/logs/index.ts'
import { consentTo, tellApplied } from './bootstrap.ts'
import type { Verb } from './context.ts'
import { type PlanOptions, tellPlan } from './plan.ts'

export { ship, status } from './logs-run.ts'

interface LogsOptions {
  readonly file: string
}

/** `howdah logs plan`: what would change for the tracking logs. Changes nothing. */
export const plan: Verb<PlanOptions & LogsOptions> = async (console, options) =>
  tellPlan(console, await planLogs(console.operation(options.file)), options)

/** `howdah logs apply`: shows the plan, asks, applies it. */
export const apply: Verb<LogsOptions> = async (console, options) => {
  const report = await applyLogs(console.operation(options.file), consentTo(console, 'the tracking logs of '))
  return tellApplied(console, report)
}
