import { accessSync, constants } from 'node:fs'

/**
 * The environment of every Terraform process: the caller's environment with its credentials, but without questions,
 * without version checks, and without an unreadable configuration file (Terraform would warn at each call).
 */
export function terraformEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: configFile, ...rest } = env
  const usable = configFile !== undefined && isReadable(configFile)
  return {
    ...rest,
    ...(usable ? { TF_CLI_CONFIG_FILE: configFile } : {}),
    TF_INPUT: '0',
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}
