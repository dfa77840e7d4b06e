import { quote, sh } from '../../shell.ts'
import type { ResourceType, State, User } from '../types.ts'
import { detail, leaves } from './leave.ts'

/** A user. Groups are only appended; a user is never removed and its home never moved. */
export const user: ResourceType<User> = {
  type: 'user',
  title: (u) => `user ${u.name}`,
  probe: (u) =>
    [
      sh`line=$(getent passwd ${u.name}) || exit 0`,
      'rest=${line#*:*:}',
      'emit uid "${rest%%:*}"',
      'rest=${line%:*}',
      'emit shell "${line##*:}"',
      'emit home "${rest##*:}"',
      sh`emit group "$(id -gn ${u.name})"`,
      sh`emit groups "$(id -Gn ${u.name})"`,
    ].join('\n'),
  diff(u, state) {
    if (state.uid === undefined) return { action: 'create', reason: 'not there' }
    const changes = (['group', 'home', 'shell'] as const)
      .filter((key) => state[key] !== u[key])
      .map((key) => `${key} ${state[key] ?? 'unknown'} → ${u[key]}`)
    const missing = missingGroups(u, state)
    if (missing.length > 0) changes.push(`add to ${missing.join(', ')}`)
    return changes.length > 0 ? { action: 'update', reason: changes.join(', ') } : undefined
  },
  apply(u) {
    const kind = u.system ? ['-r', '-M'] : ['-m']
    const groups = u.groups.join(',')
    const main = ['-g', u.group, '-d', u.home, '-s', u.shell]
    const add = groups === '' ? [] : ['-G', groups]
    const append = groups === '' ? [] : ['-a', '-G', groups]
    return [
      `if getent passwd ${quote(u.name)} >/dev/null; then`,
      sh`  usermod ${main} ${append} ${u.name}`,
      'else',
      sh`  useradd ${kind} -N ${main} ${add} ${u.name}`,
      'fi',
    ].join('\n')
  },
  record: (u) => ({ name: u.name, home: u.home }),
  remove: (recorded) =>
    leaves(
      `user ${detail(recorded, 'name')}`,
      `its files stay, ${detail(recorded, 'home')} among them, and would belong to the next account with its number`,
    ),
}

function missingGroups(u: User, state: State): string[] {
  const has = new Set((state.groups ?? '').split(' '))
  return u.groups.filter((name) => !has.has(name))
}
