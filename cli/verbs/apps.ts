import { EXIT } from '../../provisioners/errors.ts'
import { appsStatus, planApps, updateApps } from '../../provisioners/operations/apps/index.ts'
import type { Verb } from './context.ts'
import { partVerbs } from './part.ts'
import { checkLines, verdictOf } from './status.ts'

/** `howdah apps plan`, which changes nothing, and `howdah apps update`: the Data API and Insights. */
export const { plan, change } = partVerbs({
  plan: planApps,
  change: updateApps,
  whose: 'the applications of ',
})

/** `howdah apps status`: every proxy, and every application through it. Exit 17 when one is unhealthy. */
export const status: Verb<{ readonly file: string }> = async (console, { file }) => {
  const report = await appsStatus(console.operation(file))
  console.result(report, () =>
    [...checkLines(report.checks, console.out), verdictOf(report.checks, console.out)].join('\n'),
  )
  return report.checks.every((check) => check.status === 'pass') ? EXIT.done : EXIT.verification
}
