import { EXIT } from '../../provisioners/errors.ts'
import { appsStatus, planApps, updateApps } from '../../provisioners/operations/apps/index.ts'
import { consentTo, tellApplied } from './bootstrap.ts'
import type { Verb } from './context.ts'
import { type PlanOptions, tellPlan } from './plan.ts'
import { checkLines, verdictOf } from './status.ts'

/** `howdah apps plan`: what would change for the Data API and Insights. Changes nothing. */
export const plan: Verb<PlanOptions> = async (console, options) =>
  tellPlan(console, await planApps(console.operation(options.file)), options)

/** `howdah apps update`: shows that plan, asks, applies it. */
export const update: Verb<{ readonly file: string }> = async (console, { file }) => {
  const report = await updateApps(console.operation(file), consentTo(console, 'the applications of '))
  return tellApplied(console, report)
}

/** `howdah apps status`: every proxy, and every application through it. Exit 17 when one is not well. */
export const status: Verb<{ readonly file: string }> = async (console, { file }) => {
  const report = await appsStatus(console.operation(file))
  console.result(report, () =>
    [...checkLines(report.checks, console.out), verdictOf(report.checks, console.out)].join('\n'),
  )
  return report.checks.every((check) => check.status === 'pass') ? EXIT.done : EXIT.verification
}
