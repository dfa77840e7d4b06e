import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { synthesise } from '../../stacks/synth.ts'
import { applyStacks } from '../../stacks/terraform/index.ts'
import { destroyInfrastructure } from '../../stacks/terraform/teardown.ts'
import { withStandIn } from './stand-in/server.ts'
import { standInEnv } from './stand-in/terraform-in.ts'
import { anEmr, largeEmr } from './support/infrastructures.ts'
import { scratch } from './support/small.ts'

vi.setConfig({ testTimeout: 300_000 })

it('a transient routine ends and starts the EMR cluster alone; key, buckets and result store stay', async () => {
  const outdir = scratch()
  const { api: _, insights: _i, ...rest } = largeEmr
  const infrastructure: Infrastructure = {
    ...rest,
    state: { kind: 'local' },
    stateDir: scratch(),
    emr: { ...anEmr, terminationProtection: true, managedScaling: { min: 2, max: 10 } },
  }
  synthesise(infrastructure, { outdir })
  await withStandIn({}, async (standIn) => {
    await standIn.serve(join(outdir, 'stacks', infrastructure.name, 'cdk.tf.json'))
    const options = { env: standInEnv(standIn), consent: async () => true }
    const since = (start: number) =>
      standIn.actions
        .slice(start)
        .filter(({ verb }) => verb !== 'update')
        .map(({ verb, type }) => `${verb} ${type}`)
        .sort()
    await applyStacks(outdir, options)
    const applied = standIn.actions.length
    const cluster = { ...options, outdir, unlock: true, only: 'cluster', confirm: 'insights' } as const
    const ended = await destroyInfrastructure(infrastructure, cluster)
    expect(ended).toMatchObject([{ outcome: 'done' }])
    expect(since(applied)).toEqual([
      'delete aws_emr_cluster',
      'delete aws_emr_instance_group',
      'delete aws_emr_managed_scaling_policy',
    ])
    // Nothing is left to terminate, and that is fine.
    expect(await destroyInfrastructure(infrastructure, cluster)).toMatchObject([{ outcome: 'unchanged' }])

    const before = standIn.actions.length
    await applyStacks(outdir, options)
    expect(since(before)).toEqual([
      'create aws_emr_cluster',
      'create aws_emr_instance_group',
      'create aws_emr_managed_scaling_policy',
    ])
  })
})
