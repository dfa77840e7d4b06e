import { spawnSync } from 'node:child_process'

export interface Said {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  /** The `key=value` lines of stdout. */
  readonly values: Readonly<Record<string, string>>
}

/** The `emit` of the engine's probes, in its simplest form. */
export const EMIT = `emit() { printf '%s=%s\\n' "$1" "$2"; }\n`

/** Runs a script with the real `sh`, as a host would. */
export function runSh(script: string, environment: Readonly<Record<string, string>> = {}): Said {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', 'eval "$(cat)"'], {
    input: script,
    encoding: 'utf8',
    timeout: 15_000,
    env: { PATH: process.env.PATH ?? '', ...environment },
  })
  const values = Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  return { exit: status ?? -1, stdout, stderr, values }
}
