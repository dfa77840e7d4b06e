import { sh } from '../../shell.ts'
import { sha256 } from '../hash.ts'
import type { Change, ResourceType, State, Unit, World } from '../types.ts'
import { unitApply } from './unit-apply.ts'
import {
  changedPaths,
  dropInContent,
  effectivePaths,
  listContent,
  recordStart,
  unitPaths,
  wantedRecord,
} from './unit-files.ts'
import { unitExcerpt } from './unit-log.ts'
import { recordUnit, removeUnit } from './unit-remove.ts'

/** State key for the present sha256 of a file that the unit reads. World uses it too. */
export const FILE_KEY = 'file:'

/** A systemd unit: enabled, running, and started with its present files. */
export function unitType(root: string): ResourceType<Unit> {
  return {
    type: 'unit',
    title: (u) => `unit ${u.name}`,
    paths(u) {
      const { unit, dropIn, list, recorder } = unitPaths(root, u.name)
      return [
        { path: unit, key: 'unit-file' },
        { path: dropIn, key: 'drop-in' },
        { path: list, key: 'list' },
        { path: recorder, key: 'recorder' },
        ...effectivePaths(root, u).map((path) => ({ path, key: `${FILE_KEY}${path}` })),
      ]
    },
    probe: (u) => probeUnit(u, unitPaths(root, u.name).started),
    contentPath: (u) => (u.content === undefined ? undefined : unitPaths(root, u.name).unit),
    diff: (u, state, world) => diffUnit(root, u, state, world),
    // The limit adds the time of a stop and a slow start to the wait for readiness.
    seconds: (u) => u.ready.timeoutSeconds + 300,
    apply: (u, change) => unitApply(root, u, change),
    excerpt: unitExcerpt,
    next: (u, host) => `on ${host}: journalctl -n 50 -u ${u.name}`,
    runs: true,
    record: recordUnit,
    remove: (recorded, context) => removeUnit(root, recorded, context),
  }
}

const probeUnit = (u: Unit, started: string): string =>
  [
    sh`said=$(systemctl show -p LoadState -p ActiveState -p UnitFileState ${`${u.name}.service`})`,
    'for line in $said; do emit "${line%%=*}" "${line#*=}"; done',
    sh`if [ -f ${started} ]; then emit started "$(cat ${started})"; fi`,
  ].join('\n')

const RUNS = new Set(['active', 'reloading'])
const ENDED = new Set(['inactive', 'failed'])
const ENABLED = new Set(['enabled', 'enabled-runtime', 'static', 'alias', 'indirect', 'generated'])

/** The files that Howdah writes for a unit and that differ, as text. */
function definitionChanges(root: string, u: Unit, state: State): string[] {
  const wanted = [
    ...(u.content === undefined ? [] : [['unit-file', u.content, 'unit file'] as const]),
    ['drop-in', dropInContent(root, u.name), 'drop-in'] as const,
    ['list', listContent(root, u), 'list of files'] as const,
    ['recorder', recordStart(root), 'record-start'] as const,
  ]
  return wanted.filter(([key, content]) => state[key] !== sha256(content)).map(([, , words]) => words)
}

function restartReason(root: string, u: Unit, state: State, world: World): string | undefined {
  const wanted = wantedRecord(root, u, world)
  if (state.started === undefined) return 'no record of what it was started with'
  const [hash, ...lines] = state.started.trimEnd().split('\n')
  if (hash === wanted.hash) return undefined
  const changed = changedPaths(lines, wanted.lines)
  return changed.length > 0 ? `started before ${changed.join(', ')} changed` : 'its record is damaged'
}

/** What a unit's process needs: a start, a restart or nothing, from its state and the record of its last start. */
function processChange(active: string, stale: string | undefined): Change | undefined {
  if (RUNS.has(active)) return stale === undefined ? undefined : { action: 'restart', reason: stale }
  // A unit that systemd is restarting may run with its old files by the time of the step.
  const action = stale !== undefined && !ENDED.has(active) ? 'restart' : 'start'
  return { action, reason: `not running (${active})` }
}

function diffUnit(root: string, u: Unit, state: State, world: World): Change | undefined {
  const unitFileChanged = u.content !== undefined && state['unit-file'] !== sha256(u.content)
  const shown = unitFileChanged && u.content !== undefined ? { content: u.content } : {}
  if (u.content !== undefined && (state['unit-file'] ?? 'absent') === 'absent') {
    return { action: 'create', reason: 'not there', before: '', ...shown }
  }
  if (state.LoadState === 'not-found' && u.content === undefined) {
    return { action: 'create', reason: 'not there: its package brings it' }
  }
  const process = processChange(state.ActiveState ?? 'unknown', restartReason(root, u, state, world))
  if (process) return { ...process, ...shown }
  const changes = definitionChanges(root, u, state)
  if (!ENABLED.has(state.UnitFileState ?? '')) changes.push('not enabled at boot')
  return changes.length > 0 ? { action: 'update', reason: changes.join(', '), ...shown } : undefined
}
