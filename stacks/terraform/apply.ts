import { HowdahError } from '../../provisioners/errors.ts'
import { readManifest, type StackOnDisk } from './manifest.ts'
import { withPlan } from './plan.ts'
import { type TerraformOptions, terraform } from './run.ts'
import { isEmpty, type PlanSummary } from './summary.ts'

export interface ChangeOptions extends TerraformOptions {
  /** Called before a stack is changed; not called when its plan is empty. */
  readonly consent: (summary: PlanSummary) => Promise<boolean>
}

/** The result for one stack. */
export type StackResult =
  | {
      readonly stack: string
      readonly outcome: 'done' | 'unchanged' | 'declined'
      readonly summary: PlanSummary
    }
  | { readonly stack: string; readonly outcome: 'failed'; readonly error: HowdahError }
  /** Not touched, since these did not come to where it needs them. */
  | { readonly stack: string; readonly outcome: 'skipped'; readonly because: readonly string[] }

/**
 * Plans, asks and applies stack by stack, in the manifest's order. It applies exactly the plan that it has shown.
 * After a stack that fails or is declined, only the stacks that depend on it are skipped.
 * @throws HowdahError without a manifest or Terraform; the failure of a stack is in its result.
 */
export async function applyStacks(outdir: string, options: ChangeOptions): Promise<readonly StackResult[]> {
  return changeEach(await readManifest(outdir), (stack) => stack.dependencies, options, false)
}

/** Destroys stack by stack, in the reverse of the order in which they are applied; otherwise as `applyStacks`. */
export async function destroyStacks(outdir: string, options: ChangeOptions): Promise<readonly StackResult[]> {
  const stacks = await readManifest(outdir)
  const dependants = (stack: StackOnDisk) =>
    stacks.filter((other) => other.dependencies.includes(stack.name)).map((other) => other.name)
  return changeEach([...stacks].reverse(), dependants, options, true)
}

async function changeEach(
  stacks: readonly StackOnDisk[],
  needs: (stack: StackOnDisk) => readonly string[],
  options: ChangeOptions,
  destroy: boolean,
): Promise<readonly StackResult[]> {
  const results = new Map<string, StackResult>()
  for (const stack of stacks) {
    const because = needs(stack).filter((name) => !isApplied(results.get(name)))
    const result: StackResult =
      because.length > 0
        ? { stack: stack.name, outcome: 'skipped', because }
        : await change(stack, options, destroy)
    results.set(stack.name, result)
  }
  return [...results.values()]
}

const isApplied = (result: StackResult | undefined): boolean =>
  result === undefined || result.outcome === 'done' || result.outcome === 'unchanged'

async function change(stack: StackOnDisk, options: ChangeOptions, destroy: boolean): Promise<StackResult> {
  const { name } = stack
  options.report?.({ type: 'phase', title: `Planning ${destroy ? 'to destroy ' : ''}${name}` })
  try {
    return await withPlan(stack, { ...options, destroy }, async (summary, file) => {
      if (isEmpty(summary)) return { stack: name, outcome: 'unchanged', summary }
      if (!(await options.consent(summary))) return { stack: name, outcome: 'declined', summary }
      options.report?.({ type: 'phase', title: `${destroy ? 'Destroying' : 'Applying'} ${name}` })
      const args = ['apply', '-input=false', '-json', file]
      await terraform({ stack, args, exit: 'stepFailed', messages: true }, options)
      return { stack: name, outcome: 'done', summary }
    })
  } catch (error) {
    // Without Terraform every stack would fail; any other error is a bug of Howdah.
    if (!(error instanceof HowdahError) || error.details.exit === 'preflight') throw error
    return { stack: name, outcome: 'failed', error }
  }
}
