import { writeFile } from 'node:fs/promises'
import { EXIT, HowdahError } from '../../../provisioners/errors.ts'
import { Secret } from '../../../provisioners/secret.ts'
import { diagramOf } from '../../../stacks/diagram/graph.ts'
import { mermaidOf } from '../../../stacks/diagram/mermaid.ts'
import { isEmpty, outputs, planStacks, readManifest } from '../../../stacks/terraform/index.ts'
import type { SynthesisedStack } from '../../../stacks/terraform/synthesised.ts'
import { dataAtStake, idleCostsText, stackPlansText } from '../../render/stack-plan.ts'
import { table } from '../../render/text.ts'
import type { Verb } from '../context.ts'
import { costsOf, synthesiseInfrastructure, terraformOptions } from './infrastructure.ts'

export interface InfrastructureFile {
  readonly file: string
  readonly outdir?: string
}

/** `howdah synth`: writes the stacks of cluster.yml as Terraform's JSON. It changes nothing in AWS. */
export const synth: Verb<InfrastructureFile> = async (console, options) => {
  const synthesised = await synthesiseInfrastructure(console, options)
  const stacks = synthesised.stacks.map((stack) => ({
    name: stack.id,
    file: `${synthesised.outdir}/stacks/${stack.id}/cdk.tf.json`,
    resources: stack.resources.filter((one) => !one.data).length,
  }))
  console.result(
    {
      formatVersion: '1.0',
      deployment: synthesised.infrastructure.deployment,
      outdir: synthesised.outdir,
      stacks,
    },
    () => {
      const rows = stacks.map(({ name, resources, file }) => [name, resources, file])
      return `${table(['stack', 'resources', 'written to'], rows)}\n${synthesised.infrastructure.name}: ${synthesised.infrastructure.deployment} in ${synthesised.infrastructure.region}`
    },
  )
  return EXIT.done
}

export interface StacksPlanOptions extends InfrastructureFile {
  readonly detailedExitcode?: boolean
  /** Name every resource to create. */
  readonly full?: boolean
}

/** `howdah stacks plan`: the plan of each stack, and what costs money while nothing runs. */
export const plan: Verb<StacksPlanOptions> = async (console, options) => {
  const synthesised = await synthesiseInfrastructure(console, options)
  const plans = await planStacks(synthesised.outdir, terraformOptions(console))
  const costs = costsOf(synthesised)
  const shown = plans.map((one) =>
    'summary' in one
      ? { ...one.summary, dataAtStake: dataAtStake(one.summary) }
      : { stack: one.stack, waitsFor: one.waitsFor },
  )
  console.result({ formatVersion: '1.0', stacks: shown, idleCosts: costs }, () =>
    [stackPlansText(plans, console.out, options.full), idleCostsText(costs, console.out)]
      .filter((part) => part !== '')
      .join('\n\n'),
  )
  const changes = plans.some((one) => !('summary' in one) || !isEmpty(one.summary))
  return options.detailedExitcode && changes ? EXIT.changes : EXIT.done
}

/** `howdah stacks list`: the stacks in the order in which they are applied, and the state of each. */
export const list: Verb<InfrastructureFile> = async (console, options) => {
  const synthesised = await synthesiseInfrastructure(console, options)
  const manifest = await readManifest(synthesised.outdir)
  const { state, name } = synthesised.infrastructure
  const stacks = manifest.map((stack) => ({
    name: stack.name,
    after: stack.dependencies,
    state:
      state.kind === 's3' && stack.name === name
        ? `s3://${state.bucket}/${state.key}/${stack.name}.tfstate`
        : `${synthesised.infrastructure.stateDir}/terraform/${stack.name}.tfstate`,
  }))
  console.result({ formatVersion: '1.0', stacks }, () =>
    table(
      ['stack', 'after', 'state'],
      stacks.map((stack) => [stack.name, stack.after.join(', '), stack.state]),
    ),
  )
  return EXIT.done
}

/** `howdah stacks output`: the outputs of the applied stacks; sensitive ones stay hidden. */
export const output: Verb<InfrastructureFile & { readonly name?: string }> = async (console, options) => {
  const synthesised = await synthesiseInfrastructure(console, options)
  const all = await outputs(synthesised.outdir, terraformOptions(console))
  const flat = Object.values(all).flatMap((stack) => Object.entries(stack))
  if (flat.length === 0) throw notApplied(options.file)
  const { name } = options
  const one = name === undefined ? undefined : flat.find(([key]) => key === name)
  if (name !== undefined && one === undefined)
    throw noSuchOutput(
      name,
      flat.map(([key]) => key),
    )
  if (one !== undefined) console.result({ [one[0]]: one[1] }, () => shown(one[1]))
  else
    console.result(all, () =>
      table(
        ['output', 'value'],
        // The object `howdah` is for programs; the other outputs have its parts.
        flat.filter(([key]) => key !== 'howdah').map(([key, value]) => [key, shown(value)]),
      ),
    )
  return EXIT.done
}

const shown = (value: unknown): string => {
  if (value instanceof Secret) return '(sensitive)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const notApplied = (file: string): HowdahError =>
  new HowdahError({
    code: 'STACKS_NOT_APPLIED',
    exit: 'configuration',
    message: `the stacks of ${file} have no outputs: they are not applied, or are destroyed`,
    next: `howdah apply ${file}`,
  })

const noSuchOutput = (name: string, known: readonly string[]): HowdahError =>
  new HowdahError({
    code: 'STACKS_NO_OUTPUT',
    exit: 'configuration',
    message: `no stack has an output ${name}`,
    expected: known.join(', '),
  })

export interface DiagramOptions extends InfrastructureFile {
  /** A file, or - for stdout. */
  readonly svg?: string
  readonly stack?: string
}

/** `howdah stacks diagram`: the diagram of a stack, as Mermaid on stdout or as an SVG file. */
export const diagram: Verb<DiagramOptions> = async (console, options) => {
  const synthesised = await synthesiseInfrastructure(console, options)
  const picture = diagramOf(chosen(synthesised.stacks, options.stack ?? synthesised.infrastructure.name))
  if (options.svg === undefined) {
    const mermaid = mermaidOf(picture)
    console.result({ formatVersion: '1.0', diagram: picture, mermaid }, () => mermaid.trimEnd())
    return EXIT.done
  }
  const { computeLayout } = await import('../../../stacks/diagram/layout.ts')
  const { svgOf } = await import('../../../stacks/diagram/svg.ts')
  const svg = svgOf(picture.title, await computeLayout(picture))
  if (options.svg === '-') console.result({ formatVersion: '1.0', svg }, () => svg.trimEnd())
  else {
    await writeFile(options.svg, svg)
    console.result({ formatVersion: '1.0', written: options.svg }, () => `written to ${options.svg}`)
  }
  return EXIT.done
}

const chosen = (stacks: readonly SynthesisedStack[], name: string): SynthesisedStack => {
  const found = stacks.find((stack) => stack.id === name)
  if (found !== undefined) return found
  throw new HowdahError({
    code: 'STACKS_UNKNOWN',
    exit: 'configuration',
    message: `there is no stack ${name}`,
    expected: stacks.map((stack) => stack.id).join(', '),
  })
}
