import { sh } from '../../shell.ts'
import type { Group, ResourceType } from '../types.ts'
import { detail, leaves } from './leave.ts'

/** A system group. The gid of an existing group is never changed: its files would keep the old gid. */
export const group: ResourceType<Group> = {
  type: 'group',
  title: (g) => `group ${g.name}`,
  probe: (g) =>
    [sh`line=$(getent group ${g.name}) || exit 0`, 'gid=${line#*:*:}', 'emit gid "${gid%%:*}"'].join('\n'),
  refusals(g, state) {
    if (g.gid === undefined || state.gid === undefined || state.gid === String(g.gid)) return []
    const message = `group ${g.name} should have gid ${g.gid}, and has ${state.gid}`
    return [
      {
        message,
        found: state.gid,
        next: `set gid ${state.gid} in cluster.yml, or run: groupmod -g ${g.gid} ${g.name}`,
      },
    ]
  },
  diff: (_, state) => (state.gid === undefined ? { action: 'create', reason: 'not there' } : undefined),
  apply(g) {
    const gid = g.gid === undefined ? [] : ['-g', g.gid]
    return sh`getent group ${g.name} >/dev/null || groupadd -r ${gid} ${g.name}`
  },
  record: (g) => ({ name: g.name }),
  remove: (recorded) =>
    leaves(`group ${detail(recorded, 'name')}`, 'files of the host may still belong to it'),
}
