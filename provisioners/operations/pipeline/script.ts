/** Writes the scripts of the checks, and parses their output. Pure. */

import { heredoc } from '../../engine/fragments.ts'
import { ownText } from '../../files.ts'
import { sh } from '../../shell.ts'

/** Like `remote-task` starts a run: as another account by sudo, in a shell that is not interactive, after ~/.bashrc. */
export const asPipeline = (user: string, script: string): string =>
  // A minimal PATH, so that only ~/.bashrc makes the commands available.
  sh`cd / && exec sudo -n -Hu ${user} /bin/bash -c ${'PATH=/usr/bin:/bin; . "$HOME/.bashrc"; eval "$(cat)"'} ${heredoc(script)}`

const PRELUDE = `
dir=$(mktemp -d "\${TMPDIR:-/tmp}/howdah-pipeline-XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
step() {
  name=$1; shift
  "$@" >"$dir/.out" 2>"$dir/.err" </dev/null && code=0 || code=$?
  printf '@@ %s %s\\n' "$name" "$code"
  # Not sed, which does not add a missing newline at the end.
  awk '{ print "1 " $0 }' "$dir/.out"
  awk '{ print "2 " $0 }' "$dir/.err"
}
`.trim()

/** A script of several commands, each a line `step NAME COMMAND …`. Exit code and output of each are kept apart. */
export const steps = (...lines: readonly string[]): string => [PRELUDE, ...lines].join('\n')

export interface StepResult {
  readonly exit: number
  readonly out: readonly string[]
  readonly err: readonly string[]
}

/** Parses what `step` printed, by name. */
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

/** Parses `key=value` lines. */
export const parseValues = (stdout: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

/** The text of a program in `programs/`. */
export const program = (name: string): string => ownText(`provisioners/operations/pipeline/programs/${name}`)

/** Shell that writes a file into the directory of the script. */
export const writes = (name: string, text: string): string => sh`cat >${name} ${heredoc(text)}`

export const both = (step: StepResult): string => [...step.out, ...step.err].join('\n')
