import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEPLOYMENTS, type Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { type ErrorDetails, EXIT, HowdahError } from '../../provisioners/errors.ts'
import { deploymentOf } from '../../stacks/deployments/index.ts'
import { synthesise } from '../../stacks/synth.ts'
import { largeHadoop, singleServer } from './support/infrastructures.ts'
import { scratch } from './support/small.ts'
import { readTemplate, type Template } from './support/template.ts'

const HOME = resolve(import.meta.dirname, '../..')

/** Every file below a directory with its text. */
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(dir, file), readFileSync(file, 'utf8')]),
  )

const backendOf = (template: Template): Record<string, Record<string, unknown>> =>
  (template.json.terraform as { backend: Record<string, Record<string, unknown>> }).backend

const synthesisedTo = (infrastructure: Infrastructure, outdir = join(scratch(), 'deep', 'out')) =>
  synthesise(infrastructure, { outdir })

const refusedBy = (infrastructure: Infrastructure): ErrorDetails | undefined => {
  try {
    synthesisedTo(infrastructure)
  } catch (error) {
    if (error instanceof HowdahError) return error.details
    throw error
  }
  return undefined
}

describe('synthesise', () => {
  it('makes the state stack first, and the other one wait for it', () => {
    const { outdir, stacks } = synthesisedTo(singleServer)
    expect(stacks).toEqual(['insights-state', 'insights'])
    const manifest = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))
    expect(manifest.stacks.insights.dependencies).toEqual(['insights-state'])
    expect(manifest.stacks['insights-state'].dependencies).toEqual([])
  })

  it('keeps the state in S3 with its own lock file, and that of the state stack beside cluster.yml', () => {
    const { outdir } = synthesisedTo(singleServer)
    expect(backendOf(readTemplate(outdir, 'insights'))).toEqual({
      s3: {
        bucket: 'insights-state-example',
        key: 'insights/insights.tfstate',
        region: 'eu-west-1',
        encrypt: true,
        use_lockfile: true,
      },
    })
    const { local } = backendOf(readTemplate(outdir, 'insights-state'))
    const path = String(local?.path)
    expect(isAbsolute(path)).toBe(false)
    expect(resolve(outdir, 'stacks', 'insights-state', path)).toBe(
      resolve('.howdah/insights/terraform/insights-state.tfstate'),
    )
  })

  it('without a bucket keeps a local state, and makes no state stack', () => {
    const { outdir, stacks } = synthesisedTo({ ...singleServer, state: { kind: 'local' } })
    expect(stacks).toEqual(['insights'])
    expect(Object.keys(backendOf(readTemplate(outdir, 'insights')))).toEqual(['local'])
  })

  it('with a bucket that is there makes no state stack', () => {
    const state = { kind: 's3', bucket: 'b', region: 'eu-central-1', key: 'k', create: false } as const
    const { outdir, stacks } = synthesisedTo({ ...singleServer, state })
    expect(stacks).toEqual(['insights'])
    expect(backendOf(readTemplate(outdir, 'insights')).s3).toMatchObject({ region: 'eu-central-1' })
  })

  it('asks for a Terraform and a provider that know what is used, and tags everything', () => {
    const { outdir } = synthesisedTo(singleServer)
    const { json } = readTemplate(outdir, 'insights')
    expect(readFileSync(join(outdir, 'stacks/insights/versions.tf'), 'utf8')).toContain(
      'required_version = ">= 1.11"',
    )
    expect(json.terraform).not.toHaveProperty('required_version')
    expect(json.terraform).toMatchObject({
      required_providers: { aws: { version: '~> 6.25' } },
    })
    expect(json.provider).toEqual({
      aws: [
        {
          region: 'eu-west-1',
          default_tags: [
            { tags: { Project: 'analytics', Deployment: 'single-server', ManagedBy: 'howdah' } },
          ],
        },
      ],
    })
  })

  it('turns a refusal of a construct into an error with the file', () => {
    const { fleet } = largeHadoop
    if (fleet === undefined) throw new Error('no fleet')
    const infrastructure: Infrastructure = {
      ...largeHadoop,
      fleet: { ...fleet, placement: 'spread', workers: { ...fleet.workers, count: 9 } },
    }
    const refused = refusedBy(infrastructure)
    expect(refused).toMatchObject({
      code: 'STACK_REFUSED',
      exit: 'configuration',
      where: 'cluster.yml',
    })
    expect(refused?.found).toMatch(/spread puts at most 7 hosts/)
    expect(refused?.found).not.toMatch(/Encountered|Annotation/)
    const narrow: Infrastructure = {
      ...singleServer,
      network: { ...singleServer.network, cidr: '10.0.0.0/26' },
    }
    expect(refusedBy(narrow)).toMatchObject({ code: 'STACK_NETWORK_CIDR', where: 'cluster.yml' })
  })

  it('has every deployment', () => {
    for (const deployment of DEPLOYMENTS)
      expect(deploymentOf({ ...singleServer, deployment })).toBeTypeOf('function')
  })
})

describe('the state stack', () => {
  it('is a bucket that keeps old states and is not destroyed, in the region of the state', () => {
    const state = { kind: 's3', bucket: 'the-state', region: 'eu-central-1', key: 'k', create: true } as const
    const { outdir } = synthesisedTo({ ...singleServer, state })
    const template = readTemplate(outdir, 'insights-state')
    expect(template.only('aws_s3_bucket')).toMatchObject({
      bucket: 'the-state',
      lifecycle: { prevent_destroy: true },
    })
    expect(template.only('aws_s3_bucket_versioning')).toMatchObject({
      versioning_configuration: { status: 'Enabled' },
    })
    expect(template.only('aws_s3_bucket_public_access_block')).toMatchObject({
      restrict_public_buckets: true,
    })
    expect(template.only('aws_kms_alias').name).toBe('alias/howdah/insights-state')
    expect(template.json.provider).toMatchObject({ aws: [{ region: 'eu-central-1' }] })
    expect(template.output('state_bucket')).toMatch(/^\$\{aws_s3_bucket\./)
  })
})

describe('main.ts, as cdktf-cli runs it', () => {
  /** A directory with an example as its cluster.yml. */
  const copied = (): string => {
    const dir = scratch()
    for (const [from, to] of [
      ['aws-single-server.yml', 'cluster.yml'],
      ['operator.pub', 'operator.pub'],
    ] as const)
      cpSync(join(HOME, 'examples', from), join(dir, to))
    return dir
  }
  const run = (dir: string, env: Record<string, string> = {}) =>
    spawnSync(join(HOME, 'node_modules/.bin/tsx'), [join(HOME, 'stacks/main.ts')], {
      cwd: dir,
      encoding: 'utf8',
      timeout: 40_000,
      env: { PATH: process.env.PATH ?? '', HOME: dir, CDKTF_OUTDIR: join(dir, 'cdktf.out'), ...env },
    })

  it('gives the same bytes twice, and from another directory, without a path of this machine', () => {
    const [one, two] = [copied(), copied()]
    expect(run(one)).toMatchObject({ status: 0, stdout: '' })
    const first = contents(join(one, 'cdktf.out'))
    expect(run(one).status).toBe(0)
    expect(contents(join(one, 'cdktf.out'))).toEqual(first)
    expect(run(two).status).toBe(0)
    expect(contents(join(two, 'cdktf.out'))).toEqual(first)
    expect(Object.keys(first)).toContain('stacks/insights/cdk.tf.json')
    for (const [file, text] of Object.entries(first)) {
      expect([file, text.includes(one)]).toEqual([file, false])
      expect([file, text.includes(HOME)]).toEqual([file, false])
    }
  }, 120_000)

  it.each([
    ['HOWDAH_CLUSTER', { HOWDAH_CLUSTER: 'other.yml' }],
    ['the context', { CDKTF_CONTEXT_JSON: '{"cluster": "other.yml"}' }],
  ])('reads the file that %s names, and reports its errors, with exit code 10', (_, env) => {
    const dir = copied()
    const { status, stderr } = run(dir, env)
    expect(status).toBe(EXIT.configuration)
    expect(stderr).toMatch(/^SPEC_FILE_MISSING: .*other\.yml/)
    expect(stderr).toContain('next: ')
    expect(stderr).not.toContain('    at ')
  })

  it('reports every error with line and column', () => {
    const dir = copied()
    const file = join(dir, 'cluster.yml')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('region: eu-west-1', 'region: nowhere\n  colour: red'),
    )
    const { status, stderr } = run(dir)
    expect(status).toBe(EXIT.configuration)
    expect(stderr).toMatch(/cluster\.yml:\d+:\d+/)
    expect(stderr).toContain('colour')
    expect(existsSync(join(dir, 'cdktf.out'))).toBe(false)
  })
})

describe('cdktf.json', () => {
  it('is what cdktf-cli wants, sends nothing home, and runs main.ts', () => {
    const config = JSON.parse(readFileSync(join(HOME, 'cdktf.json'), 'utf8'))
    expect(config).toMatchObject({
      language: 'typescript',
      app: 'npx tsx stacks/main.ts',
      sendCrashReports: 'false',
      terraformProviders: [],
    })
    expect(config.projectId).toBeUndefined()
  })
})
