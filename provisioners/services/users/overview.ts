import type { ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { ADMIN_GROUP, COMPONENT, RULES_PREFIX, SUDOERS_DIR } from './names.ts'

/** A user in cluster.yml, for the check that somebody can still administer a host. */
export interface Standing {
  readonly name: string
  readonly admin: boolean
  readonly present: boolean
  /** The user has at least one valid key. */
  readonly keyed: boolean
  /** The keys of the user could not be read, so the user does not change. */
  readonly left: boolean
  /** '' never. */
  readonly expires: string
}

/**
 * The users who can administer this host now, compared with those who will. It changes nothing, but it refuses a plan
 * that would lock everybody out, and names the users who are not in cluster.yml.
 */
export interface Overview extends ResourceBase {
  readonly type: 'x-users'
  /** The account that Howdah logs in with. */
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

/** Why a user is not an admin with a key any more. */
function loss(user: Standing, today: string): string {
  if (!user.present) return 'state: absent'
  if (!user.admin) return 'not of type admin any more'
  return expired(user, today) ? `expired on ${user.expires}` : 'no valid key'
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
    const message = 'the admins of this host cannot be read, so no user is changed'
    return [{ message, found: state.unknown, next: 'plan again' }]
  }
  const admins = words(state.admins)
  const today = state.today ?? ''
  const stay = staying(o, admins, today)
  const lost = o.users.filter((one) => admins.includes(one.name) && !stay.includes(one))
  const said = lost.map((one) => `${one.name} (${loss(one, today)})`).join(', ')
  const mine = lost.find((one) => one.name === o.login)
  if (mine) {
    const message = `${mine.name}, which Howdah logs in as, would lose sudo: it is in ${ADMIN_GROUP} on this host, and ${loss(mine, today)}`
    return [{ message, found: said, next: `write \`type: admin\` for ${mine.name}, with a key` }]
  }
  if (lost.length === 0 || stay.length > 0 || o.login === 'root') return []
  const message = `nobody could administer this host any more: ${said} can do so now, and no admin with a valid key would remain`
  return [{ message, found: said, next: 'add another admin with a key first, or log in as root (ssh.user)' }]
}

/** True when this account can administer the host now, and nobody could after its removal. */
export function isLastWayIn(o: Overview, state: State | undefined, name: string): boolean {
  const admins = words(state?.admins)
  const unread = state === undefined || state.unknown !== undefined
  if (o.login === 'root' || !(unread || admins.includes(name))) return false
  return staying(o, admins, state?.today ?? '').length === 0
}

/** A user on a host who is not in cluster.yml. */
export interface UnknownUser {
  readonly name: string
  readonly why: string
}

/** Accounts that are admins, or have a rule written by Howdah, and are not in cluster.yml. */
export function unknownUsers(known: readonly string[], state: State | undefined): UnknownUser[] {
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
