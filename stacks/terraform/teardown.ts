import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import { synthesise } from '../synth.ts'
import { applyStacks, destroyStacks, type PlanSummary, type StackResult } from './index.ts'
import { dataLostWith, type Protection, protectionsOf, unlockSynthesised } from './protections.ts'
import type { TerraformOptions } from './run.ts'
import { readStack, type SynthesisedStack } from './synthesised.ts'

/** What `destroyInfrastructure` would destroy; nothing is changed yet. */
export interface Teardown {
  readonly summary: PlanSummary
  /** The protections of these resources. */
  readonly protections: readonly Protection[]
  /** Addresses of the resources with data. */
  readonly data: readonly string[]
}

export interface TeardownOptions extends TerraformOptions {
  readonly outdir: string
  /** Turn the protections off first. */
  readonly unlock: boolean
  /** `cluster`: the EMR cluster alone. Keys, buckets, network, result store and servers are kept. */
  readonly only?: 'cluster' | undefined
  /** Must be the infrastructure's name where data is lost. */
  readonly confirm?: string | undefined
  /** Called once with everything that is destroyed, and again when a later plan destroys more. */
  readonly consent: (found: Teardown) => Promise<boolean>
}

/**
 * Destroys the stack of an infrastructure: plans, refuses protected resources and resources with data unless the
 * options allow them, asks, turns the protections off (and changes nothing else), then destroys. The stack of the
 * state's bucket is kept, since it has the state.
 * @throws HowdahError DESTROY_PROTECTED, DESTROY_NEEDS_NAME, DESTROY_DECLINED, and as `terraform` does.
 */
export async function destroyInfrastructure(
  infrastructure: Infrastructure,
  options: TeardownOptions,
): Promise<readonly StackResult[]> {
  const { outdir } = options
  const locked = protectionsIn(infrastructure, outdir)
  const targets = options.only === 'cluster' ? clusterTargets(infrastructure, outdir) : undefined
  if (targets?.length === 0) return []
  try {
    return await tearDown(infrastructure, locked, targets === undefined ? options : within(targets, options))
  } finally {
    // The unlocked files must not remain, where a `terraform destroy` by hand would use them.
    synthesise(infrastructure, { outdir })
  }
}

/** What ends with an EMR cluster. */
const OF_CLUSTER: readonly string[] = [
  'aws_emr_cluster',
  'aws_emr_instance_fleet',
  'aws_emr_instance_group',
  'aws_emr_managed_scaling_policy',
]

const clusterTargets = (infrastructure: Infrastructure, outdir: string): readonly string[] =>
  readStack(outdir, infrastructure.name)
    .resources.filter(({ type, data }) => !data && OF_CLUSTER.includes(type))
    .map(({ address }) => address)

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

/** Synthesises without the state's own stack, and leaves the files unlocked: prevent_destroy would stop a plan. */
const protectionsIn = (infrastructure: Infrastructure, outdir: string): readonly Protection[] => {
  const { state } = infrastructure
  const alone: Infrastructure =
    state.kind === 's3' ? { ...infrastructure, state: { ...state, create: false } } : infrastructure
  const stacks = synthesise(alone, { outdir }).stacks.map((id): SynthesisedStack => readStack(outdir, id))
  const protections = stacks.flatMap(protectionsOf)
  for (const stack of stacks) unlockSynthesised(outdir, stack)
  return protections
}

/** Terraform's warnings for every plan with targets, which are intended here. */
const ABOUT_TARGETS = /Resource targeting is in effect|Applied changes may be incomplete/

/** The same options for plans of these resources alone, and of what depends on them. */
const within = (targets: readonly string[], options: TeardownOptions): TeardownOptions => ({
  ...options,
  report: (event) => {
    if (event.type !== 'log' || !ABOUT_TARGETS.test(event.text)) options.report?.(event)
  },
  env: {
    ...(options.env ?? process.env),
    TF_CLI_ARGS_plan: targets.map((address) => `-target=${address}`).join(' '),
  },
})

/** Turns the protections off in AWS too, by an apply of these resources alone. */
const unlock = (
  protections: readonly Protection[],
  options: TeardownOptions,
): Promise<readonly StackResult[]> => {
  const targets = [...new Set(protections.map((one) => one.address))]
  return applyStacks(options.outdir, {
    ...within(targets, options),
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
  `howdah destroy ${infrastructure.file} --stacks ${options.only === 'cluster' ? '--cluster-only ' : ''}${options.unlock ? '--unlock ' : ''}${more}`

const refuse = (infrastructure: Infrastructure, found: Teardown, options: TeardownOptions): void => {
  const name = `--confirm=${infrastructure.name}`
  if (found.protections.length > 0 && !options.unlock) {
    throw new HowdahError({
      code: 'DESTROY_PROTECTED',
      exit: 'preflight',
      message: `${found.protections.length} resources of ${infrastructure.name} are protected from destruction; nothing was changed`,
      detail: found.protections.map(protectionLine).join('\n'),
      expected: 'those lines in cluster.yml and howdah apply, or --unlock to turn every protection off',
      next: command(infrastructure, options, `--unlock ${name}`),
    })
  }
  if (found.data.length > 0 && options.confirm !== infrastructure.name) {
    throw new HowdahError({
      code: 'DESTROY_NEEDS_NAME',
      exit: 'preflight',
      message: `destroying ${infrastructure.name} would lose data; nothing was changed`,
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
    exit: 'declined',
    message: 'nothing was destroyed: you did not confirm it',
  })

const drifted = (addresses: readonly string[]): HowdahError =>
  new HowdahError({
    code: 'DESTROY_DRIFTED',
    exit: 'preflight',
    message:
      'turning the protections off would change more, because cluster.yml and the infrastructure differ',
    found: addresses.join(', '),
    next: 'howdah stacks plan, then apply cluster.yml or correct it',
  })
