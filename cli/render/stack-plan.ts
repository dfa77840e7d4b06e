import type { IdleCost } from '../../stacks/idle-costs.ts'
import type { PlannedResource, PlanSummary, StackPlan } from '../../stacks/terraform/index.ts'
import { dataLostWith } from '../../stacks/terraform/protections.ts'
import type { Colors } from './text.ts'

const typeOf = (address: string): string => address.split('.').at(-2) ?? address

/** The resources to create, one line per type, since a new deployment has over a hundred. */
function createdLines(adds: readonly PlannedResource[], full: boolean, c: Colors): string[] {
  if (full) return adds.map(({ address }) => `  ${c.green('+')} ${address}`)
  const byType = new Map<string, number>()
  for (const { address } of adds) byType.set(typeOf(address), (byType.get(typeOf(address)) ?? 0) + 1)
  return [...byType]
    .sort()
    .map(([type, count]) => `  ${c.green('+')} ${type}${count > 1 ? ` × ${count}` : ''}`)
}

const changedLine = (sign: string, { address, changed }: PlannedResource, why: string, c: Colors): string =>
  `  ${sign} ${address}${changed.length > 0 ? c.dim(`  (${why}${changed.join(', ')})`) : ''}`

/** Resources whose data is lost when they are replaced or destroyed. */
export const dataAtStake = (
  summary: PlanSummary,
): readonly { readonly address: string; readonly replaced: boolean; readonly lost: string }[] =>
  [...summary.replacements, ...summary.deletes].flatMap(({ address }) => {
    const lost = dataLostWith(address)
    const replaced = summary.replacements.some((one) => one.address === address)
    return lost === undefined ? [] : [{ address, replaced, lost }]
  })

function stakeLines(summary: PlanSummary, c: Colors): string[] {
  const stake = dataAtStake(summary)
  if (stake.length === 0) return []
  return [
    c.red(c.bold('Data would be lost')),
    ...stake.map(
      ({ address, replaced, lost }) =>
        `  ${c.red(replaced ? '±' : '-')} ${c.bold(address)} ${replaced ? 'is replaced' : 'is destroyed'}: ${lost}`,
    ),
  ]
}

/** "12 to create, 1 to change, 2 to destroy". */
export function stackSummary(summary: PlanSummary): string {
  const counts = [
    [summary.adds.length, 'to create'],
    [summary.changes.length, 'to change'],
    [summary.replacements.length, 'to replace'],
    [summary.deletes.length, 'to destroy'],
  ] as const
  const parts = counts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`)
  if (parts.length > 0) return parts.join(', ')
  return summary.outputs.length > 0 ? `only outputs change: ${summary.outputs.join(', ')}` : 'no changes'
}

/** The plan of one stack; `full` names every resource to create. */
export function stackPlanText(summary: PlanSummary, c: Colors, full = false): string {
  return [
    c.bold(summary.stack),
    ...createdLines(summary.adds, full, c),
    ...summary.changes.map((one) => changedLine(c.yellow('~'), one, '', c)),
    ...summary.replacements.map((one) => changedLine(c.red('±'), one, 'replaced because of ', c)),
    ...summary.deletes.map((one) => `  ${c.red('-')} ${one.address}`),
    ...stakeLines(summary, c),
    c.bold(`${summary.stack}: ${stackSummary(summary)}.`),
  ].join('\n')
}

/** The plans of all stacks; for a stack without a plan, the stacks that it waits for. */
export function stackPlansText(plans: readonly StackPlan[], c: Colors, full = false): string {
  return plans
    .map((plan) => {
      if ('summary' in plan) return stackPlanText(plan.summary, c, full)
      const first = `apply ${plan.waitsFor.join(', ')} first`
      return `${c.bold(plan.stack)}\n  ${c.yellow('?')} can't be planned yet: ${first}`
    })
    .join('\n\n')
}

/** The resources that cost money while nothing runs, each with its reason; '' without any. */
export function idleCostsText(costs: readonly IdleCost[], c: Colors): string {
  if (costs.length === 0) return ''
  const width = Math.max(...costs.map(({ count }) => String(count).length))
  const lines = costs.flatMap(({ title, count, why }) => [
    `  ${String(count).padStart(width)} ${title}`,
    c.dim(`  ${' '.repeat(width)} ${why}`),
  ])
  return [c.bold('Paid for while nothing runs'), ...lines].join('\n')
}
