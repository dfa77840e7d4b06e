import { EXIT } from '../../provisioners/errors.ts'
import { appsStatus, planApps, updateApps } from '../../provisioners/operations/apps.ts'
import { planText } from '../render/plan.ts'
import { applyExit, applyText } from './bootstrap.ts'
import type { Verb } from './context.ts'
import type { PlanOptions } from './plan.ts'
import { checkLines, verdictOf } from './status.ts'

/** `howdah apps plan`: what would change for the Data API and Insights. Changes nothing. */
export const plan: Verb<PlanOptions> = async (console, options) => {
  const found = await planApps(console.operation(options.file))
  console.result(found.plan, () => {
    const scripts = options.showScript
      ? Object.entries(found.scripts()).map(([target, text]) => `\n# ── ${target}\n${text}`)
      : []
    return [planText(found.plan, console.out, options.full), ...scripts].join('\n')
  })
  if (found.plan.refusals.length > 0) return EXIT.preflight
  return options.detailedExitcode && found.plan.steps.length > 0 ? EXIT.changes : EXIT.done
}

/** `howdah apps update`: shows that plan, asks, applies it. */
export const update: Verb<{ readonly file: string }> = async (console, { file }) => {
  const report = await updateApps(console.operation(file), async ({ plan: found }) => {
    console.note(planText(found, console.out))
    return console.consent(`Apply these changes to the applications of ${found.cluster}?`)
  })
  console.result(report, () =>
    report.applied ? applyText(report.applied, console.out) : planText(report.plan, console.out),
  )
  return applyExit(report, console.signal.aborted)
}

/** `howdah apps status`: every proxy, and every application through it. Exit 17 when one is not well. */
export const status: Verb<{ readonly file: string }> = async (console, { file }) => {
  const report = await appsStatus(console.operation(file))
  console.result(report, () =>
    [...checkLines(report.checks, console.out), verdictOf(report.checks, console.out)].join('\n'),
  )
  return report.checks.every((check) => check.status === 'pass') ? EXIT.done : EXIT.verification
}
