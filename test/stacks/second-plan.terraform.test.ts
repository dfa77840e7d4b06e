import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { synthesise } from '../../stacks/synth.ts'
import { applyStacks, type PlanSummary, planStacks, readManifest } from '../../stacks/terraform/index.ts'
import { Eip, Instance } from '../../stacks/tf.ts'
import { withStandIn } from './stand-in/server.ts'
import { standInEnv } from './stand-in/terraform-in.ts'
import { aDatabase, anEmr, largeEmr, largeHadoop, singleServer, smallEmr } from './support/infrastructures.ts'
import { scratch, synthesise as smallStacks } from './support/small.ts'
import { keepStateIn } from './support/whole.ts'

vi.setConfig({ testTimeout: 300_000 })

/** Applies `first`, then plans `second` (the same without one), as AWS reads back what was written. */
async function planAfter(
  first: Infrastructure,
  second: Infrastructure = first,
  applySecond = false,
): Promise<PlanSummary> {
  const outdir = scratch()
  const states = scratch()
  const local = (infrastructure: Infrastructure): Infrastructure => ({
    ...infrastructure,
    state: { kind: 'local' },
  })
  const write = async (infrastructure: Infrastructure) => {
    synthesise(local(infrastructure), { outdir })
    const stacks = await readManifest(outdir)
    keepStateIn(states, stacks)
    return stacks
  }
  const stacks = await write(first)
  return withStandIn({}, async (standIn) => {
    const options = { env: standInEnv(standIn), consent: async () => true }
    for (const stack of stacks) await standIn.serve(join(stack.dir, 'cdk.tf.json'))
    const results = await applyStacks(outdir, options)
    expect(results.map(({ outcome }) => outcome)).toEqual(results.map(() => 'done'))
    await write(second)
    if (applySecond) await applyStacks(outdir, options)
    const plan = (await planStacks(outdir, options)).find(({ stack }) => stack === first.name)
    if (plan === undefined || !('summary' in plan)) throw new Error(`no plan of ${first.name}`)
    return plan.summary
  })
}

const nothing = { adds: [], changes: [], replacements: [], deletes: [], outputs: [] }

const fleet = (onDemandCapacity: number, spotCapacity: number) => ({
  onDemandCapacity,
  spotCapacity,
  types: [{ type: 'm5.xlarge', weight: 1, volumes: [] }],
  onTimeout: 'SWITCH_TO_ON_DEMAND' as const,
  timeoutMinutes: 15,
  allocation: 'price-capacity-optimized' as const,
})
const inFleets = {
  ...anEmr,
  capacity: { kind: 'fleets' as const, master: fleet(1, 0), core: fleet(2, 0), task: fleet(0, 4) },
}
const { api: _, insights: _i, ...withoutApps } = largeEmr
const inFleetsOf = (core: number): Infrastructure => ({
  ...withoutApps,
  emr: { ...inFleets, capacity: { ...inFleets.capacity, core: fleet(core, 0) } },
})
const inGroupsOf = (count: number): Infrastructure => {
  const { capacity } = anEmr
  if (capacity.kind !== 'groups') throw new Error('the fixture has no groups')
  return { ...withoutApps, emr: { ...anEmr, capacity: { ...capacity, core: { ...capacity.core, count } } } }
}
const withDatabase = (instanceType: string): Infrastructure => ({
  ...withoutApps,
  resultStore: { ...aDatabase, instanceType },
})
const managedScaling = { min: 2, max: 10 }

describe('the stand-in', () => {
  it('has a host replaced whose address is read back otherwise than written', async () => {
    const outdir = smallStacks({
      host: (stack) => {
        const host = new Instance(stack, 'host', {
          ami: 'ami-0123456789abcdef0',
          instanceType: 'm7i.large',
          associatePublicIpAddress: false,
        })
        new Eip(stack, 'address', { domain: 'vpc', instance: host.id })
      },
    })
    await withStandIn({}, async (standIn) => {
      const options = { env: standInEnv(standIn), consent: async () => true }
      for (const stack of await readManifest(outdir)) await standIn.serve(join(stack.dir, 'cdk.tf.json'))
      await applyStacks(outdir, options)
      expect(await planStacks(outdir, options)).toMatchObject([
        {
          summary: {
            replacements: [{ address: 'aws_instance.host', changed: ['associate_public_ip_address'] }],
          },
        },
      ])
    })
  })
})

describe('a second plan, as AWS reads back what was written,', () => {
  it.each<readonly [string, Infrastructure]>([
    ['single-server behind NAT', singleServer],
    [
      'single-server with an Elastic IP address',
      { ...singleServer, network: { ...singleServer.network, nat: 'none', endpoints: [] } as never },
    ],
    ['small-emr', smallEmr],
    ['large-emr in groups', largeEmr],
    ['large-emr in groups that EMR resizes', { ...largeEmr, emr: { ...anEmr, managedScaling } }],
    ['large-emr in fleets that EMR resizes', { ...largeEmr, emr: { ...inFleets, managedScaling } }],
    ['large-hadoop', largeHadoop],
  ])('changes nothing: %s', async (_, infrastructure) => {
    expect(await planAfter(infrastructure)).toMatchObject(nothing)
  })
})

describe('a change of cluster.yml', () => {
  it('of the core fleet does not replace the cluster', async () => {
    expect(await planAfter(inFleetsOf(2), inFleetsOf(4))).toMatchObject(nothing)
  })

  it('of the core group resizes it in place', async () => {
    expect(await planAfter(inGroupsOf(2), inGroupsOf(4))).toMatchObject({
      ...nothing,
      changes: [{ type: 'aws_emr_cluster', changed: ['core_instance_group'] }],
    })
  })

  it('of the database happens at once, and is not in the next plan again', async () => {
    const [small, large] = [withDatabase('db.m7g.large'), withDatabase('db.m7g.xlarge')]
    expect(await planAfter(small, large, true)).toMatchObject(nothing)
  })
})
