import { z } from 'zod'

/** A resource in a plan. Values are left out: some are secrets. */
export interface PlannedResource {
  readonly address: string
  readonly type: string
  /** Top-level arguments that change; none for a resource that is created or destroyed. */
  readonly changed: readonly string[]
}

/** The plan of one stack, as plain data. */
export interface PlanSummary {
  readonly stack: string
  readonly adds: readonly PlannedResource[]
  readonly changes: readonly PlannedResource[]
  /** Destroyed and created again; `changed` names the arguments that force it. */
  readonly replacements: readonly PlannedResource[]
  readonly deletes: readonly PlannedResource[]
  /** Outputs whose value changes. */
  readonly outputs: readonly string[]
}

const changeSchema = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
})

const planSchema = z.object({
  resource_changes: z
    .array(z.object({ address: z.string(), type: z.string(), change: changeSchema }))
    .default([]),
  output_changes: z.record(z.string(), changeSchema).default({}),
})

type Change = z.infer<typeof changeSchema>

/** Reads `terraform show -json` of a plan file. */
export function summaryOf(stack: string, shown: string): PlanSummary {
  const plan = planSchema.parse(JSON.parse(shown))
  const of = (...actions: readonly string[]) =>
    plan.resource_changes
      .filter(({ change }) => actions.includes(change.actions.join()))
      .map(({ address, type, change }) => ({ address, type, changed: changedIn(change) }))
  return {
    stack,
    adds: of('create'),
    changes: of('update'),
    replacements: of('delete,create', 'create,delete'),
    deletes: of('delete', 'forget'),
    outputs: Object.entries(plan.output_changes)
      .filter(([, change]) => change.actions.join() !== 'no-op')
      .map(([name]) => name),
  }
}

/** Whether a plan has no changes. */
export const isEmpty = (summary: PlanSummary): boolean =>
  summary.adds.length +
    summary.changes.length +
    summary.replacements.length +
    summary.deletes.length +
    summary.outputs.length ===
  0

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function changedIn({ actions, before, after, after_unknown, replace_paths }: Change): readonly string[] {
  if (replace_paths) return [...new Set(replace_paths.map((path) => path.join('.')))]
  if (actions.join() !== 'update') return []
  const [old, now, unknown] = [fields(before), fields(after), fields(after_unknown)]
  return [...new Set([...Object.keys(old), ...Object.keys(now), ...Object.keys(unknown)])].filter(
    (name) => unknown[name] === true || JSON.stringify(old[name]) !== JSON.stringify(now[name]),
  )
}
