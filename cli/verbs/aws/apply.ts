import type { Infrastructure } from '../../../provisioners/config/index.ts'
import { EXIT, HowdahError } from '../../../provisioners/errors.ts'
import { applyStacks, type PlanSummary, type StackResult } from '../../../stacks/terraform/index.ts'
import type { Console } from '../../console.ts'
import { dataAtStake, idleCostsText, stackPlanText, stackSummary } from '../../render/stack-plan.ts'
import type { Verb } from '../context.ts'
import { costsOf, failureIn, synthesiseInfrastructure, terraformOptions } from './infrastructure.ts'

export interface ApplyOptions {
  readonly file: string
  readonly outdir?: string
  /** The deployment's name, where data would be lost. */
  readonly confirm?: string
  /** Name every resource to create. */
  readonly full?: boolean
}

/**
 * `howdah apply`: shows each stack's plan, asks, and applies exactly that plan, stack by stack. A plan that loses data
 * also needs the deployment's name.
 */
export const apply: Verb<ApplyOptions> = async (console, options) => {
  const synthesised = await synthesiseInfrastructure(console, options)
  const { infrastructure } = synthesised
  const idle = idleCostsText(costsOf(synthesised), console.err)
  const results = await applyStacks(synthesised.outdir, {
    ...terraformOptions(console),
    consent: async (summary) => {
      const last = summary.stack === infrastructure.name
      const plan = stackPlanText(summary, console.err, options.full)
      if (dataAtStake(summary).length > 0 && options.confirm !== infrastructure.name) {
        console.note(plan)
        throw needsName(infrastructure, summary)
      }
      const about = [plan, ...(last && idle ? ['', idle] : [])].join('\n')
      return console.consent(`Apply these changes to ${summary.stack}?`, about)
    },
  })
  return showResults(console, results, infrastructure, options.file)
}

/** Shows one line per stack and the next command; throws the first failure, or an error when a plan was declined. */
function showResults(
  console: Console,
  results: readonly StackResult[],
  infrastructure: Infrastructure,
  file: string,
): number {
  const failed = failureIn(results)
  const declined = results.some((one) => one.outcome === 'declined')
  const text = resultLines(results).join('\n')
  if (failed !== undefined || declined) {
    console.note(text)
    throw failed ?? planDeclined(`howdah apply --yes ${file}`)
  }
  console.result(
    { formatVersion: '1.0', stacks: results },
    () => `${text}\n${nextStep(infrastructure, file)}`,
  )
  return EXIT.done
}

/** "insights: done, 12 to create." for each stack. */
export const resultLines = (results: readonly StackResult[]): readonly string[] =>
  results.map((one) => {
    if (one.outcome === 'skipped') return `${one.stack}: skipped, since it needs ${one.because.join(', ')}`
    if (one.outcome === 'failed') return `${one.stack}: failed`
    if (one.outcome === 'unchanged') return `${one.stack}: nothing to change`
    return `${one.stack}: ${one.outcome}, ${stackSummary(one.summary)}`
  })

const nextStep = (infrastructure: Infrastructure, file: string): string =>
  infrastructure.fleet === undefined && infrastructure.server === undefined
    ? `next: howdah stacks output ${file}`
    : `next: howdah inventory ${file} --from-terraform --write, then howdah bootstrap ${file}`

export const planDeclined = (next: string): HowdahError =>
  new HowdahError({
    code: 'PLAN_DECLINED',
    exit: 'declined',
    message: 'nothing more was changed: you did not confirm the plan',
    next,
  })

const needsName = (infrastructure: Infrastructure, summary: PlanSummary): HowdahError =>
  new HowdahError({
    code: 'APPLY_LOSES_DATA',
    exit: 'preflight',
    message: `the plan of ${summary.stack} would lose data`,
    found: dataAtStake(summary)
      .map(({ address }) => address)
      .join(', '),
    expected: 'a cluster.yml that keeps the data, or the name of the deployment',
    next: `howdah apply ${infrastructure.file} --confirm=${infrastructure.name}`,
  })
