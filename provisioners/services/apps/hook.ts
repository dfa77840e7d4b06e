import { detail, removes } from '../../engine/resources/leave.ts'
import { FILE_KEY } from '../../engine/resources/unit.ts'
import type { ResourceBase, ResourceType, State, World } from '../../engine/types.ts'
import { sh } from '../../shell.ts'

/**
 * A program that the operator supplies and that installs an application. The plan decides from state whether it must
 * run: each success records the hashes of the program and of the files that it reads, and the plan compares them.
 */
export interface AppHook extends ResourceBase {
  readonly type: 'x-app-hook'
  readonly title: string
  /** The program, on the host. */
  readonly program: string
  /** Files that it reads. It runs again when one of them has changed. */
  readonly reads: readonly string[]
  /** Paths of secrets, never the secrets. */
  readonly environment: Readonly<Record<string, string>>
  /** The files with those hashes, and with its output. */
  readonly record: string
  readonly log: string
  readonly timeoutSeconds: number
}

const given = (h: AppHook): readonly string[] => [h.program, ...h.reads]

const wantedRecord = (h: AppHook, world: World): string[] =>
  given(h).map((path) => `${world.fileSha256(path) ?? 'absent'}  ${path}`)

const recorded = (state: State): string[] => (state.ran ?? '').split('\n').filter((line) => line !== '')

/** The path in a line. */
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

/** How many of the last lines a failure shows. The log has the rest. */
const SHOWN = 30

function apply(h: AppHook): string {
  const environment = Object.entries(h.environment).map(([name, value]) => `${name}=${value}`)
  return [
    'umask 077',
    sh`mkdir -p ${dirOf(h.record)} ${dirOf(h.log)}`,
    sh`tmp=${h.record}.new`,
    // The hashes are read before the program runs, so a file that changes meanwhile causes another run.
    sh`for path in ${given(h)}; do`,
    '  sum=absent',
    '  if [ -f "$path" ]; then sum=$(sha256sum <"$path"); fi',
    `  printf '%s  %s\\n' "\${sum%% *}" "$path"`,
    'done >"$tmp"',
    // A program that is interrupted may leave a partial installation, so from here on it must run again.
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
    // Without the record, the program runs when it is declared again.
    const script = sh`rm -f ${detail(recorded, 'path')}`
    const reason = 'no longer wanted; what its program installed stays'
    return removes(`record of ${detail(recorded, 'title')}`, script, { reason })
  },
}
