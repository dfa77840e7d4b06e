import { detail, removes } from '../../engine/resources/leave.ts'
import { FILE_KEY } from '../../engine/resources/unit.ts'
import type { ResourceBase, ResourceType, State, World } from '../../engine/types.ts'
import { sh } from '../../shell.ts'

/**
 * A program of the operator's that installs an application. Whether it is due is derived from state: it left the
 * hashes of what it was given when it last succeeded, and the plan compares.
 */
export interface AppHook extends ResourceBase {
  readonly type: 'x-app-hook'
  readonly title: string
  /** The program, on the host. */
  readonly program: string
  /** Files that it reads besides: it runs again when one has changed. */
  readonly reads: readonly string[]
  /** No secrets: where they are. */
  readonly environment: Readonly<Record<string, string>>
  /** Where it leaves those hashes, and its output. */
  readonly record: string
  readonly log: string
  readonly timeoutSeconds: number
}

const given = (h: AppHook): readonly string[] => [h.program, ...h.reads]

const wantedRecord = (h: AppHook, world: World): string[] =>
  given(h).map((path) => `${world.fileSha256(path) ?? 'absent'}  ${path}`)

const recorded = (state: State): string[] => (state.ran ?? '').split('\n').filter((line) => line !== '')

/** A line's path. */
const pathOf = (line: string): string => line.slice(line.indexOf('  ') + 2)

function diff(h: AppHook, state: State, world: World) {
  const [ran, wanted] = [recorded(state), wantedRecord(h, world)]
  if (ran.length === 0) return { action: 'run', reason: 'has not run yet' } as const
  const changed = [
    ...wanted.filter((line) => !ran.includes(line)),
    ...ran.filter((line) => !wanted.some((other) => pathOf(other) === pathOf(line))),
  ].map(pathOf)
  if (changed.length === 0) return undefined
  return { action: 'run', reason: `ran before ${[...new Set(changed)].join(', ')} changed` } as const
}

/** The last lines that are shown of a failure; the rest is in the log. */
const SHOWN = 30

function apply(h: AppHook): string {
  const environment = Object.entries(h.environment).map(([name, value]) => `${name}=${value}`)
  return [
    'umask 077',
    sh`mkdir -p ${dirOf(h.record)} ${dirOf(h.log)}`,
    sh`tmp=${h.record}.new`,
    // What it was given, read before it runs: whatever changes meanwhile is due again.
    sh`for path in ${given(h)}; do`,
    '  sum=absent',
    '  if [ -f "$path" ]; then sum=$(sha256sum <"$path"); fi',
    `  printf '%s  %s\\n' "\${sum%% *}" "$path"`,
    'done >"$tmp"',
    // One that ends half way may leave anything behind: from here on it is due.
    sh`rm -f ${h.record}`,
    sh`if (umask 022; exec timeout -k 10 ${h.timeoutSeconds} env ${environment} ${h.program}) </dev/null >${h.log} 2>&1; then rc=0; else rc=$?; fi`,
    'if [ "$rc" -ne 0 ]; then',
    '  rm -f "$tmp"',
    sh`  tail -n ${SHOWN} ${h.log}`,
    sh`  if [ "$rc" -eq 124 ]; then howdah_die ${`${h.program}: not finished after ${h.timeoutSeconds} s (all of its output: ${h.log})`}; fi`,
    sh`  howdah_die ${`${h.program} ended with exit`} "$rc" ${`(all of its output: ${h.log})`}`,
    'fi',
    sh`mv -fT "$tmp" ${h.record}`,
  ].join('\n')
}

const dirOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

export const appHookType: ResourceType<AppHook> = {
  type: 'x-app-hook',
  title: (h) => h.title,
  paths: (h) => given(h).map((path) => ({ path, key: `${FILE_KEY}${path}` })),
  probe: (h) => sh`if [ -f ${h.record} ]; then emit ran "$(cat ${h.record})"; fi`,
  diff,
  seconds: (h) => h.timeoutSeconds + 60,
  apply,
  record: (h) => ({ path: h.record, title: h.title }),
  remove(recorded) {
    // Wanted again, it runs again.
    const script = sh`rm -f ${detail(recorded, 'path')}`
    const reason = 'no longer wanted; what its program installed stays'
    return removes(`record of ${detail(recorded, 'title')}`, script, { reason })
  },
}
