/** npx tsx scripts/bench-synth.ts: seconds for the synthesis of all four deployments, imports included. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadInfrastructure } from '../provisioners/config/index.ts'
import { synthesise } from '../stacks/synth.ts'

const EXAMPLES = ['aws-small-emr', 'aws-large-emr', 'aws-large-hadoop', 'aws-single-server']

const imported = performance.now()
const dir = mkdtempSync(join(tmpdir(), 'howdah-bench-'))
try {
  for (const example of EXAMPLES) {
    const from = performance.now()
    const infrastructure = await loadInfrastructure(
      new URL(`../examples/${example}.yml`, import.meta.url).pathname,
    )
    synthesise(infrastructure, { outdir: join(dir, example) })
    process.stdout.write(`${example}: ${Math.round(performance.now() - from)} ms\n`)
  }
  const { rss } = process.memoryUsage()
  process.stdout.write(
    `start and imports ${Math.round(imported)} ms; all ${Math.round(performance.now())} ms; ${Math.round(rss / 1e6)} MB\n`,
  )
} finally {
  rmSync(dir, { recursive: true, force: true })
}
