import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'

export interface Said {
  readonly code: number | undefined
  readonly out: string
  readonly err: string
}

/** A directory in place of the master: its tree in `root`, missing programs in `bin`. */
export interface Master {
  readonly dir: string
  readonly root: string
  path(...parts: readonly string[]): string
  write(path: string, content: string): void
  read(path: string): string
  /** A program of the master, in POSIX sh. It finds the master's directory in $MASTER. */
  program(name: string, body: string): void
  /** Runs a script of stacks/scripts/ there, as root. */
  run(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Said>
}

const SCRIPTS = fileURLToPath(new URL('../../../stacks/scripts/', import.meta.url))

/** Gone when the test is over. */
export function master(): Master {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-emr-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const path = (...parts: readonly string[]) => join(dir, ...parts)
  const write = (file: string, content: string) => {
    mkdirSync(dirname(path(file)), { recursive: true })
    writeFileSync(path(file), content)
  }
  const program = (name: string, body: string) => {
    write(`bin/${name}`, `#!/bin/sh\n${body}\n`)
    chmodSync(path('bin', name), 0o755)
  }
  mkdirSync(path('root/dev/shm'), { recursive: true })
  program('id', 'echo "${FAKE_UID:-0}"')
  return {
    dir,
    root: path('root'),
    path,
    write,
    program,
    read: (file) => readFileSync(path(file), 'utf8'),
    run: async (script, args, env = {}) => {
      const { exitCode, stdout, stderr } = await execa('sh', [join(SCRIPTS, script), ...args], {
        reject: false,
        stdin: 'ignore',
        timeout: 20_000,
        env: {
          MASTER: dir,
          HOWDAH_ROOT: path('root'),
          HOWDAH_WAIT: '0',
          PATH: `${path('bin')}:${process.env.PATH}`,
          ...env,
        },
      })
      return { code: exitCode, out: stdout, err: stderr }
    },
  }
}
