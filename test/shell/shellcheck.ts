/** Checks many scripts with one call of shellcheck. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A script as a host runs it. */
export interface Script {
  /** For messages: its source, and the cluster. */
  readonly name: string
  readonly shell: 'sh' | 'bash'
  readonly text: string
  /** The engine's functions that come before it. */
  readonly prelude?: 'probe' | 'apply'
}

/** A comment of shellcheck about one of the scripts. */
export interface Finding {
  readonly script: string
  readonly code: number
  readonly message: string
  /** The line that it is about. */
  readonly line: string
}

interface Comment {
  readonly file: string
  readonly line: number
  readonly code: number
  readonly message: string
}

/** The path of shellcheck, or undefined if it is not installed. */
export function shellcheckVersion(): string | undefined {
  const { status, stdout } = spawnSync('shellcheck', ['--version'], { encoding: 'utf8' })
  return status === 0 ? /^version: (.*)$/m.exec(stdout)?.[1] : undefined
}

/** Code that sets and uses the variables of those functions. */
const KNOWN = {
  probe: [': "${nl:=}" "${cr:=}"'],
  apply: [': "${tmp:=}" "${dir:=}" "${work:=}"'],
} as const

/** The script as a file, with the code around a fragment. A step is a function, so it may return. */
function fileOf({ shell, text, prelude }: Script): string {
  if (text.startsWith('#!')) return text
  const head = `#!/bin/${shell}\n`
  if (prelude === undefined) return `${head}${text}\n`
  const known = `${head}${KNOWN[prelude]}\n`
  return prelude === 'apply' ? `${known}step() {\n:\n${text}\n}\nstep\n` : `${known}${text}\n`
}

/** The comments of shellcheck about the scripts, from one call. .shellcheckrc in the root of the project applies to these too.
 * Throws an Error when shellcheck itself fails.
 */
export function shellcheck(scripts: readonly Script[]): Finding[] {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-shellcheck-'))
  try {
    writeFileSync(join(dir, '.shellcheckrc'), readFileSync('.shellcheckrc', 'utf8'))
    const texts = scripts.map(fileOf)
    const names = texts.map((text, i) => {
      writeFileSync(join(dir, `${i}`), text)
      return `${i}`
    })
    const { stdout, stderr, status } = spawnSync('shellcheck', ['-f', 'json1', ...names], {
      cwd: dir,
      encoding: 'utf8',
      maxBuffer: 256 * 2 ** 20,
    })
    if (status !== 0 && status !== 1) throw new Error(`shellcheck ended with ${status}: ${stderr}`)
    const { comments } = JSON.parse(stdout) as { comments: Comment[] }
    return comments.map(({ file, line, code, message }) => ({
      script: scripts[Number(file)]?.name ?? file,
      code,
      message,
      line: (texts[Number(file)] ?? '').split('\n')[line - 1] ?? '',
    }))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
