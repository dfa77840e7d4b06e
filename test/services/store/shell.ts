import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '../../support/scratch.ts'

/**
 * Runs scripts of hosts on this machine, with a real POSIX shell, in a temporary directory, and with stand-ins for
 * programs.
 */
export interface Sandbox {
  readonly root: string
  /** Puts a program (a sh script) on the PATH. */
  program(name: string, body: string): void
  /** Runs a script with `paths` moved below the root. */
  run(
    script: string,
    paths?: readonly string[],
  ): { readonly exit: number; readonly out: string; readonly err: string }
}

const SHELL = ['dash', 'sh'].find((shell) => spawnSync(shell, ['-c', ':']).status === 0) ?? 'sh'

export function sandbox(): Sandbox {
  const root = scratch('howdah-store-')
  const bin = join(root, 'bin')
  mkdirSync(bin)
  return {
    root,
    program(name, body) {
      const path = join(bin, name)
      writeFileSync(path, `#!/bin/sh\n${body}\n`)
      chmodSync(path, 0o755)
    },
    run(script, paths = ['/opt/', '/etc/', '/var/']) {
      const text = paths.reduce((all, path) => all.replaceAll(path, `${root}${path}`), script)
      const { status, stdout, stderr } = spawnSync(SHELL, ['-s'], {
        input: text,
        encoding: 'utf8',
        env: { PATH: `${bin}:/usr/bin:/bin`, HOME: root },
        timeout: 15_000,
      })
      return { exit: status ?? -1, out: stdout, err: stderr }
    },
  }
}

/** Files below a directory, by `find`, sorted. */
export const filesIn = (dir: string): string[] =>
  execFileSync('find', [dir, '-type', 'f', '-printf', '%P\\n'], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .sort()
