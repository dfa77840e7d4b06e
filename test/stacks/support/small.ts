import { join } from 'node:path'
import {
  App,
  AwsProvider,
  LocalBackend,
  Subnet,
  TerraformOutput,
  TerraformStack,
  Vpc,
} from '../../../stacks/tf.ts'
import { scratch as scratchAt } from '../../support/scratch.ts'

/** A directory for one test, removed after it. */
export const scratch = (): string => scratchAt('howdah-stacks-')

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
