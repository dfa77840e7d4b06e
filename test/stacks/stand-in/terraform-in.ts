import { join } from 'node:path'
import { execa } from 'execa'
import type { StandIn } from './server.ts'

export interface Ran {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The test's environment without a configuration file that a machine may name, and may not have. */
export function terraformEnv(standIn: StandIn): Record<string, string | undefined> {
  return {
    ...process.env,
    TF_CLI_CONFIG_FILE: undefined,
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    ...standIn.env,
  }
}

/** Runs terraform in a stack's directory with the stand-in for AWS; a failure is a result. */
export async function terraformIn(dir: string, args: readonly string[], standIn: StandIn): Promise<Ran> {
  await standIn.serve(join(dir, 'cdk.tf.json'))
  const { exitCode, stdout, stderr } = await execa('terraform', [`-chdir=${dir}`, ...args], {
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
    extendEnv: false,
    env: terraformEnv(standIn),
  })
  return { exitCode, stdout, stderr }
}
