import { quote } from '../shell.ts'
import { BATCH_WAIT_SECONDS, batchLock, stopFile } from './batch-paths.ts'
import { changesOf, stateOf } from './changes.ts'
import { type Fence, fenceFunctions, fencePaths } from './fence-script.ts'
import { APPLY_PRELUDE } from './fragments.ts'
import { removeLeftovers } from './leftovers.ts'
import { splitRef } from './refs.ts'
import type { Registry } from './registry.ts'
import { RECORD_FILE } from './removal/record.ts'
import { recordScript } from './removal/record-script.ts'
import { STEP_OUTPUT } from './step-output.ts'
import type { Change, Desired, Observed, Plan, Ref, Resource } from './types.ts'

/** A step with all that is needed to run it. */
export interface BatchItem {
  readonly ref: Ref
  readonly resource: Resource
  readonly change: Change
}

export interface CompileOptions {
  readonly nonce: string
  /** Directory for the step's output, and for the file that asks a running batch to stop. */
  readonly runDir: string
  /** The record of what Howdah manages on the host. */
  readonly recordFile: string
  /** The run, for the host's check that no newer one has taken the lock; absent: nothing is checked. */
  readonly fence?: Fence
  /** The host's record of the newest run; `/var/lib/howdah/fence` when absent. */
  readonly fenceFile?: string
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')

/**
 * The part of a batch that refuses when the host has seen a newer run: before its first change, and before each step. The
 * batch holds its lock meanwhile, and a newer run waits for that lock before it reads the host.
 */
function fenceLines({ fence, fenceFile, runDir }: CompileOptions): { start: string[]; step: string[] } {
  if (!fence) return { start: [], step: [] }
  const start = [
    fenceFunctions(fencePaths(fenceFile, runDir), fence),
    'outrun() { mark fence; howdah_fence_print; mark outrun; exit 0; }',
    'howdah_fence_store',
    "case $? in 0) ;; 1) outrun ;; *) howdah_die 'the record of the newest run on this host cannot be written' ;; esac",
  ]
  return { start, step: ['  howdah_fence || outrun'] }
}

/**
 * One script for a batch. Each step is a function that runs in a subshell under `set -eu` with an empty stdin; the head
 * and the tail of its output are kept, and sent only when it fails.
 * Markers: `@<nonce> start|ok|output|failed|stopped <index>`, `fence`, `outrun`, `finished`.
 */
export function compileBatch(
  batch: readonly BatchItem[],
  registry: Registry,
  options: CompileOptions,
): string {
  const { nonce, runDir } = options
  const record = recordScript(batch, registry, options.recordFile)
  const fence = fenceLines(options)
  const functions = batch.map(({ ref, resource, change }, i) => {
    const fragment = registry.of(resource).apply(resource, change)
    return `# ${oneLine(`${ref}: ${change.action} (${change.reason})`)}\nstep_${i}() {\n:\n${fragment}\n}\n`
  })
  return [
    'set -u',
    'umask 022',
    APPLY_PRELUDE,
    `mkdir -p ${quote(runDir)}`,
    `work=${quote(`${runDir}/apply.`)}$$.${nonce}`,
    'mkdir -m 700 "$work" || exit 1',
    `stop=${quote(stopFile(options))}`,
    'trap \'rm -rf "$work" "$stop"\' EXIT',
    "trap 'exit 129' HUP INT TERM",
    `mark() { printf '\\n@${nonce} %s\\n' "$*"; }`,
    `exec 8>>${quote(batchLock(runDir))}`,
    `flock -w ${BATCH_WAIT_SECONDS} 8 || howdah_die 'an earlier batch still runs on this host'`,
    'mark locked || exit 1',
    ...fence.start,
    removeLeftovers(runDir),
    STEP_OUTPUT,
    // When a marker cannot be written, the link is lost, and no further step may start.
    'step() {',
    '  if [ -e "$stop" ]; then mark "stopped $1"; exit 0; fi',
    ...fence.step,
    '  mark "start $1" || exit 1',
    '  output=$work/output.$1',
    '  mkfifo "$output" || exit 1',
    // With redirections of the call itself, dash would keep a copy of stdout, and the link would wait for the reader's end.
    '  (exec </dev/null >/dev/null 2>&1 8>&-; howdah_keep "$output") &',
    // No `if` and no `||` around it: either would switch `set -e` off inside.
    '  ( set -eu; "step_$1" ) </dev/null >"$output" 2>&1 8>&-',
    '  code=$?',
    '  if [ "$code" -eq 0 ]; then mark "ok $1" || exit 1; return; fi',
    '  mark "output $1"',
    '  howdah_kept "$output"',
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
  const show = (host: string, { resource }: BatchItem): string | undefined =>
    registry.of(resource).show?.(resource, stateOf(observed[host], resource.id))
  return Object.fromEntries(
    Object.entries(byTarget).map(([host, batch]) => {
      const shown = batch.map((item) => show(host, item))
      const shellLess = shown.every((text) => text !== undefined)
      return [host, shellLess ? `${shown.join('\n')}\n` : compileBatch(batch, registry, options)]
    }),
  )
}
