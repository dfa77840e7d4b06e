import { readFile } from 'node:fs/promises'
import { type Infrastructure, loadInfrastructure, sectionsOf } from '../../../provisioners/config/index.ts'
import { EXIT } from '../../../provisioners/errors.ts'
import { awsPart } from '../../../stacks/aws-part.ts'
import { dataLostWith } from '../../../stacks/terraform/protections.ts'
import type { Teardown } from '../../../stacks/terraform/teardown.ts'
import { stackSummary } from '../../render/stack-plan.ts'
import type { Colors } from '../../render/text.ts'
import type { Verb } from '../context.ts'
import { resultLines } from './apply.ts'
import { failureIn, OUTDIR, terraformOptions } from './infrastructure.ts'

export interface DestroyStacksOptions {
  readonly file: string
  readonly outdir?: string
  readonly confirm?: string
  /** Turn deletion and termination protection off first, and empty the buckets. */
  readonly unlock?: boolean
  /** The EMR cluster alone. */
  readonly clusterOnly?: boolean
}

/** Whether `howdah destroy` means the stacks: with --stacks, or for a cluster.yml without hosts. */
export const meansStacks = async (options: {
  readonly file: string
  readonly stacks?: boolean
}): Promise<boolean> => {
  if (options.stacks !== undefined) return options.stacks
  const text = await readFile(options.file, 'utf8').catch(() => '')
  const { aws, hosts } = sectionsOf(text)
  return aws && !hosts
}

const deletedText = ({ summary, protections }: Teardown, c: Colors): string => {
  const lines = summary.deletes.map(({ address }) => {
    const lost = dataLostWith(address)
    return `  ${c.red('-')} ${address}${lost === undefined ? '' : c.red(`  ${lost}`)}`
  })
  const locks = protections.map(({ address, why }) => `  ${c.yellow('~')} ${address}${c.dim(`  ${why}`)}`)
  return [
    c.bold(summary.stack),
    ...lines,
    ...(locks.length > 0 ? [c.bold('Protections that are turned off first'), ...locks] : []),
    c.bold(`${summary.stack}: ${stackSummary(summary)}.`),
  ].join('\n')
}

/** After the cluster alone was destroyed. */
const keptText = ({ name, file }: Infrastructure): string =>
  [
    'kept: everything but the cluster, with the key that reads its results; howdah apply makes a new cluster.',
    `To remove the rest too: howdah destroy ${file} --stacks --unlock --confirm=${name}`,
  ].join('\n')

/** `howdah destroy --stacks`: shows the resources and their data, asks, turns protections off and destroys. */
export const destroyStacks: Verb<DestroyStacksOptions> = async (console, options) => {
  const infrastructure = await loadInfrastructure(options.file)
  const { destroyInfrastructure } = await awsPart(() => import('../../../stacks/terraform/teardown.ts'))
  const results = await destroyInfrastructure(infrastructure, {
    ...terraformOptions(console),
    outdir: options.outdir ?? OUTDIR,
    unlock: options.unlock ?? false,
    confirm: options.confirm,
    only: options.clusterOnly ? 'cluster' : undefined,
    consent: async (found) => {
      const data = found.data.length > 0 ? ' AND THE DATA IN THEM' : ''
      return console.consent(
        `Destroy these of ${infrastructure.name}${data}?`,
        deletedText(found, console.err),
      )
    },
  })
  const failed = failureIn(results)
  const nothingLeft = results.every((one) => one.outcome === 'unchanged')
  const text = nothingLeft ? `${infrastructure.name}: nothing to destroy` : resultLines(results).join('\n')
  if (failed !== undefined) {
    console.note(text)
    throw failed
  }
  const { state } = infrastructure
  const kept =
    options.clusterOnly !== true && !nothingLeft && state.kind === 's3' && state.create
      ? `\nkept: s3://${state.bucket}, which has the states`
      : ''
  const others = options.clusterOnly ? `\n${keptText(infrastructure)}` : ''
  console.result({ formatVersion: '1.0', stacks: results }, () => `${text}${kept}${others}`)
  return EXIT.done
}
