/**
 * The app of cdktf.json: `cdktf synth` runs it with CDKTF_OUTDIR set. `howdah synth` calls synthesise itself.
 */

import { loadInfrastructure } from '../provisioners/config/index.ts'
import { HowdahError, HowdahErrors } from '../provisioners/errors.ts'

/** HOWDAH_CLUSTER, or cdktf's context `cluster`, or ./cluster.yml. */
const clusterFile = (): string => {
  const context: unknown = JSON.parse(process.env.CDKTF_CONTEXT_JSON ?? '{}')
  const given = context !== null && typeof context === 'object' && 'cluster' in context ? context.cluster : ''
  return process.env.HOWDAH_CLUSTER || (typeof given === 'string' && given) || 'cluster.yml'
}

const textOf = ({ details }: HowdahError): string =>
  [
    `${details.code}: ${details.message}`,
    ...(['where', 'found', 'expected', 'next', 'detail'] as const).flatMap((name) =>
      details[name] === undefined ? [] : [`  ${name}: ${details[name]}`],
    ),
  ].join('\n')

try {
  const infrastructure = await loadInfrastructure(clusterFile())
  for (const warning of infrastructure.warnings) process.stderr.write(`warning: ${warning}\n`)
  // CDKTF and its bindings take seconds to load, so an invalid file is refused before.
  const { synthesise } = await import('./synth.ts')
  const { outdir, stacks } = synthesise(infrastructure, { outdir: process.env.CDKTF_OUTDIR || 'cdktf.out' })
  process.stderr.write(`${outdir}: ${stacks.join(', ')}\n`)
} catch (error) {
  if (!(error instanceof HowdahError)) throw error
  const all = error instanceof HowdahErrors ? error.all : [error]
  process.stderr.write(`${all.map(textOf).join('\n')}\n`)
  process.exitCode = error.exitCode
}
