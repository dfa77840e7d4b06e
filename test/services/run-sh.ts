import { spawn, spawnSync } from 'node:child_process'

export interface Said {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  /** The `key=value` lines of stdout. */
  readonly values: Readonly<Record<string, string>>
}

/** The `emit` of the engine's probes, in a simple form. */
export const EMIT = `emit() { printf '%s=%s\\n' "$1" "$2"; }\n`

/** Runs a script with the real `sh`, like a host; `uid`: as another user, if this process may do that. */
export function runSh(
  script: string,
  environment: Readonly<Record<string, string>> = {},
  uid?: number,
): Said {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', 'eval "$(cat)"'], {
    input: script,
    encoding: 'utf8',
    timeout: 15_000,
    ...(uid === undefined ? {} : { uid }),
    env: { PATH: process.env.PATH ?? '', ...environment },
  })
  return { exit: status ?? -1, stdout, stderr, values: valuesOf(stdout) }
}

const valuesOf = (stdout: string): Record<string, string> =>
  Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

/** Like runSh, but asynchronous: for scripts that connect to a server in this process. */
export function runShAside(script: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', 'eval "$(cat)"'], {
      env: { PATH: process.env.PATH ?? '' },
      timeout: 15_000,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (exit) => resolve({ exit: exit ?? -1, stdout, stderr, values: valuesOf(stdout) }))
    child.stdin.end(script)
  })
}
