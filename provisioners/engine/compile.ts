import { quote } from '../shell.ts'
import { changesOf } from './changes.ts'
import { APPLY_PRELUDE } from './fragments.ts'
import { splitRef } from './refs.ts'
import type { Registry } from './registry.ts'
import { RECORD_FILE } from './removal/record.ts'
import { recordScript } from './removal/record-script.ts'
import type { Change, Desired, Observed, Plan, Ref, Resource } from './types.ts'

/** A step with all that is needed to run it. */
export interface BatchItem {
  readonly ref: Ref
  readonly resource: Resource
  readonly change: Change
}

/** How much of a failing step's output is kept. */
export const OUTPUT_BYTES = 65_536

export interface CompileOptions {
  readonly nonce: string
  /** Directory for the step's output, and for the file that asks a running batch to stop. */
  readonly runDir: string
  /** The record of what Howdah manages on the host. */
  readonly recordFile: string
}

/** The lock of a running batch. Its own shell holds it, and the processes that it starts do not. */
export const batchLock = (runDir: string): string => `${runDir}/batch.lock`

/** How long a batch waits for an earlier one that still runs on the host after its link was lost. */
export const BATCH_WAIT_SECONDS = 600

/** The file that stops a batch: it checks before each step whether the file exists. */
export const stopFile = ({ nonce, runDir }: Pick<CompileOptions, 'nonce' | 'runDir'>): string =>
  `${runDir}/stop.${nonce}`

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')

/**
 * One script for a batch. Each step is a function that runs in a subshell under `set -eu` with an empty stdin; its
 * output is kept and sent only when it fails. Markers: `@<nonce> start|ok|output|failed|stopped <index>`.
 */
export function compileBatch(
  batch: readonly BatchItem[],
  registry: Registry,
  options: CompileOptions,
): string {
  const { nonce, runDir } = options
  const record = recordScript(batch, registry, options.recordFile)
  const functions = batch.map(({ ref, resource, change }, i) => {
    const fragment = registry.of(resource).apply(resource, change)
    return `# ${oneLine(`${ref}: ${change.action} (${change.reason})`)}\nstep_${i}() {\n:\n${fragment}\n}\n`
  })
  return [
    'set -u',
    'umask 022',
    APPLY_PRELUDE,
    `mkdir -p ${quote(runDir)}`,
    `work=$(mktemp -d ${quote(`${runDir}/apply.XXXXXX`)}) || exit 1`,
    `exec 8>>${quote(batchLock(runDir))}`,
    `flock -w ${BATCH_WAIT_SECONDS} 8 || howdah_die 'an earlier batch still runs on this host'`,
    `stop=${quote(stopFile(options))}`,
    'trap \'rm -rf "$work" "$stop"\' EXIT',
    "trap 'exit 129' HUP INT TERM",
    `mark() { printf '\\n@${nonce} %s\\n' "$*"; }`,
    // When a marker cannot be written, the link is lost, and no further step may start.
    'step() {',
    '  if [ -e "$stop" ]; then mark "stopped $1"; exit 0; fi',
    '  mark "start $1" || exit 1',
    // No `if` and no `||` around it: either would switch `set -e` off inside.
    '  ( set -eu; "step_$1" ) </dev/null >"$work/output" 2>&1 8>&-',
    '  code=$?',
    '  if [ "$code" -eq 0 ]; then mark "ok $1" || exit 1; return; fi',
    '  mark "output $1"',
    `  tail -c ${OUTPUT_BYTES} "$work/output"`,
    '  mark "failed $1 $code"',
    '  exit 0',
    '}',
    '',
    ...functions,
    ...record.before,
    ...batch.flatMap((_, i) => [`step ${i}`, ...record.after(i)]),
    'mark finished',
    '',
  ].join('\n')
}

function withoutSecret(resource: Resource): Resource {
  return 'sensitive' in resource && resource.sensitive
    ? ({ ...resource, content: '[secret]\n' } as Resource)
    : resource
}

/** The script that would run on each target: all of its steps in order, with the contents of sensitive files replaced. */
export function showScripts(
  plan: Plan,
  desired: Desired,
  observed: Observed,
  registry: Registry,
): Record<string, string> {
  const changes = changesOf(desired, observed, registry)
  const byTarget: Record<string, BatchItem[]> = {}
  for (const { ref } of plan.steps) {
    const found = changes.get(ref)
    if (!found) continue
    const { host } = splitRef(ref)
    byTarget[host] ??= []
    byTarget[host]?.push({ ref, resource: withoutSecret(found.resource), change: found.change })
  }
  const options = { nonce: 'nonce', runDir: '/run/howdah', recordFile: RECORD_FILE }
  return Object.fromEntries(
    Object.entries(byTarget).map(([host, batch]) => [host, compileBatch(batch, registry, options)]),
  )
}
