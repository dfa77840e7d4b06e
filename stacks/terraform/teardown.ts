import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import { synthesise } from '../synth.ts'
import { applyStacks, destroyStacks, type PlanSummary, type StackResult } from './index.ts'
import { dataLostWith, type Protection, protectionsOf, unlockSynthesised } from './protections.ts'
import type { TerraformOptions } from './run.ts'
import { readStack, type SynthesisedStack } from './synthesised.ts'

/** What is about to go, as `destroyInfrastructure` found it; nothing is changed yet. */
export interface Teardown {
  readonly summary: PlanSummary
  /** Of what stands: why it would not let itself be destroyed. */
  readonly protections: readonly Protection[]
  /** Addresses of what goes with data in it. */
  readonly data: readonly string[]
}

export interface TeardownOptions extends TerraformOptions {
  readonly outdir: string
  /** Take the protections off first. */
  readonly unlock: boolean
  /** Must be the infrastructure's name where data goes. */
  readonly confirm?: string | undefined
  /** Asked once, with everything in sight; and again where a later plan is not what was shown. */
  readonly consent: (found: Teardown) => Promise<boolean>
}

/**
 * Destroys the stack of an infrastructure: plans its end, refuses what is protected or holds data unless told otherwise,
 * asks, takes the protections off what stands (and changes nothing else), then destroys. The stack of the state's
 * bucket stays: it holds the record of what was here.
 * @throws HowdahError DESTROY_PROTECTED, DESTROY_NEEDS_NAME, DESTROY_DECLINED, and as Terraform's run does.
 */
export async function destroyInfrastructure(
  infrastructure: Infrastructure,
  options: TeardownOptions,
): Promise<readonly StackResult[]> {
  const { outdir } = options
  const locked = protectionsIn(infrastructure, outdir)
  try {
    return await tearDown(infrastructure, locked, options)
  } finally {
    // What lies there must not be an invitation to a `terraform destroy` by hand.
    synthesise(infrastructure, { outdir })
  }
}

const tearDown = async (
  infrastructure: Infrastructure,
  locked: readonly Protection[],
  options: TeardownOptions,
): Promise<readonly StackResult[]> => {
  const { outdir } = options
  const [preview] = await destroyStacks(outdir, { ...options, consent: async () => false })
  if (preview?.outcome !== 'declined') return preview === undefined ? [] : [preview]
  const { summary } = preview
  const deleted = new Set(summary.deletes.map((one) => one.address))
  const found: Teardown = {
    summary,
    protections: locked.filter(({ address }) => deleted.has(address)),
    data: [...deleted].filter((address) => dataLostWith(address) !== undefined),
  }
  refuse(infrastructure, found, options)
  if (!(await options.consent(found))) throw declined()
  if (found.protections.length > 0) {
    const unlocked = await unlock(found.protections, options)
    if (unlocked.some((one) => one.outcome === 'failed')) return unlocked
  }
  return destroyStacks(outdir, { ...options, consent: (now) => stillConsented(found, now, options) })
}

/** Synthesises without the state's own stack, and leaves what was synthesised unlocked: prevent_destroy stops a plan. */
const protectionsIn = (infrastructure: Infrastructure, outdir: string): readonly Protection[] => {
  const { state } = infrastructure
  const alone: Infrastructure =
    state.kind === 's3' ? { ...infrastructure, state: { ...state, create: false } } : infrastructure
  const stacks = synthesise(alone, { outdir }).stacks.map((id): SynthesisedStack => readStack(outdir, id))
  const protections = stacks.flatMap(protectionsOf)
  for (const stack of stacks) unlockSynthesised(outdir, stack)
  return protections
}

/** Terraform warns of every plan with targets; here they are meant. */
const ABOUT_TARGETS = /Resource targeting is in effect|Applied changes may be incomplete/

/** Protections live in the cloud too: they are taken off there by an apply of these resources alone. */
const unlock = (
  protections: readonly Protection[],
  options: TeardownOptions,
): Promise<readonly StackResult[]> => {
  const targets = [...new Set(protections.map((one) => `-target=${one.address}`))]
  return applyStacks(options.outdir, {
    ...options,
    report: (event) => {
      if (event.type !== 'log' || !ABOUT_TARGETS.test(event.text)) options.report?.(event)
    },
    env: { ...(options.env ?? process.env), TF_CLI_ARGS_plan: targets.join(' ') },
    consent: async (summary) => {
      const more = [...summary.adds, ...summary.replacements, ...summary.deletes]
      if (more.length > 0) throw drifted(more.map((one) => one.address))
      return true
    },
  })
}

const stillConsented = async (
  found: Teardown,
  now: PlanSummary,
  options: TeardownOptions,
): Promise<boolean> => {
  const shown = new Set(found.summary.deletes.map((one) => one.address))
  if (now.deletes.every((one) => shown.has(one.address))) return true
  return options.consent({ ...found, summary: now })
}

const command = (infrastructure: Infrastructure, options: TeardownOptions, more: string): string =>
  `howdah destroy ${infrastructure.file} --stacks ${options.unlock ? '--unlock ' : ''}${more}`

const refuse = (infrastructure: Infrastructure, found: Teardown, options: TeardownOptions): void => {
  const name = `--confirm=${infrastructure.name}`
  if (found.protections.length > 0 && !options.unlock) {
    throw new HowdahError({
      code: 'DESTROY_PROTECTED',
      exit: 'preflight',
      message: `${found.protections.length} resources of ${infrastructure.name} are protected from being destroyed; nothing was changed`,
      detail: found.protections.map(protectionLine).join('\n'),
      expected: 'those lines in cluster.yml and howdah apply, or --unlock to take every protection off',
      next: command(infrastructure, options, `--unlock ${name}`),
    })
  }
  if (found.data.length > 0 && options.confirm !== infrastructure.name) {
    throw new HowdahError({
      code: 'DESTROY_NEEDS_NAME',
      exit: 'preflight',
      message: `destroying ${infrastructure.name} takes data with it; nothing was changed`,
      ...(options.confirm === undefined ? {} : { found: `--confirm=${options.confirm}` }),
      expected: name,
      detail: found.data.map((address) => `${address}: ${dataLostWith(address)}`).join('\n'),
      next: command(infrastructure, options, name),
    })
  }
}

const protectionLine = ({ address, why, line }: Protection): string =>
  `${address}: ${why}${line === undefined ? '' : ` (cluster.yml: ${line})`}`

const declined = (): HowdahError =>
  new HowdahError({
    code: 'DESTROY_DECLINED',
    exit: 'unexpected',
    message: 'nothing was destroyed: it was not confirmed',
  })

const drifted = (addresses: readonly string[]): HowdahError =>
  new HowdahError({
    code: 'DESTROY_DRIFTED',
    exit: 'preflight',
    message: 'taking the protections off would do more than that, because cluster.yml is not what stands',
    found: addresses.join(', '),
    next: 'howdah stacks plan, and bring cluster.yml and what stands together',
  })
