import { quote, sh } from '../../shell.ts'
import type { Directory, Recorded, Removal, RemovalContext, ResourceType } from '../types.ts'
import { attributeChanges, isThere, kindInWords } from './attributes.ts'
import { detail } from './leave.ts'

const notMounted = (path: string) => `${path} must be a mount point, and nothing is mounted there`

/** A directory with its owner and mode. Removed only when it is empty, and never made on a disk that is not mounted. */
export const directory: ResourceType<Directory> = {
  type: 'directory',
  title: (d) => d.path,
  paths: (d) => [{ path: d.path }],
  probe: (d) =>
    d.mustBeMount ? sh`if mountpoint -q ${d.path}; then emit mount yes; else emit mount no; fi` : '',
  refusals(d, state) {
    if (isThere(state) && state.kind !== 'directory') {
      const message = `${d.path} should be a directory, and ${kindInWords(state)} is in the way`
      return [{ message, found: kindInWords(state), next: `look at it and move it away: ls -ld ${d.path}` }]
    }
    if (d.mustBeMount && state.mount === 'no') {
      return [
        { message: notMounted(d.path), found: 'not mounted', next: `mount the data disk: mount ${d.path}` },
      ]
    }
    return []
  },
  diff(d, state) {
    if (!isThere(state)) return { action: 'create', reason: 'not there' }
    const changes = attributeChanges(d, state)
    return changes.length > 0 ? { action: 'update', reason: changes.join(', ') } : undefined
  },
  apply: (d) =>
    [
      sh`if [ -L ${d.path} ] || { [ -e ${d.path} ] && [ ! -d ${d.path} ]; }; then`,
      sh`  howdah_die ${`${d.path}: something that is not a directory is in the way`}`,
      'fi',
      ...(d.mustBeMount ? [sh`mountpoint -q ${d.path} || howdah_die ${notMounted(d.path)}`] : []),
      // Mode 0700 until owner and mode are right, so that no other user can put a file there in between.
      sh`[ -d ${d.path} ] || { mkdir -p ${parentOf(d.path)} && mkdir -m 0700 ${d.path}; }`,
      sh`chown ${`${d.owner}:${d.group}`} ${d.path}`,
      `chmod ${quote(d.mode)} ${quote(d.path)}`,
    ].join('\n'),
  record: (d) => ({ path: d.path, ...(d.data === undefined ? {} : { data: d.data }) }),
  remove: removeDirectory,
}

function removeDirectory(recorded: Recorded, { data }: RemovalContext): Removal {
  const path = detail(recorded, 'path')
  const { data: kind } = recorded.about
  const base = { kind: 'remove', stage: 'last' } as const
  if (kind === undefined) {
    const script = sh`if [ -d ${path} ] && [ ! -L ${path} ]; then rmdir --ignore-fail-on-non-empty ${path}; fi`
    return { ...base, title: path, reason: 'no longer wanted; it stays when it is not empty', script }
  }
  if (kind === 'records') {
    const script = sh`rm -rf ${path}`
    if (data) return { ...base, title: path, reason: 'with --data', script, data: true }
    return { kind: 'left', title: path, reason: 'it says whose data is on this host', data: true }
  }
  if (kind === 'own' && data) {
    // The directory itself stays: it may be a mount point.
    const script = sh`if [ -d ${path} ]; then find ${path} -mindepth 1 -delete; fi`
    return { ...base, title: `data in ${path}`, reason: 'with --data', script, data: true }
  }
  const reason =
    kind === 'own'
      ? 'its data is kept'
      : 'it is kept, since others may have files beside the data of the cluster'
  return { kind: 'left', title: kind === 'own' ? `data in ${path}` : path, reason, data: true }
}

const parentOf = (path: string): string => path.replace(/\/+[^/]+\/*$/, '') || '/'
