import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { HowdahErrors } from '../../provisioners/errors.ts'
import type { RunEvent } from '../../provisioners/events.ts'
import { Secret } from '../../provisioners/secret.ts'
import {
  applyStacks,
  type ChangeOptions,
  destroyStacks,
  isEmpty,
  outputs,
  type PlanSummary,
  planStacks,
  readManifest,
  terraformBinary,
} from '../../stacks/terraform/index.ts'
import { TerraformOutput, type TerraformStack, Vpc } from '../../stacks/tf.ts'
import type { StandInOptions } from './stand-in/provider.ts'
import { type StandIn, withStandIn } from './stand-in/server.ts'
import { standInEnv } from './stand-in/terraform-in.ts'
import { network, scratch, stackDir, synthesise } from './support/small.ts'
import { runWhole } from './support/whole.ts'

// Each runs Terraform many times, and a machine may be busy.
vi.setConfig({ testTimeout: 120_000 })

const vpc =
  (cidrBlock: string, tags: Record<string, string> = {}) =>
  (stack: TerraformStack): void => {
    new Vpc(stack, 'vpc', { cidrBlock, tags })
  }

interface Run {
  readonly standIn: StandIn
  readonly events: RunEvent[]
  readonly asked: PlanSummary[]
  readonly options: ChangeOptions
}

/** A stand-in with the stacks of these directories, and options that consent to everything. */
async function withRun<T>(
  outdirs: readonly string[],
  use: (run: Run) => Promise<T>,
  standInOptions: StandInOptions = {},
): Promise<T> {
  return withStandIn(standInOptions, async (standIn) => {
    for (const outdir of outdirs) {
      for (const stack of await readManifest(outdir)) await standIn.serve(join(stack.dir, 'cdk.tf.json'))
    }
    const events: RunEvent[] = []
    const asked: PlanSummary[] = []
    const options: ChangeOptions = {
      env: standInEnv(standIn),
      report: (event) => void events.push(event),
      consent: async (summary) => {
        asked.push(summary)
        return true
      },
    }
    return use({ standIn, events, asked, options })
  })
}

const addresses = (resources: readonly { readonly address: string }[]) => resources.map((r) => r.address)

/** Carries on in the state of another synthesis. */
const continueIn = (from: string, to: string, stack: string): void =>
  writeFileSync(
    join(stackDir(to, stack), `${stack}.tfstate`),
    readFileSync(join(stackDir(from, stack), `${stack}.tfstate`)),
  )

describe('the order of stacks', () => {
  const manifest = (stacks: Record<string, readonly string[]>): string => {
    const outdir = scratch()
    const entries = Object.entries(stacks).map(
      ([name, dependencies]) => [name, { workingDirectory: `stacks/${name}`, dependencies }] as const,
    )
    writeFileSync(join(outdir, 'manifest.json'), JSON.stringify({ stacks: Object.fromEntries(entries) }))
    return outdir
  }

  it('puts a stack after those it depends on', async () => {
    const stacks = await readManifest(manifest({ app: ['net', 'store'], store: ['net'], net: [], other: [] }))
    expect(stacks.map((stack) => stack.name)).toEqual(['net', 'store', 'app', 'other'])
  })

  it('names the stacks that wait for each other', async () => {
    const error = readManifest(manifest({ a: ['b'], b: ['a'], c: [] }))
    await expect(error).rejects.toMatchObject({
      code: 'TERRAFORM_STACK_CYCLE',
      message: expect.stringContaining('a, b'),
    })
  })

  it('says what to run when nothing was synthesised', async () => {
    await expect(readManifest(scratch())).rejects.toMatchObject({
      code: 'TERRAFORM_NO_MANIFEST',
      details: { next: 'howdah synth' },
    })
  })
})

describe('the binary', () => {
  const binary = (name: string, version: string): NodeJS.ProcessEnv => {
    const dir = scratch()
    const json = JSON.stringify({ terraform_version: version })
    writeFileSync(join(dir, name), `#!/bin/sh\necho '${json}'\n`)
    chmodSync(join(dir, name), 0o755)
    return { PATH: dir }
  }

  it('is terraform, else tofu, else what TERRAFORM_BINARY_NAME says', async () => {
    expect(await terraformBinary()).toMatchObject({ command: 'terraform' })
    expect(await terraformBinary(binary('tofu', '1.11.0'))).toEqual({ command: 'tofu', version: '1.11.0' })
    const named = { ...binary('terraform-2', '2.0.1'), TERRAFORM_BINARY_NAME: 'terraform-2' }
    expect(await terraformBinary(named)).toEqual({ command: 'terraform-2', version: '2.0.1' })
  })

  it('is asked for when there is none, and when it is too old', async () => {
    await expect(terraformBinary({ PATH: scratch() })).rejects.toMatchObject({ code: 'TERRAFORM_MISSING' })
    await expect(
      terraformBinary({ PATH: '/usr/bin', TERRAFORM_BINARY_NAME: 'nowhere' }),
    ).rejects.toMatchObject({
      code: 'TERRAFORM_MISSING',
      message: expect.stringContaining('nowhere'),
    })
    await expect(terraformBinary(binary('terraform', '1.10.5'))).rejects.toMatchObject({
      code: 'TERRAFORM_TOO_OLD',
      details: { found: '1.10.5', expected: expect.stringContaining('write-only') },
    })
  })
})

describe('plan, consent, apply', () => {
  it('shows what each stack would do, and does exactly that, in order', async () => {
    const outdir = synthesise({ net: network, more: vpc('10.2.0.0/16') })
    // A plan holds what the state holds, so none may be left behind; others may have theirs in the common place.
    vi.stubEnv('TMPDIR', scratch())
    onTestFinished(() => void vi.unstubAllEnvs())
    await withRun([outdir], async ({ standIn, events, asked, options }) => {
      const plans = await planStacks(outdir, options)
      expect(plans.map((plan) => plan.stack)).toEqual(['net', 'more'])
      expect(standIn.actions).toEqual([])

      const results = await applyStacks(outdir, options)
      expect(results.map((r) => [r.stack, r.outcome])).toEqual([
        ['net', 'done'],
        ['more', 'done'],
      ])
      expect(asked[0]).toMatchObject({
        stack: 'net',
        changes: [],
        deletes: [],
        outputs: ['subnet_id', 'vpc_id'],
      })
      expect(addresses(asked[0]?.adds ?? [])).toEqual(['aws_subnet.subnet', 'aws_vpc.vpc'])
      expect(standIn.actions.map((action) => action.type)).toEqual(['aws_vpc', 'aws_subnet', 'aws_vpc'])

      const steps = events.flatMap((event) => (event.type === 'step' ? [`${event.status} ${event.ref}`] : []))
      expect(steps).toContain('start net!aws_vpc.vpc')
      expect(steps).toContain('ok net!aws_subnet.subnet')
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('howdah-plan-'))).toEqual([])

      const again = await applyStacks(outdir, {
        ...options,
        consent: () => Promise.reject(new Error('asked')),
      })
      expect(again.map((r) => r.outcome)).toEqual(['unchanged', 'unchanged'])
    })
  })

  it('does nothing without consent, neither to the stacks that depend on it', async () => {
    const outdir = synthesise({ net: network, more: vpc('10.2.0.0/16') })
    await withRun([outdir], async ({ standIn, options }) => {
      const results = await applyStacks(outdir, { ...options, consent: async () => false })
      expect(results).toMatchObject([{ outcome: 'declined' }, { outcome: 'skipped', because: ['net'] }])
      expect(standIn.actions).toEqual([])
    })
  })

  it('distinguishes a change, a replacement and a removal, and names the reason', async () => {
    const first = synthesise({ net: network })
    const changed = synthesise({ net: vpc('10.1.0.0/16', { Name: 'other' }) })
    const replaced = synthesise({ net: vpc('10.9.0.0/16', { Name: 'other' }) })
    await withRun([first, changed, replaced], async ({ options }) => {
      await applyStacks(first, options)
      continueIn(first, changed, 'net')
      const [change] = await planStacks(changed, options)
      expect(change).toMatchObject({
        summary: {
          changes: [{ address: 'aws_vpc.vpc', changed: ['tags', 'tags_all'] }],
          deletes: [{ address: 'aws_subnet.subnet', type: 'aws_subnet' }],
          replacements: [],
          outputs: ['subnet_id', 'vpc_id'],
        },
      })
      continueIn(first, replaced, 'net')
      const [replace] = await planStacks(replaced, options)
      expect(replace).toMatchObject({
        summary: { replacements: [{ address: 'aws_vpc.vpc', changed: ['cidr_block'] }], changes: [] },
      })
    })
  })

  it('destroys in the reverse order, and then finds nothing to destroy', async () => {
    const outdir = synthesise({ net: network, more: vpc('10.2.0.0/16') })
    await withRun([outdir], async ({ standIn, asked, options }) => {
      await applyStacks(outdir, options)
      asked.length = 0
      const results = await destroyStacks(outdir, options)
      expect(results.map((r) => [r.stack, r.outcome])).toEqual([
        ['more', 'done'],
        ['net', 'done'],
      ])
      expect(addresses(asked[1]?.deletes ?? [])).toEqual(['aws_subnet.subnet', 'aws_vpc.vpc'])
      expect(standIn.actions.slice(3).map((action) => `${action.verb} ${action.type}`)).toEqual([
        'delete aws_vpc',
        'delete aws_subnet',
        'delete aws_vpc',
      ])
      const plans = await planStacks(outdir, options)
      expect(plans.every((plan) => 'summary' in plan && !isEmpty(plan.summary))).toBe(true)
      expect((await destroyStacks(outdir, options)).map((r) => r.outcome)).toEqual(['unchanged', 'unchanged'])
    })
  })

  it('gives the outputs, and keeps sensitive ones to itself', async () => {
    const outdir = synthesise({
      net: (stack) => {
        network(stack)
        new TerraformOutput(stack, 'password', { value: 'correct-horse', sensitive: true, staticId: true })
      },
    })
    await withRun([outdir], async ({ events, options }) => {
      expect(await outputs(outdir, options)).toEqual({ net: {} })
      await applyStacks(outdir, options)
      const { net } = await outputs(outdir, options)
      expect(net?.vpc_id).toMatch(/^vpc-[0-9a-f]{17}$/)
      expect(net?.password).toBeInstanceOf(Secret)
      expect((net?.password as Secret | undefined)?.reveal()).toBe('correct-horse')
      expect(JSON.stringify([net, events])).not.toContain('correct-horse')
    })
  })
})

describe('when it fails', () => {
  const refuse = {
    checks: { aws_subnet: (_: unknown, world: unknown) => (world ? ['no more subnets'] : []) },
  }

  it("gives Terraform's message, address and position; created resources are in the state", async () => {
    const outdir = synthesise({ net: network, more: vpc('10.2.0.0/16') })
    await withRun(
      [outdir],
      async ({ events, options }) => {
        const [net, more] = await applyStacks(outdir, options)
        expect(net).toMatchObject({
          outcome: 'failed',
          error: {
            code: 'TERRAFORM_FAILED',
            exitCode: 14,
            message: expect.stringContaining('aws_subnet.subnet: no more subnets'),
            details: {
              where: expect.stringMatching(/net\/cdk\.tf\.json:\d+:\d+$/),
              next: expect.stringMatching(/^terraform -chdir=\S+\/net plan$/),
            },
          },
        })
        expect(more).toMatchObject({ outcome: 'skipped', because: ['net'] })
        expect(events).toContainEqual(
          expect.objectContaining({ ref: 'net!aws_subnet.subnet', status: 'failed' }),
        )
      },
      refuse,
    )
    await withRun([outdir], async ({ asked, options }) => {
      await applyStacks(outdir, options)
      expect(addresses(asked[0]?.adds ?? [])).toEqual(['aws_subnet.subnet'])
    })
  })

  it('gives every error of a configuration at once', async () => {
    const outdir = synthesise({
      net: (stack) => {
        new Vpc(stack, 'one', { cidrBlock: '10.1.0.1/16' })
        new Vpc(stack, 'two', { cidrBlock: '10.2.0.1/16' })
      },
    })
    await withRun([outdir], async ({ options }) => {
      const error: unknown = await planStacks(outdir, options).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(HowdahErrors)
      const all = (error as HowdahErrors).all
      expect(all.map((e) => e.message).sort()).toEqual([
        expect.stringContaining('aws_vpc.one: the VPC 10.1.0.1/16 is not a network'),
        expect.stringContaining('aws_vpc.two: the VPC 10.2.0.1/16 is not a network'),
      ])
      expect(all.every((e) => e.exitCode === 10)).toBe(true)
    })
  })

  it('names the holder of a lock and the remedy', async () => {
    const outdir = synthesise({ net: vpc('10.1.0.0/16') })
    await withRun(
      [outdir],
      async ({ options }) => {
        let slow: Promise<unknown> | undefined
        await new Promise<void>((making) => {
          slow = applyStacks(outdir, { ...options, report: (event) => event.type === 'step' && making() })
        })
        const locked: unknown = await planStacks(outdir, options).catch((error: unknown) => error)
        expect(locked).toMatchObject({
          code: 'TERRAFORM_STATE_LOCKED',
          exitCode: 16,
          details: { next: expect.stringMatching(/force-unlock [0-9a-f-]{36}$/) },
        })
        expect(await slow).toMatchObject([{ outcome: 'done' }])
      },
      { takes: { aws_vpc: 4000 } },
    )
  })

  it('lets what runs end when it is interrupted, and starts nothing more', async () => {
    const outdir = synthesise({ net: network, more: vpc('10.2.0.0/16') })
    await withRun(
      [outdir],
      async ({ standIn, options }) => {
        const abort = new AbortController()
        const results = await applyStacks(outdir, {
          ...options,
          signal: abort.signal,
          report: (event) => {
            if (event.type === 'step' && event.status === 'start') abort.abort()
          },
        })
        expect(results).toMatchObject([
          { outcome: 'failed', error: { code: 'TERRAFORM_INTERRUPTED', exitCode: 130 } },
          { outcome: 'skipped' },
        ])
        expect(standIn.actions.map((action) => action.type)).toEqual(['aws_vpc'])
        const state = readFileSync(join(stackDir(outdir, 'net'), 'net.tfstate'), 'utf8')
        expect(state).toContain(standIn.actions[0]?.id)
      },
      { takes: { aws_vpc: 1500 } },
    )
  })
})

describe('a stack that cannot be planned before another is applied', () => {
  it('waits, with the reason', async () => {
    const outdir = synthesise({ first: vpc('10.1.0.0/16'), second: vpc('10.2.0.0/16') })
    const backend = { s3: { bucket: 'not-there-yet', key: 'k', region: 'eu-west-1' } } satisfies Record<
      string,
      object
    >
    const override = join(stackDir(outdir, 'second'), 'backend_override.tf.json')
    writeFileSync(override, JSON.stringify({ terraform: { backend } }))
    await withRun([outdir], async ({ options }) => {
      const env = { ...options.env, AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null' }
      const plans = await planStacks(outdir, { ...options, env })
      expect(plans).toMatchObject([
        { stack: 'first', summary: { adds: [{ address: 'aws_vpc.vpc' }] } },
        { stack: 'second', waitsFor: ['first'], error: { code: 'TERRAFORM_CREDENTIALS' } },
      ])
    })
  })
})

describe('the whole life of stacks', () => {
  it('runs offline, with the backend of the stack replaced', async () => {
    const outdir = synthesise({ net: network, more: vpc('10.2.0.0/16') })
    const proved = await runWhole(outdir)
    expect(Object.keys(proved.outputs)).toEqual(['net', 'more'])
    expect(proved.plans.more?.adds).toHaveLength(1)
    expect(proved.actions).toHaveLength(6)
    expect(readdirSync(stackDir(outdir, 'net'))).not.toContain('net.tfstate')
  })

  it("fails with Terraform's message", async () => {
    const outdir = synthesise({ net: vpc('10.1.0.1/16') })
    await expect(runWhole(outdir)).rejects.toThrow('the VPC 10.1.0.1/16 is not a network')
  })
})
