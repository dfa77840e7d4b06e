/** Hands many scripts to shellcheck in one call. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A script as a host runs it. */
export interface Script {
  /** For messages: what renders it, and for which cluster. */
  readonly name: string
  readonly shell: 'sh' | 'bash'
  readonly text: string
  /** The engine's functions that stand before it. */
  readonly prelude?: 'probe' | 'apply'
}

/** A comment of shellcheck's on one of the scripts. */
export interface Finding {
  readonly script: string
  readonly code: number
  readonly message: string
  /** The line it speaks of. */
  readonly line: string
}

interface Comment {
  readonly file: string
  readonly line: number
  readonly code: number
  readonly message: string
}

/** Debian's package, or undefined where it is not installed. */
export function shellcheckVersion(): string | undefined {
  const { status, stdout } = spawnSync('shellcheck', ['--version'], { encoding: 'utf8' })
  return status === 0 ? /^version: (.*)$/m.exec(stdout)?.[1] : undefined
}

/** The variables of those functions: as if they were set, and used. */
const KNOWN = {
  probe: [': "${nl:=}" "${cr:=}"'],
  apply: [': "${tmp:=}" "${dir:=}" "${work:=}"'],
} as const

/** The script as a file: what a fragment stands in, around it. A step is a function, and may return. */
function fileOf({ shell, text, prelude }: Script): string {
  if (text.startsWith('#!')) return text
  const head = `#!/bin/${shell}\n`
  if (prelude === undefined) return `${head}${text}\n`
  const known = `${head}${KNOWN[prelude]}\n`
  return prelude === 'apply' ? `${known}step() {\n:\n${text}\n}\nstep\n` : `${known}${text}\n`
}

/**
 * What shellcheck says of the scripts, in one call. .shellcheckrc in the root of the project holds for these too.
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
