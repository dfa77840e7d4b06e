import { execa } from 'execa'
import { HowdahError } from '../../provisioners/errors.ts'
import { terraformEnv } from './environment.ts'

export interface TerraformBinary {
  /** `terraform` or `tofu`, or the value of TERRAFORM_BINARY_NAME. */
  readonly command: string
  readonly version: string
}

/** Locking in S3 needs 1.10, write-only arguments need 1.11; the same versions of OpenTofu have both. */
const OLDEST = [1, 11] as const

/**
 * Finds Terraform, or OpenTofu, and its version.
 * @throws HowdahError TERRAFORM_MISSING, TERRAFORM_TOO_OLD.
 */
export async function terraformBinary(env: NodeJS.ProcessEnv = process.env): Promise<TerraformBinary> {
  const named = env.TERRAFORM_BINARY_NAME
  const candidates = named ? [named] : ['terraform', 'tofu']
  for (const command of candidates) {
    const version = await versionOf(command, env)
    if (version === undefined) continue
    if (!isRecent(version)) throw tooOld(command, version)
    return { command, version }
  }
  throw new HowdahError({
    code: 'TERRAFORM_MISSING',
    exit: 'preflight',
    message: named
      ? `TERRAFORM_BINARY_NAME is ${named}, but this machine cannot run such a program`
      : 'Neither terraform nor tofu is installed on this machine',
    expected: `Terraform or OpenTofu ${OLDEST.join('.')} or later on the PATH`,
    next: 'Install it: https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install',
  })
}

async function versionOf(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const result = await execa(command, ['version', '-json'], {
    reject: false,
    stdin: 'ignore',
    timeout: 20_000,
    extendEnv: false,
    env: terraformEnv(env),
  })
  if (result.failed) return undefined
  return /"terraform_version":\s*"([^"]+)"/.exec(result.stdout)?.[1]
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

const tooOld = (command: string, version: string): HowdahError =>
  new HowdahError({
    code: 'TERRAFORM_TOO_OLD',
    exit: 'preflight',
    message: `${command} is ${version}, which is too old`,
    found: version,
    expected: `${OLDEST.join('.')} or later: lock files in S3 need 1.10, write-only arguments need 1.11`,
    next: 'Install a newer version, or name another program in TERRAFORM_BINARY_NAME.',
  })
