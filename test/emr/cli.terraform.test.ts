import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { synthesise } from '../../stacks/synth.ts'
import { withStandIn } from '../stacks/stand-in/server.ts'
import { HOWDAH } from '../support/howdah.ts'
import { filledSeed, fixture, infrastructureOf, placeIn, translated } from './support.ts'

const LIMIT_MS = 180_000

// Each command starts Node again, which is slow on a busy machine.
vi.setConfig({ testTimeout: LIMIT_MS })

let dir = ''
afterEach(() => rmSync(dir, { recursive: true, force: true }))
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'howdah-emr-'))
  writeFileSync(join(dir, 'legacy.yml'), filledSeed())
})

const vpc = ['--vpc', 'vpc-0123456789abcdef0', '--vpc-cidr', '10.0.0.0/16']

/** The command as a user runs it, without AWS's command line unless `env` has one. */
const howdah = async (args: readonly string[], env: NodeJS.ProcessEnv = {}, input = '') => {
  const run = await execa(HOWDAH, [...args], {
    cwd: dir,
    reject: false,
    input,
    env: { NO_COLOR: '1', AWS_KEYPAIR_NAME: '', EXTRA_VARS: '', ...env },
    timeout: LIMIT_MS,
  })
  return { code: run.exitCode, out: run.stdout, err: run.stderr }
}

describe('howdah emr translate', () => {
  it("prints today's file on stdout and the report on stderr", async () => {
    const run = await howdah(['emr', 'translate', '@legacy.yml', ...vpc])
    expect(run.code).toBe(0)
    expect(`${run.out}\n`).toBe(translated(filledSeed()).clusterYml)
    expect(run.err).toContain('replaced    instance_groups.core.type → aws.emr.core.type: m5.xlarge')
    expect(run.err).toContain('11 same, 5 translated, 13 replaced, 2 dropped')
  })

  it('reads stdin, and gives one JSON document', async () => {
    const run = await howdah(['--json', 'emr', 'translate', '-'], {}, fixture('seed-cluster.yml'))
    const document = JSON.parse(run.out)
    expect(document).toMatchObject({ formatVersion: '1.0', open: expect.any(Array) })
    expect(document.open[0]).toMatchObject({ code: 'LEGACY_PLACEHOLDER', where: 'stdin:2:11' })
    expect(document.report.length).toBeGreaterThan(20)
  })

  it('writes a file, and never over one that is there', async () => {
    expect((await howdah(['emr', 'translate', 'legacy.yml', '-o', 'cluster.yml', ...vpc])).code).toBe(0)
    expect(readFileSync(join(dir, 'cluster.yml'), 'utf8')).toBe(translated(filledSeed()).clusterYml)
    const again = await howdah(['emr', 'translate', 'legacy.yml', '-o', 'cluster.yml'])
    expect([again.code, /EMR_OUTPUT_EXISTS/.test(again.err)]).toEqual([10, true])
  })

  it('leaves with 10 for a file that it cannot read', async () => {
    const text = 'name: a\nstpes: []\n'
    writeFileSync(join(dir, 'bad.yml'), text)
    const bad = await howdah(['emr', 'translate', 'bad.yml'])
    expect([bad.code, bad.out]).toEqual([10, ''])
    expect(bad.err).toContain(`bad.yml:${placeIn(text, 'stpes')}`)
    expect(bad.err).toContain('did you mean steps?')
    expect((await howdah(['emr', 'translate', 'none.yml'])).code).toBe(10)
    expect((await howdah(['emr', 'translate', 'legacy.yml', '--vpc', 'vpc-1'])).err).toContain('EMR_VPC_HALF')
  })
})

describe('howdah emr provision and terminate', () => {
  const work = () => join(dir, '.howdah/emr/insights/cluster.yml')

  it('changes nothing while something is open, and names its place', async () => {
    writeFileSync(join(dir, 'seed.yml'), fixture('seed-cluster.yml'))
    const run = await howdah(['emr', 'provision', '--yes'], { EXTRA_VARS: '@seed.yml' })
    expect(run.code).toBe(10)
    expect(run.err).toContain('seed.yml:2:11')
    expect(existsSync(join(dir, '.howdah'))).toBe(false)
  })

  it('has nothing to do for a cluster that is not there', async () => {
    const run = await howdah(['emr', 'terminate', '--yes'], { EXTRA_VARS: 'name=insights' })
    expect([run.code, run.err]).toEqual([0, ''])
    expect(run.out).toContain('there is nothing to do')
  })

  it('makes the cluster of the guide and takes it down again, after the plan and consent', async () => {
    const aws = fakeAws()
    await withStandIn({}, async (standIn) => {
      const known = synthesise(infrastructureOf(translated(filledSeed())), { outdir: join(dir, 'known') })
      await standIn.serve(...known.stacks.map((id) => join(known.outdir, 'stacks', id, 'cdk.tf.json')))
      const env = { ...standIn.env, PATH: `${aws}:${process.env.PATH}`, EXTRA_VARS: '@legacy.yml' }
      const made = () => standIn.actions.length

      const asked = await howdah(['emr', 'provision', '--no-users'], env)
      expect([asked.code, made()]).toEqual([18, 0])
      expect(asked.err).toContain('+ aws_emr_cluster')
      expect(readFileSync(work(), 'utf8')).toContain('id: vpc-0fedcba9876543210')

      const applied = await howdah(['emr', 'provision', '--yes', '--no-users'], env)
      expect(applied.err).not.toContain('error')
      expect(applied.code).toBe(0)
      expect(JSON.stringify(standIn.actions)).toContain('aws_emr_cluster')

      const before = made()
      const again = await howdah(['emr', 'provision', '--yes', '--no-users'], env)
      expect([again.code, made()]).toEqual([0, before])

      const gone = await howdah(['emr', 'terminate', '--yes'], { ...env, EXTRA_VARS: 'name=insights' })
      expect(gone.err).not.toContain('error')
      expect([gone.code, made() > before]).toEqual([0, true])
    })
  })
})

/** A directory with an `aws` that knows one subnet, since tests have no AWS. */
function fakeAws(): string {
  const bin = mkdtempSync(join(dir, 'aws-'))
  const script = `#!/bin/sh
case "$*" in
  *describe-subnets*subnet-0123456789abcdef0*us-east-1*) echo vpc-0fedcba9876543210 ;;
  *describe-vpcs*vpc-0fedcba9876543210*) echo 10.1.0.0/16 ;;
  *) exit 254 ;;
esac
`
  writeFileSync(join(bin, 'aws'), script)
  chmodSync(join(bin, 'aws'), 0o755)
  return bin
}
