import { quote, sh } from '../../shell.ts'
import type { Directory, ResourceType } from '../types.ts'
import { attributeChanges, isThere, kindInWords } from './attributes.ts'

const notMounted = (path: string) => `${path} must be a mount point, and nothing is mounted there`

/** A directory with its owner and mode. Never removed, and never made on a disk that is not mounted. */
export const directory: ResourceType<Directory> = {
  type: 'directory',
  title: (d) => d.path,
  paths: (d) => [{ path: d.path }],
  probe: (d) =>
    d.mustBeMount ? sh`if mountpoint -q ${d.path}; then emit mount yes; else emit mount no; fi` : '',
  refusals(d, state) {
    if (isThere(state) && state.kind !== 'directory') {
      const message = `${d.path} is to be a directory, and ${kindInWords(state)} is in the way`
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
      sh`  howdah_die ${`${d.path}: something that is no directory is in the way`}`,
      'fi',
      ...(d.mustBeMount ? [sh`mountpoint -q ${d.path} || howdah_die ${notMounted(d.path)}`] : []),
      // Closed until owner and mode are right, so that nobody slips a file in between.
      sh`[ -d ${d.path} ] || { mkdir -p ${parentOf(d.path)} && mkdir -m 0700 ${d.path}; }`,
      sh`chown ${`${d.owner}:${d.group}`} ${d.path}`,
      `chmod ${quote(d.mode)} ${quote(d.path)}`,
    ].join('\n'),
}

const parentOf = (path: string): string => path.replace(/\/+[^/]+\/*$/, '') || '/'
