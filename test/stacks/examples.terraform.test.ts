import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadInfrastructure } from '../../provisioners/config/index.ts'
import { OUTPUT, parseOutputs } from '../../stacks/inventory/index.ts'
import { PLAIN_OUTPUTS } from '../../stacks/outputs.ts'
import { synthesise } from '../../stacks/synth.ts'
import { checkov, stale, type Verdict } from './support/checkov.ts'
import { scratch } from './support/small.ts'
import { runWhole } from './support/whole.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const examples = readdirSync(EXAMPLES).filter((name) => /^aws-.*\.yml$/.test(name))

/** Seconds of work on a quiet machine, minutes on a busy one. */
const LONG = 600_000

/** The outputs of a stack, in the form of `terraform output -json`. */
const asOutputJson = (outputs: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }])))

describe('every example of the infrastructure', () => {
  const verdicts = new Map<string, readonly Verdict[]>()
  /** Once all of them were checked, a skip that none of them needed is a skip too many. */
  afterAll(() => {
    if (verdicts.size === examples.length) expect(stale([...verdicts.values()].flat())).toEqual([])
  })

  it('is there for each deployment', async () => {
    const infrastructures = await Promise.all(
      examples.map((name) => loadInfrastructure(join(EXAMPLES, name))),
    )
    expect(new Set(infrastructures.map(({ deployment }) => deployment))).toEqual(
      new Set(['small-emr', 'large-emr', 'large-hadoop', 'single-server']),
    )
    expect(infrastructures.flatMap(({ warnings }) => warnings)).toEqual([])
  })

  it.each(examples)(
    '%s goes from init to destroy with real Terraform, and a second plan is empty',
    async (name) => {
      const outdir = scratch()
      const infrastructure = await loadInfrastructure(join(EXAMPLES, name))
      const { stacks } = synthesise(infrastructure, { outdir })
      const { outputs, plans } = await runWhole(outdir, { unlock: stacks })
      expect(Object.keys(plans)).toEqual(stacks)
      const outputsOfStack = outputs[infrastructure.name] ?? {}
      expect(Object.keys(outputsOfStack)).toEqual(expect.arrayContaining([OUTPUT, ...PLAIN_OUTPUTS]))
      const { deployment, hosts, emr } = parseOutputs(asOutputJson(outputsOfStack), name)
      expect(deployment).toBe(infrastructure.deployment)
      // EMR's hosts are Amazon's to make; ours are known one by one.
      expect(emr !== null).toBe(infrastructure.emr !== undefined)
      const addresses = hosts.map(({ privateAddress }) => privateAddress)
      expect(new Set(addresses).size).toBe(addresses.length)
      const counted = 1 + (infrastructure.fleet?.workers.count ?? 0)
      if (infrastructure.emr === undefined) expect(hosts.length).toBeGreaterThanOrEqual(counted)
    },
    LONG,
  )

  it.each(examples)(
    '%s fails no check of checkov',
    async (name) => {
      const outdir = scratch()
      const { stacks } = synthesise(await loadInfrastructure(join(EXAMPLES, name)), { outdir })
      const checked: Verdict[] = []
      for (const id of stacks) {
        const verdict = await checkov(join(outdir, 'stacks', id))
        expect(verdict.failed).toEqual([])
        expect(verdict.passed).toBeGreaterThan(20)
        checked.push(verdict)
      }
      verdicts.set(name, checked)
    },
    LONG,
  )
})
