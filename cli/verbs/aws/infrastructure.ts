import { type Infrastructure, loadInfrastructure } from '../../../provisioners/config/index.ts'
import type { HowdahError } from '../../../provisioners/errors.ts'
import { awsPart } from '../../../stacks/aws-part.ts'
import { type IdleCost, idleCosts } from '../../../stacks/idle-costs.ts'
import type { StackResult, TerraformOptions } from '../../../stacks/terraform/index.ts'
import { readStack, type SynthesisedStack } from '../../../stacks/terraform/synthesised.ts'
import type { Console } from '../../console.ts'

/** The output directory, the same as cdktf-cli's. */
export const OUTDIR = 'cdktf.out'

/** The infrastructure of a cluster.yml, and its synthesised stacks. */
export interface SynthesisedInfrastructure {
  readonly infrastructure: Infrastructure
  readonly outdir: string
  readonly stacks: readonly SynthesisedStack[]
}

/** Loads cluster.yml and synthesises its stacks; warnings go to the console. */
export async function synthesiseInfrastructure(
  console: Console,
  { file, outdir = OUTDIR }: { readonly file: string; readonly outdir?: string },
): Promise<SynthesisedInfrastructure> {
  const infrastructure = await loadInfrastructure(file)
  for (const warning of infrastructure.warnings) console.note(`${console.out.yellow('warning')} ${warning}`)
  const { synthesise } = await awsPart(() => import('../../../stacks/synth.ts'))
  return { infrastructure, outdir, stacks: readBack(synthesise(infrastructure, { outdir })) }
}

/** Reads every stack of a synthesis. */
export const readBack = (written: {
  readonly outdir: string
  readonly stacks: readonly string[]
}): readonly SynthesisedStack[] => written.stacks.map((id) => readStack(written.outdir, id))

export const terraformOptions = (console: Console): TerraformOptions => ({
  report: console.report,
  signal: console.signal,
})

/** The idle costs of the stacks. */
export const costsOf = (synthesised: Pick<SynthesisedInfrastructure, 'stacks'>): readonly IdleCost[] =>
  idleCosts(synthesised.stacks)

/** The first failure among the stacks' results. */
export const failureIn = (results: readonly StackResult[]): HowdahError | undefined =>
  results.flatMap((result) => (result.outcome === 'failed' ? [result.error] : []))[0]
