import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Infrastructure } from '../provisioners/config/infrastructure/types.ts'
import { HowdahError } from '../provisioners/errors.ts'
import { deploymentOf } from './deployments/index.ts'
import { StateStack } from './deployments/state-stack.ts'
import { writePlainFiles } from './plain-files.ts'
import { App } from './tf.ts'

export interface SynthOptions {
  /** Directory to write to; created when it is missing. */
  readonly outdir: string
}

export interface Synthesised {
  readonly outdir: string
  /** Ids of the stacks in the order in which they are applied; `<outdir>/stacks/<id>/` holds each. */
  readonly stacks: readonly string[]
}

/**
 * Writes the stacks of an infrastructure, and manifest.json, below `outdir`. The same infrastructure gives the same bytes.
 * Throws STACK_REFUSED when a construct refuses its options.
 */
export const synthesise = (infrastructure: Infrastructure, options: SynthOptions): Synthesised => {
  const { outdir } = options
  mkdirSync(outdir, { recursive: true })
  const app = new App({ outdir, stackTraces: false })
  const { state } = infrastructure
  const bootstrap =
    state.kind === 's3' && state.create ? new StateStack(app, infrastructure, state) : undefined
  const main = deploymentOf(infrastructure)(app, infrastructure.name)
  if (bootstrap !== undefined) main.addDependency(bootstrap)
  try {
    app.synth()
  } catch (cause) {
    throw refusedBy(cause, infrastructure)
  }
  const stacks = [...(bootstrap === undefined ? [] : [bootstrap.node.id]), main.node.id]
  for (const id of stacks) writePlainFiles(join(outdir, 'stacks', id))
  return { outdir, stacks }
}

/** CDKTF reports all error annotations in one message, a line each with the construct in brackets. */
const refusedBy = (cause: unknown, infrastructure: Infrastructure): unknown => {
  if (!(cause instanceof Error) || !cause.message.startsWith('Encountered Annotations with level'))
    return cause
  const found = cause.message.split('\n').filter((line) => line.startsWith('['))
  return new HowdahError({
    code: 'STACK_REFUSED',
    exit: 'configuration',
    message: `the stacks of ${infrastructure.name} can't be synthesised from cluster.yml`,
    found: found.join('\n'),
    where: infrastructure.file,
    next: `howdah validate ${infrastructure.file}`,
    cause,
  })
}
