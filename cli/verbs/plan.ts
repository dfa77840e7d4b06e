import type { Plan } from '../../provisioners/engine/types.ts'
import { EXIT } from '../../provisioners/errors.ts'
import { type Chosen, planCluster } from '../../provisioners/operations/bootstrap/index.ts'
import type { OperationOptions, Planned } from '../../provisioners/runtime/types.ts'
import type { Console } from '../console.ts'
import { planText } from '../render/plan.ts'
import type { Verb } from './context.ts'

export interface PlanOptions {
  readonly file: string
  readonly detailedExitcode?: boolean
  readonly showScript?: boolean
  /** Show the content of new files too. */
  readonly full?: boolean
}

/** Options of the verbs that plan the cluster or a part of it. */
export interface PartOptions {
  /** Names of components. */
  readonly only?: readonly string[]
  /** Names of hosts. */
  readonly host?: readonly string[]
  /** Names of hosts to take over from another cluster. */
  readonly adopt?: readonly string[]
}

/** The operation of a verb that plans the cluster, with the hosts to take over. */
export const operationOf = (
  console: Console,
  { file, adopt }: PartOptions & { readonly file: string },
): OperationOptions => ({ ...console.operation(file), ...(adopt && { adopt }) })

/** The part that these options name; neither of them: the whole cluster. */
export const chosenBy = ({ only, host }: PartOptions): Chosen => ({
  ...(only && { only }),
  ...(host && { hosts: host }),
})

/** What a verb reports together with a plan: `result` goes into its document, `text` above its text. */
export interface BesidePlan {
  readonly result?: object
  readonly text?: () => string
}

/** Prints a plan in the same way for every verb that makes one, and returns the exit code. */
export function reportPlan(
  console: Console,
  { plan: found, scripts }: Planned,
  options: PlanOptions,
  beside: BesidePlan = {},
): number {
  console.result(
    { ...found, ...beside.result },
    () => {
      const above = beside.text?.() ?? ''
      const below = options.showScript
        ? Object.entries(scripts()).map(([target, text]) => `\n# ── ${target}\n${text}`)
        : []
      return [...(above === '' ? [] : [above]), planText(found, console.out, options.full), ...below].join(
        '\n',
      )
    },
    options.showScript ? 'plain' : 'prose',
  )
  if (found.refusals.length > 0) return EXIT.preflight
  if (found.unreachable !== undefined) return EXIT.partial
  return options.detailedExitcode && found.steps.length > 0 ? EXIT.changes : EXIT.done
}

export interface SavedPlanOptions {
  /** The file that the plan is written to. */
  readonly out?: string
}

/** `howdah plan`: what would change, with diffs and restarts. Changes nothing. */
export const plan: Verb<PlanOptions & PartOptions & SavedPlanOptions> = async (console, options) => {
  const { file, out } = options
  const found = await planCluster(operationOf(console, options), chosenBy(options), out)
  const exit = reportPlan(console, found, options)
  if (out !== undefined) console.note(savedText(found.plan, file, out))
  return exit
}

const savedText = ({ refusals }: Plan, file: string, out: string): string =>
  refusals.length > 0
    ? `The plan is refused, so it was not written to ${out}.`
    : `The plan is in ${out}. To apply it, and nothing else: howdah bootstrap ${file} --plan ${out}`
