import { EXIT } from '../../provisioners/errors.ts'
import { planCluster } from '../../provisioners/operations/bootstrap.ts'
import { planText } from '../render/plan.ts'
import type { Verb } from './context.ts'

export interface PlanOptions {
  readonly file: string
  readonly detailedExitcode?: boolean
  readonly showScript?: boolean
  /** Show the content of new files too. */
  readonly full?: boolean
}

/** `howdah plan`: what would change, with diffs and restarts. Changes nothing. */
export const plan: Verb<PlanOptions> = async (console, options) => {
  const found = await planCluster(console.operation(options.file))
  console.result(found.plan, () => {
    const scripts = options.showScript
      ? Object.entries(found.scripts()).map(([target, text]) => `\n# ── ${target}\n${text}`)
      : []
    return [planText(found.plan, console.out, options.full), ...scripts].join('\n')
  })
  if (found.plan.refusals.length > 0) return EXIT.preflight
  return options.detailedExitcode && found.plan.steps.length > 0 ? EXIT.changes : EXIT.done
}
