import { quote, sh } from '../../shell.ts'
import { FSTAB, KEEP_MOUNT, mountFunctions } from '../mounts.ts'
import type { Directory, Recorded, Refusal, Removal, RemovalContext, ResourceType, State } from '../types.ts'
import { attributeChanges, isThere, kindInWords } from './attributes.ts'
import { detail } from './leave.ts'

const notMounted = (path: string) => `${path} must be a mount point, and nothing is mounted there`

const lostMount = (path: string, mount: string): string =>
  mount === path
    ? `${path} was a mount point when it was made, and nothing is mounted there now`
    : `${path} was on the disk of ${mount} when it was made, and nothing is mounted there now`

/**
 * A directory with its owner and mode. Removed only when it is empty, and never made on a disk that is not mounted.
 * `mountsFile` has the mount points on record.
 */
export const directoryType = (mountsFile: string): ResourceType<Directory> => ({
  type: 'directory',
  title: (d) => d.path,
  paths: (d) => [{ path: d.path }],
  probe: (d) => (d.mount === undefined ? '' : mountProbe(d, mountsFile)),
  refusals(d, state) {
    if (isThere(state) && state.kind !== 'directory') {
      const message = `${d.path} should be a directory, and ${kindInWords(state)} is in the way`
      return [{ message, found: kindInWords(state), next: `look at it and move it away: ls -ld ${d.path}` }]
    }
    return mountRefusals(d, state, mountsFile)
  },
  diff(d, state) {
    if (!isThere(state)) return { action: 'create', reason: 'not there' }
    const changes = attributeChanges(d, state)
    if (state.keeps !== undefined) changes.push(`record its mount point ${state.keeps}`)
    return changes.length > 0 ? { action: 'update', reason: changes.join(', ') } : undefined
  },
  apply: (d) =>
    [
      sh`if [ -L ${d.path} ] || { [ -e ${d.path} ] && [ ! -d ${d.path} ]; }; then`,
      sh`  howdah_die ${`${d.path}: something that is not a directory is in the way`}`,
      'fi',
      ...(d.mount === undefined ? [] : mountedStill(d, mountsFile)),
      // Mode 0700 until owner and mode are right, so that no other user can put a file there in between.
      sh`[ -d ${d.path} ] || { mkdir -p ${parentOf(d.path)} && mkdir -m 0700 ${d.path}; }`,
      sh`chown ${`${d.owner}:${d.group}`} ${d.path}`,
      `chmod ${quote(d.mode)} ${quote(d.path)}`,
      ...(d.mount === 'recorded' ? [sh`howdah_keep_mount ${d.path}`] : []),
    ].join('\n'),
  record: (d) => ({ path: d.path, ...(d.data === undefined ? {} : { data: d.data }) }),
  remove: removeDirectory,
})

/**
 * `mount` says whether a required mount point is one. `lost` is a mount point on record that is missing, `keeps` one that
 * is not on record yet. `fstab` is what /etc/fstab mounts at the missing one.
 */
const mountProbe = ({ path, mount }: Directory, mountsFile: string): string =>
  [
    mountFunctions(mountsFile),
    FSTAB,
    ...(mount === 'required'
      ? [
          sh`if mountpoint -q ${path}; then emit mount yes; else emit mount no; emit fstab "$(howdah_fstab ${path})"; fi`,
        ]
      : [
          sh`lost=$(howdah_lost_mount ${path}) now=$(howdah_mount_of ${path})`,
          'if [ -n "$lost" ]; then emit lost "$lost"; emit fstab "$(howdah_fstab "$lost")"',
          sh`elif [ "$now" != / ] && [ "$now" != "$(howdah_recorded_mount ${path})" ]; then emit keeps "$now"; fi`,
        ]),
  ].join('\n')

function mountRefusals(
  { path }: Directory,
  { mount, lost, fstab = '' }: State,
  mountsFile: string,
): readonly Omit<Refusal, 'ref'>[] {
  const missing = mount === 'no' ? path : lost
  if (missing === undefined) return []
  const found = `not mounted; /etc/fstab has ${fstab === '' ? 'no line for it' : `${fstab} for it`}`
  const remedy =
    fstab === ''
      ? `mount its disk at ${missing}, and write it in /etc/fstab`
      : `mount the data disk: mount ${missing}`
  if (mount === 'no') return [{ message: notMounted(path), found, next: remedy }]
  const otherwise = `if ${path} must be on another disk from now on, remove its line from ${mountsFile}`
  return [{ message: lostMount(path, missing), found, next: `${remedy}; ${otherwise}` }]
}

/** The disk may have been unmounted since the plan. */
const mountedStill = ({ path, mount }: Directory, mountsFile: string): string[] =>
  mount === 'required'
    ? [sh`mountpoint -q ${path} || howdah_die ${notMounted(path)}`]
    : [
        mountFunctions(mountsFile),
        KEEP_MOUNT,
        sh`lost=$(howdah_lost_mount ${path})`,
        sh`[ -z "$lost" ] || howdah_die ${path} "was on the disk of $lost, and nothing is mounted there now"`,
      ]

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
