import { EXIT } from '../../provisioners/errors.ts'
import { applyLogs, planLogs } from '../../provisioners/operations/logs.ts'
import { planText } from '../render/plan.ts'
import { applyExit, applyText } from './bootstrap.ts'
import type { Verb } from './context.ts'
import type { PlanOptions } from './plan.ts'

export { ship, status } from './logs-run.ts'

interface LogsOptions {
  readonly file: string
}

/** `howdah logs plan`: what would change for the tracking logs. Changes nothing. */
export const plan: Verb<PlanOptions & LogsOptions> = async (console, options) => {
  const found = await planLogs(console.operation(options.file))
  console.result(found.plan, () => {
    const scripts = options.showScript
      ? Object.entries(found.scripts()).map(([target, text]) => `\n# ── ${target}\n${text}`)
      : []
    return [planText(found.plan, console.out, options.full), ...scripts].join('\n')
  })
  if (found.plan.refusals.length > 0) return EXIT.preflight
  return options.detailedExitcode && found.plan.steps.length > 0 ? EXIT.changes : EXIT.done
}

/** `howdah logs apply`: shows the plan, asks, applies it. */
export const apply: Verb<LogsOptions> = async (console, options) => {
  const report = await applyLogs(console.operation(options.file), async ({ plan: found }) => {
    console.note(planText(found, console.out))
    return console.consent(`Apply these changes to the tracking logs of ${found.cluster}?`)
  })
  console.result(report, () =>
    report.applied ? applyText(report.applied, console.out) : planText(report.plan, console.out),
  )
  return applyExit(report, console.signal.aborted)
}
