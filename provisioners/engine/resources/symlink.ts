import { sh } from '../../shell.ts'
import type { ResourceType, Symlink } from '../types.ts'
import { isThere, kindInWords } from './attributes.ts'
import { detail, removes } from './leave.ts'

/** A symbolic link, replaced by rename. Anything else at its path is left alone. */
export const symlink: ResourceType<Symlink> = {
  type: 'symlink',
  title: (l) => `${l.path} → ${l.target}`,
  paths: (l) => [{ path: l.path }],
  probe: () => '',
  refusals(l, state) {
    if (!isThere(state) || state.kind === 'link') return []
    const found = kindInWords(state)
    const message = `${l.path} should be a link, and ${found} is in the way`
    return [{ message, found, next: `look at it and move it away: ls -ld ${l.path}` }]
  },
  diff(l, state) {
    if (!isThere(state)) return { action: 'create', reason: 'not there' }
    if (state.target === l.target) return undefined
    return { action: 'update', reason: `target ${state.target ?? 'unknown'} → ${l.target}` }
  },
  apply: (l) =>
    [
      sh`if [ -e ${l.path} ] && [ ! -L ${l.path} ]; then`,
      sh`  howdah_die ${`${l.path}: something that is not a link is in the way`}`,
      'fi',
      sh`ln -sfn ${l.target} ${`${l.path}.howdah-new`}`,
      sh`mv -fT ${`${l.path}.howdah-new`} ${l.path}`,
    ].join('\n'),
  record: (l) => ({ path: l.path }),
  remove(recorded) {
    const path = detail(recorded, 'path')
    // A file or directory that another program has put at its path since is not Howdah's.
    return removes(path, sh`if [ -L ${path} ]; then rm -f ${path}; fi`)
  },
}
