import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HowdahError } from '../../provisioners/errors.ts'
import { readManifest, type StackOnDisk } from './manifest.ts'
import { type TerraformOptions, terraform } from './run.ts'
import { isEmpty, type PlanSummary, summaryOf } from './summary.ts'

/** Installs the provider and connects to the backend; cheap after the first time. */
export async function init(stack: StackOnDisk, options: TerraformOptions): Promise<void> {
  await terraform(
    { stack, args: ['init', '-input=false', '-json'], exit: 'configuration', messages: true },
    options,
  )
}

/**
 * Plans a stack and passes the plan file to `use`. The file is removed afterwards, since a plan contains secrets.
 * @throws HowdahError as `terraform` does.
 */
export async function withPlan<T>(
  stack: StackOnDisk,
  options: TerraformOptions & { readonly destroy?: boolean },
  use: (summary: PlanSummary, file: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'howdah-plan-'))
  const file = join(dir, 'plan')
  try {
    await init(stack, options)
    const destroy = options.destroy ? ['-destroy'] : []
    const args = ['plan', '-input=false', '-json', ...destroy, `-out=${file}`]
    await terraform({ stack, args, exit: 'configuration', messages: true }, options)
    const show = { stack, args: ['show', '-json', file], exit: 'unexpected', messages: false } as const
    return await use(summaryOf(stack.name, await terraform(show, options)), file)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export type StackPlan =
  | { readonly stack: string; readonly summary: PlanSummary }
  /** Cannot be planned before the stacks it depends on exist; `error` is Terraform's message. */
  | { readonly stack: string; readonly waitsFor: readonly string[]; readonly error: HowdahError }

/**
 * The plan of each stack, in order; nothing is changed.
 * @throws HowdahError as `terraform` does, except for a stack that depends on one with changes.
 */
export async function planStacks(
  outdir: string,
  options: TerraformOptions = {},
): Promise<readonly StackPlan[]> {
  const plans: StackPlan[] = []
  for (const stack of await readManifest(outdir)) {
    options.report?.({ type: 'phase', title: `Planning ${stack.name}` })
    const waitsFor = stack.dependencies.filter((name) =>
      plans.some((plan) => plan.stack === name && !('summary' in plan && isEmpty(plan.summary))),
    )
    try {
      plans.push({ stack: stack.name, summary: await withPlan(stack, options, async (summary) => summary) })
    } catch (error) {
      if (!(error instanceof HowdahError) || error.details.exit === 'interrupted' || waitsFor.length === 0)
        throw error
      plans.push({ stack: stack.name, waitsFor, error })
    }
  }
  return plans
}
