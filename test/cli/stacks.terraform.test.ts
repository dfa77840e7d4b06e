import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import type { StandInOptions } from '../stacks/stand-in/provider.ts'
import { type StandIn, withStandIn } from '../stacks/stand-in/server.ts'
import { HOWDAH } from '../support/howdah.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const LONG = 480_000

/** A directory as a new user has it: the example as cluster.yml, and the public key that it names. */
const workplace = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-stacks-'))
  copyFileSync(join(ROOT, 'examples/aws-single-server.yml'), join(dir, 'cluster.yml'))
  copyFileSync(join(ROOT, 'examples/operator.pub'), join(dir, 'operator.pub'))
  return dir
}

interface Operator {
  readonly dir: string
  readonly standIn: StandIn
  /** Runs `howdah …` without a terminal. */
  type(...words: readonly string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }>
  start(...words: readonly string[]): ReturnType<typeof started>
}

const started = (dir: string, standIn: StandIn, words: readonly string[]) =>
  execa(HOWDAH, words, {
    cwd: dir,
    reject: false,
    stdin: 'ignore',
    extendEnv: false,
    env: { ...process.env, ...standIn.env, NO_COLOR: '1' },
    timeout: LONG,
  })

/** An operator with a cluster.yml, Terraform, and a stand-in for AWS. */
const withOperator = (
  use: (operator: Operator) => Promise<void>,
  options: StandInOptions = {},
): Promise<void> =>
  withStandIn(options, async (standIn) => {
    const dir = workplace()
    const start: Operator['start'] = (...words) => started(dir, standIn, words)
    const type: Operator['type'] = async (...words) => {
      const { exitCode, stdout, stderr } = await start(...words)
      return { exitCode, stdout, stderr }
    }
    await type('synth')
    await standIn.serve(join(dir, 'cdktf.out/stacks/insights/cdk.tf.json'))
    await use({ dir, standIn, type, start })
  })

const stateOf = (dir: string): string => join(dir, '.howdah/insights/terraform/insights.tfstate')
const resourcesIn = (dir: string): { mode: string; type: string }[] =>
  existsSync(stateOf(dir))
    ? JSON.parse(readFileSync(stateOf(dir), 'utf8')).resources.filter(
        (one: { mode: string }) => one.mode === 'managed',
      )
    : []

describe('an infrastructure from synth to destroy, without a terminal', () => {
  it(
    'is planned without a change, applied with --yes, and destroyed only when unlocked and named',
    () =>
      withOperator(async ({ dir, standIn, type }) => {
        const planned = await type('stacks', 'plan', '--detailed-exitcode')
        expect(planned.exitCode).toBe(2)
        expect(planned.stdout).toMatch(/^insights: \d+ to create\.$/m)
        expect(planned.stdout).toMatch(/1 EC2 hosts\n +A host is paid for as long as it runs/)
        expect(standIn.actions).toEqual([])

        for (const words of [['apply'], ['apply', '--json']]) {
          const declined = await type(...words)
          expect(declined.exitCode, words.join(' ')).toBe(18)
          expect(declined.stderr).toContain('PLAN_DECLINED')
          expect(standIn.actions).toEqual([])
        }

        const applied = await type('apply', '--yes')
        expect(applied.exitCode).toBe(0)
        expect(applied.stdout).toMatch(/^insights: done, \d+ to create$/m)
        expect(applied.stdout).toContain('howdah inventory cluster.yml --from-terraform --write')
        expect(applied.stderr).toMatch(/^\d\d:\d\d:\d\d ✓ insights: create aws_vpc\./m)
        expect(resourcesIn(dir).length).toBeGreaterThan(30)

        expect((await type('stacks', 'plan', '--detailed-exitcode')).exitCode).toBe(0)
        const output = await type('stacks', 'output', '--name', 'logs_bucket')
        expect(output.stdout).toBe('example-org-insights-logs')
        expect((await type('stacks', 'list')).stdout).toContain(stateOf(dir))

        const made = standIn.actions.length
        const locked = await type('destroy', '--yes', '--confirm=insights')
        expect(locked.exitCode).toBe(13)
        expect(locked.stderr).toMatch(/aws_ebs_volume\.\S+: prevent_destroy/)
        expect(locked.stderr).toMatch(/aws_s3_bucket\.\S+: S3 deletes no bucket/)
        expect(locked.stderr).toContain('--stacks --unlock --confirm=insights')
        for (const name of [[], ['--confirm=other']]) {
          const unnamed = await type('destroy', '--stacks', '--unlock', '--yes', ...name)
          expect(unnamed.exitCode).toBe(13)
          expect(unnamed.stderr).toContain('DESTROY_NEEDS_NAME')
        }
        const unasked = await type('destroy', '--unlock', '--confirm=insights')
        expect(unasked.exitCode).toBe(18)
        expect(unasked.stderr).toContain('DESTROY_DECLINED')
        expect(standIn.actions.length).toBe(made)

        const destroyed = await type('destroy', '--unlock', '--confirm=insights', '--yes')
        expect(destroyed.exitCode).toBe(0)
        expect(destroyed.stderr).not.toContain('Resource targeting')
        expect(resourcesIn(dir)).toEqual([])
        const after = standIn.actions.slice(made)
        const unlocked = after.filter((action) => action.verb === 'update').map((action) => action.type)
        expect(new Set(unlocked)).toEqual(new Set(['aws_s3_bucket', 'aws_instance']))
        expect(after.slice(0, unlocked.length).every((action) => action.verb === 'update')).toBe(true)
        expect(after.filter((action) => action.verb === 'create')).toEqual([])
        // The files in cdktf.out are locked again afterwards.
        const synthesised = readFileSync(join(dir, 'cdktf.out/stacks/insights/cdk.tf.json'), 'utf8')
        expect(synthesised).toContain('"prevent_destroy": true')

        const again = await type('destroy')
        expect(again.exitCode).toBe(0)
        expect(again.stdout).toBe('insights: nothing to destroy')
        expect((await type('stacks', 'output')).stderr).toContain('STACKS_NOT_APPLIED')
      }),
    LONG,
  )

  it(
    '--yes alone removes no disk: --confirm must name the deployment',
    () =>
      withOperator(async ({ dir, standIn, type }) => {
        expect((await type('apply', '--yes')).exitCode).toBe(0)
        const made = standIn.actions.length
        const file = join(dir, 'cluster.yml')
        writeFileSync(file, readFileSync(file, 'utf8').replace(/dataVolumes:.*$/m, 'dataVolumes: []'))
        const planned = await type('stacks', 'plan')
        expect(planned.stdout).toMatch(/Data would be lost\n +- aws_ebs_volume\.\S+ is destroyed/)
        const refused = await type('apply', '--yes')
        expect(refused.exitCode).toBe(13)
        expect(refused.stderr).toContain('APPLY_LOSES_DATA')
        expect(standIn.actions.length).toBe(made)
        expect((await type('apply', '--yes', '--confirm=insights')).exitCode).toBe(0)
      }),
    LONG,
  )

  it(
    'stops at Ctrl-C with 130, keeps what was made in the state, and goes on from there',
    () =>
      withOperator(
        async ({ dir, type, start }) => {
          const running = start('apply', '--yes')
          running.stderr?.on('data', (chunk: Buffer) => {
            if (chunk.toString().includes('✓ insights: create aws_vpc.')) running.kill('SIGINT')
          })
          const stopped = await running
          expect(stopped.exitCode).toBe(130)
          expect(stopped.stderr).toContain('TERRAFORM_INTERRUPTED')
          const kept = resourcesIn(dir)
          expect(kept.map((one) => one.type)).toContain('aws_vpc')
          expect(kept.map((one) => one.type)).not.toContain('aws_instance')
          expect((await type('apply', '--yes')).exitCode).toBe(0)
          expect((await type('stacks', 'plan', '--detailed-exitcode')).exitCode).toBe(0)
        },
        { takes: { aws_subnet: 2000 } },
      ),
    LONG,
  )

  it(
    'exits with 14 when a resource fails, with the message of AWS and the next command',
    () =>
      withOperator(
        async ({ type }) => {
          const failed = await type('apply', '--yes')
          expect(failed.exitCode).toBe(14)
          expect(failed.stderr).toContain('insights: failed')
          expect(failed.stderr).toMatch(/aws_instance\.\S+/)
        },
        {
          overrides: {
            aws_instance: () => {
              throw new Error('InsufficientInstanceCapacity')
            },
          },
        },
      ),
    LONG,
  )
})

describe('without a cloud and without Terraform', () => {
  it('names the programs to install', async () => {
    const { exitCode, stderr } = await execa(HOWDAH, ['stacks', 'plan'], {
      cwd: workplace(),
      reject: false,
      env: { TERRAFORM_BINARY_NAME: 'no-such-terraform' },
    })
    expect(exitCode).toBe(13)
    expect(stderr).toContain('TERRAFORM_MISSING')
    expect(stderr).toContain('Install it')
  })

  it('names the line of an invalid cluster.yml, and refuses one that has only hosts', async () => {
    const dir = workplace()
    const file = join(dir, 'cluster.yml')
    const good = readFileSync(file, 'utf8')
    writeFileSync(file, good.replace('deployment: single-server', 'deployment: huge'))
    const wrong = await execa(HOWDAH, ['synth'], { cwd: dir, reject: false })
    expect(wrong.exitCode).toBe(10)
    expect(wrong.stderr).toMatch(/cluster\.yml:\d+:\d+/)
    writeFileSync(file, 'name: x\nhosts: {m1: {address: 127.0.0.1, roles: [master]}}\n')
    const bare = await execa(HOWDAH, ['synth'], { cwd: dir, reject: false })
    expect(bare.exitCode).toBe(10)
    expect(bare.stderr).toContain('SPEC_NO_AWS')
    expect(existsSync(join(dir, 'cdktf.out'))).toBe(false)
  })

  it('draws without Terraform and AWS', async () => {
    const dir = workplace()
    const drawn = await execa(HOWDAH, ['stacks', 'diagram'], { cwd: dir, reject: false })
    expect(drawn.exitCode).toBe(0)
    expect(drawn.stdout).toMatch(/^flowchart LR$/m)
    const svg = await execa(HOWDAH, ['stacks', 'diagram', '--svg', 'a.svg'], {
      cwd: dir,
      reject: false,
    })
    expect(svg.exitCode).toBe(0)
    expect(readFileSync(join(dir, 'a.svg'), 'utf8')).toMatch(/^<svg /)
  })
})
