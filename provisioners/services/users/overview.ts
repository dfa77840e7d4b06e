import type { ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { ADMIN_GROUP, COMPONENT, RULES_PREFIX, SUDOERS_DIR } from './names.ts'

/** What cluster.yml says of a person, as far as the last way in is concerned. */
export interface Standing {
  readonly name: string
  readonly admin: boolean
  readonly present: boolean
  /** At least one valid key is known. */
  readonly keyed: boolean
  /** Nothing is known of the person's keys: the person stays as he is. */
  readonly left: boolean
  /** '' never. */
  readonly expires: string
}

/**
 * Who can get at this host now, compared with who will: nothing of it is ever changed, but a plan that would shut
 * out everyone is refused, and those whom cluster.yml does not know are named.
 */
export interface Overview extends ResourceBase {
  readonly type: 'x-users'
  /** Who Howdah logs in as here. */
  readonly login: string
  readonly users: readonly Standing[]
}

export const OVERVIEW_ID = 'users:all'

const probe = (): string =>
  [
    'emit today "$(date -u +%F)"',
    sh`line=$(getent group ${ADMIN_GROUP}) || line=`,
    // Members by the group's own list, and those whose main group it is.
    'if [ -n "$line" ]; then',
    '  gid=${line#*:*:}; gid=${gid%%:*}',
    `  main=$(getent passwd | awk -F: -v gid="$gid" '$4 == gid { printf "%s ", $1 }')`,
    `  emit admins "$(printf '%s' "\${line##*:}" | tr , ' ') $main"`,
    'fi',
    sh`for f in ${SUDOERS_DIR}/${RULES_PREFIX}*; do`,
    '  [ -e "$f" ] || continue',
    sh`  rules="\${rules:-} \${f##*/${RULES_PREFIX}}"`,
    'done',
    'emit rules "${rules:-}"',
  ].join('\n')

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter((word) => word !== '')

const expired = ({ expires }: Standing, today: string): boolean => expires !== '' && expires <= today

/** Why a person is no admin with a key any more. */
function loss(person: Standing, today: string): string {
  if (!person.present) return 'state: absent'
  if (!person.admin) return 'not of type admin any more'
  return expired(person, today) ? `expired on ${person.expires}` : 'no valid key'
}

/** Admins that stay and can log in. */
const staying = (o: Overview, admins: readonly string[], today: string): Standing[] =>
  o.users.filter(
    (one) =>
      one.present &&
      one.admin &&
      !expired(one, today) &&
      (one.keyed || (one.left && admins.includes(one.name))),
  )

function refusals(o: Overview, state: State) {
  if (state.unknown !== undefined) {
    const message = 'who is an admin on this host cannot be read, so nobody is changed'
    return [{ message, found: state.unknown, next: 'plan again' }]
  }
  const admins = words(state.admins)
  const today = state.today ?? ''
  const stay = staying(o, admins, today)
  const lost = o.users.filter((one) => admins.includes(one.name) && !stay.includes(one))
  const said = lost.map((one) => `${one.name} (${loss(one, today)})`).join(', ')
  const mine = lost.find((one) => one.name === o.login)
  if (mine) {
    const message = `${mine.name}, who Howdah logs in as, would lose its sudo: it is in ${ADMIN_GROUP} on this host, and ${loss(mine, today)}`
    return [{ message, found: said, next: `write \`type: admin\` for ${mine.name}, with a key` }]
  }
  if (lost.length === 0 || stay.length > 0 || o.login === 'root') return []
  const message = `the last way in would be lost: ${said} can administer this host now, and no admin with a valid key would remain`
  return [{ message, found: said, next: 'name another admin with a key first, or log in as root (ssh.user)' }]
}

/** True when this account can administer the host now, and nobody could when it is gone. */
export function isLastWayIn(o: Overview, state: State | undefined, name: string): boolean {
  const admins = words(state?.admins)
  const unread = state === undefined || state.unknown !== undefined
  if (o.login === 'root' || !(unread || admins.includes(name))) return false
  return staying(o, admins, state?.today ?? '').length === 0
}

/** Somebody on a host whom cluster.yml does not know. */
export interface UnknownPerson {
  readonly name: string
  readonly why: string
}

/** Accounts that may administer, or have a rule of Howdah's, and are not in cluster.yml. */
export function unknownUsers(known: readonly string[], state: State | undefined): UnknownPerson[] {
  const admins = words(state?.admins).filter((name) => !known.includes(name))
  const rules = words(state?.rules).filter((name) => !known.includes(name))
  return [...new Set([...admins, ...rules])].sort().map((name) => {
    const why = [
      ...(admins.includes(name) ? [`in the group ${ADMIN_GROUP}`] : []),
      ...(rules.includes(name) ? [`rules in ${SUDOERS_DIR}/${RULES_PREFIX}${name}`] : []),
    ]
    return { name, why: why.join(', ') }
  })
}

export const overviewType: ResourceType<Overview> = {
  type: 'x-users',
  title: () => 'who may log in',
  probe,
  refusals,
  warning(o, state) {
    const known = o.users.map(({ name }) => name)
    const unknown = unknownUsers(known, state).map(({ name, why }) => `${name} (${why})`)
    return unknown.length === 0
      ? undefined
      : `not in cluster.yml: ${unknown.join(', ')}; to remove one, write it with \`state: absent\``
  },
  diff: () => undefined,
  apply: () => ':',
}

export const overview = (login: string, users: readonly Standing[]): Overview => ({
  type: 'x-users',
  id: OVERVIEW_ID,
  component: COMPONENT,
  login,
  users,
})
