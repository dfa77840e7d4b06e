/** How scripts of the checks are written and read. Pure. */

import { heredoc } from '../../engine/fragments.ts'
import { ownText } from '../../files.ts'
import { sh } from '../../shell.ts'

/** As `remote-task` starts a run: another account by sudo, a shell that is not interactive, and ~/.bashrc. */
export const asPipeline = (user: string, script: string): string =>
  // A bare PATH, so that it is ~/.bashrc alone that finds the commands.
  sh`cd / && exec sudo -n -Hu ${user} /bin/bash -c ${'PATH=/usr/bin:/bin; . "$HOME/.bashrc"; eval "$(cat)"'} ${heredoc(script)}`

const PRELUDE = `
dir=$(mktemp -d "\${TMPDIR:-/tmp}/howdah-pipeline-XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
step() {
  name=$1; shift
  "$@" >"$dir/.out" 2>"$dir/.err" </dev/null && code=0 || code=$?
  printf '@@ %s %s\\n' "$name" "$code"
  # Not sed: it leaves a last line without its end as it is.
  awk '{ print "1 " $0 }' "$dir/.out"
  awk '{ print "2 " $0 }' "$dir/.err"
}
`.trim()

/** A script of several commands whose codes and words are kept apart: \`step NAME COMMAND …\`. */
export const steps = (...lines: readonly string[]): string => [PRELUDE, ...lines].join('\n')

export interface StepResult {
  readonly exit: number
  readonly out: readonly string[]
  readonly err: readonly string[]
}

/** Reads what `step` printed, by name. */
export function parseSteps(stdout: string): ReadonlyMap<string, StepResult> {
  const found = new Map<string, { exit: number; out: string[]; err: string[] }>()
  let current: { exit: number; out: string[]; err: string[] } | undefined
  for (const line of stdout.split('\n')) {
    const head = /^@@ (\S+) (\d+)$/.exec(line)
    if (head) {
      current = { exit: Number(head[2]), out: [], err: [] }
      found.set(head[1] as string, current)
    } else if (line.startsWith('1 ')) current?.out.push(line.slice(2))
    else if (line.startsWith('2 ')) current?.err.push(line.slice(2))
  }
  return found
}

/** `key=value` lines. */
export const parseValues = (stdout: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

/** The text of a program of this directory. */
export const program = (name: string): string => ownText(`provisioners/operations/pipeline/programs/${name}`)

/** Shell that writes a file of the script's own directory. */
export const writes = (name: string, text: string): string => sh`cat >${name} ${heredoc(text)}`

export const both = (step: StepResult): string => [...step.out, ...step.err].join('\n')
