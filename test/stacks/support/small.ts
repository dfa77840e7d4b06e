import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import {
  App,
  AwsProvider,
  LocalBackend,
  Subnet,
  TerraformOutput,
  TerraformStack,
  Vpc,
} from '../../../stacks/tf.ts'

const made: string[] = []

afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})

/** A directory for one test, removed after it. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-stacks-'))
  made.push(dir)
  return dir
}

type Build = (stack: TerraformStack) => void

/** Synthesises stacks by name, in this order of need, each with its state beside it; gives the manifest's directory. */
export function synthesise(stacks: Readonly<Record<string, Build>>): string {
  const outdir = scratch()
  const app = new App({ outdir, stackTraces: false })
  let before: TerraformStack | undefined
  for (const [name, build] of Object.entries(stacks)) {
    const stack = new TerraformStack(app, name)
    new LocalBackend(stack, { path: `${name}.tfstate` })
    new AwsProvider(stack, 'aws', { region: 'eu-west-1', defaultTags: [{ tags: { Project: 'small' } }] })
    build(stack)
    if (before) stack.addDependency(before)
    before = stack
  }
  app.synth()
  return outdir
}

/** A network with one subnet, whose ids are outputs. */
export const network: Build = (stack) => {
  const vpc = new Vpc(stack, 'vpc', { cidrBlock: '10.1.0.0/16', tags: { Name: 'small' } })
  const subnet = new Subnet(stack, 'subnet', {
    vpcId: vpc.id,
    cidrBlock: '10.1.1.0/24',
    availabilityZone: 'eu-west-1b',
  })
  new TerraformOutput(stack, 'vpc_id', { value: vpc.id, staticId: true })
  new TerraformOutput(stack, 'subnet_id', { value: subnet.id, staticId: true })
}

export const stackDir = (outdir: string, name: string): string => join(outdir, 'stacks', name)
