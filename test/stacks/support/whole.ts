import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  applyStacks,
  destroyStacks,
  outputs,
  type PlanSummary,
  readManifest,
  type StackOnDisk,
  type StackOutputs,
  type StackResult,
} from '../../../stacks/terraform/index.ts'
import { unlockSynthesised } from '../../../stacks/terraform/protections.ts'
import { readStack } from '../../../stacks/terraform/synthesised.ts'
import type { Action, StandInOptions } from '../stand-in/provider.ts'
import { type StandIn, withStandIn } from '../stand-in/server.ts'
import { standInEnv, terraformIn } from '../stand-in/terraform-in.ts'
import { scratch } from './small.ts'

export interface WholeOptions extends StandInOptions {
  /** Ids of stacks whose protections are removed before they are destroyed. */
  readonly unlock?: readonly string[]
}

export interface WholeRun {
  /** By stack, then by name. */
  readonly outputs: Readonly<Record<string, StackOutputs>>
  /** What the first plan of each stack would do. */
  readonly plans: Readonly<Record<string, PlanSummary>>
  readonly actions: readonly Action[]
  readonly schemaMs: number
  readonly ms: number
}

/**
 * Takes every stack of a manifest through its life with real Terraform and the stand-in for AWS: init, validate,
 * plan, apply, a second plan that finds nothing to do, outputs, destroy, nothing left in the state.
 * @throws Error with Terraform's message at the first step with another result than expected.
 */
export async function runWhole(outdir: string, options: WholeOptions = {}): Promise<WholeRun> {
  const started = performance.now()
  const stacks = await readManifest(outdir)
  const states = scratch()
  keepStateIn(states, stacks)
  return withStandIn(options, async (standIn) => {
    const run = { env: standInEnv(standIn), consent: async () => true }
    for (const stack of stacks) await validate(stack, standIn)
    const applied = allDone(await applyStacks(outdir, run))
    for (const stack of stacks)
      await terraformOutput(stack, standIn, ['plan', '-no-color', '-detailed-exitcode'])
    const outputsOfStacks = await outputs(outdir, run)
    if (options.unlock) {
      for (const id of options.unlock) unlockSynthesised(outdir, readStack(outdir, id))
      keepStateIn(states, stacks)
      allDone(await applyStacks(outdir, run))
    }
    allDone(await destroyStacks(outdir, run))
    for (const stack of stacks) {
      const left = await terraformOutput(stack, standIn, ['state', 'list'])
      if (left !== '') throw new Error(`left of ${stack.name} after destroy:\n${left}`)
    }
    const plans = Object.fromEntries(applied.map((summary) => [summary.stack, summary]))
    const { actions, schemaMs } = standIn
    return { outputs: outputsOfStacks, plans, actions, schemaMs, ms: performance.now() - started }
  })
}

/** A backend of the test's own for every stack, whatever the stack says: a file. */
export function keepStateIn(dir: string, stacks: readonly StackOnDisk[]): void {
  for (const { name, dir: stackDir } of stacks) {
    const backend = { local: { path: join(dir, `${name}.tfstate`) } }
    writeFileSync(join(stackDir, 'backend_override.tf.json'), JSON.stringify({ terraform: { backend } }))
  }
}

async function validate(stack: StackOnDisk, standIn: StandIn): Promise<void> {
  await terraformOutput(stack, standIn, ['init', '-no-color'])
  await terraformOutput(stack, standIn, ['validate', '-no-color'])
}

/** Terraform's stdout; anything on stderr, or another exit code than 0, is a failure. */
async function terraformOutput(
  stack: StackOnDisk,
  standIn: StandIn,
  args: readonly string[],
): Promise<string> {
  const { exitCode, stdout, stderr } = await terraformIn(stack.dir, args, standIn)
  if (exitCode === 0 && stderr === '') return stdout
  throw new Error(`${stack.name}: terraform ${args.join(' ')} (${exitCode})\n${stdout}\n${stderr}`)
}

function allDone(results: readonly StackResult[]): readonly PlanSummary[] {
  return results.map((result) => {
    if (result.outcome === 'done' || result.outcome === 'unchanged') return result.summary
    if (result.outcome === 'failed') {
      const { message, detail } = result.error.details
      throw new Error(`${message}\n${detail ?? ''}`, { cause: result.error })
    }
    throw new Error(`${result.stack} was ${result.outcome}`)
  })
}
