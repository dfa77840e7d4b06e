import { join } from 'node:path'
import { execa } from 'execa'
import { terraformEnv } from '../../../stacks/terraform/environment.ts'
import type { StandIn } from './server.ts'

export interface Ran {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** This process's environment, with the stand-in for AWS. */
export const standInEnv = (standIn: StandIn): NodeJS.ProcessEnv => ({ ...process.env, ...standIn.env })

/** Runs Terraform, or what TERRAFORM_BINARY_NAME says, in a stack's directory with the stand-in for AWS; a failure is a result. */
export async function terraformIn(dir: string, args: readonly string[], standIn: StandIn): Promise<Ran> {
  await standIn.serve(join(dir, 'cdk.tf.json'))
  const program = process.env.TERRAFORM_BINARY_NAME || 'terraform'
  const { exitCode, stdout, stderr } = await execa(program, [`-chdir=${dir}`, ...args], {
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
    extendEnv: false,
    env: terraformEnv(standInEnv(standIn)),
  })
  return { exitCode, stdout, stderr }
}
