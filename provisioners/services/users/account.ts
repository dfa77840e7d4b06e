import { detail, leaves } from '../../engine/resources/leave.ts'
import type {
  Change,
  Recorded,
  Removal,
  RemovalContext,
  ResourceBase,
  ResourceType,
  State,
} from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { ADMIN_GROUP, RESTRICTED_SHELL, SBIN, SHELL } from './names.ts'
import { isLastWayIn, OVERVIEW_ID, type Overview } from './overview.ts'
import { closeAccount, removeAccount } from './removal.ts'

/** The account of a user: whether it exists, its shell, whether it is an admin, and when it expires. */
export interface Account extends ResourceBase {
  readonly type: 'x-account'
  readonly name: string
  readonly home: string
  readonly present: boolean
  readonly admin: boolean
  readonly restricted: boolean
  /** Day (UTC) from which on it is expired; '' never. */
  readonly expires: string
}

/** The first uid of users on older systems; lower ones are accounts of daemons. */
const LEAST_UID = 500
const NOBODY = 65_534

/** Shells that an unrestricted user cannot work with. */
const NO_SHELL = /(^|\/)(rbash|nologin|false|sync)?$/

function probe(a: Account): string {
  const common = [
    SBIN,
    sh`line=$(getent passwd ${a.name}) || exit 0`,
    'rest=${line#*:*:}; uid=${rest%%:*}',
    'emit uid "$uid"',
    'rest=${line%:*}',
    'emit shell "${line##*:}"',
    'emit home "${rest##*:}"',
    sh`emit groups "$(id -Gn ${a.name})"`,
    // A second name for root, or two users with one uid: a change of one is a change of the other.
    `emit same "$(getent passwd | awk -F: -v uid="$uid" '$3 == uid { n++ } END { print n + 0 }')"`,
    sh`days=$(getent shadow ${a.name} | cut -d: -f8)`,
    'if [ -n "$days" ]; then emit expires "$(date -u -d "@$((days * 86400))" +%F)"; fi',
  ]
  if (a.present) return common.join('\n')
  return [
    ...common,
    'emit processes "$(find /proc -mindepth 1 -maxdepth 1 -user "$uid" -name "[0-9]*" 2>/dev/null | wc -l)"',
    sh`emit megabytes "$(timeout 20 du -smx -- ${a.home} 2>/dev/null | cut -f1)"`,
  ].join('\n')
}

function refusals(a: Account, state: State) {
  if (state.uid === undefined) return []
  const uid = Number(state.uid)
  if (uid < LEAST_UID || uid === NOBODY) {
    const message = `${a.name} is a system account (uid ${uid}), not the account of a user`
    return [{ message, found: `uid ${uid}`, next: 'give the user another name in cluster.yml' }]
  }
  if (state.same !== '1') {
    const message = `${state.same} accounts share the uid ${uid} of ${a.name}: a change of one changes all`
    return [{ message, found: `uid ${uid}`, next: `list them: getent passwd | grep ':${uid}:'` }]
  }
  if (state.home !== a.home) {
    const message = `the home of ${a.name} is ${state.home}, and ${a.home} is expected`
    return [
      {
        message,
        found: state.home ?? '',
        next: `move it: usermod -m -d ${a.home} ${a.name}, or remove ${a.name} from users`,
      },
    ]
  }
  return []
}

const isAdmin = (state: State): boolean => (state.groups ?? '').split(' ').includes(ADMIN_GROUP)

function diff(a: Account, state: State): Change | undefined {
  if (!a.present) return removalChange(a, state)
  if (state.uid === undefined) return { action: 'create', reason: 'not there' }
  const wrongShell = a.restricted ? state.shell !== RESTRICTED_SHELL : NO_SHELL.test(state.shell ?? '')
  const changes = [
    ...(wrongShell ? [`shell ${state.shell} → ${a.restricted ? RESTRICTED_SHELL : SHELL}`] : []),
    ...(a.admin && !isAdmin(state) ? [`add to ${ADMIN_GROUP}`] : []),
    ...(!a.admin && isAdmin(state) ? [`remove from ${ADMIN_GROUP}`] : []),
    ...((state.expires ?? '') === a.expires
      ? []
      : [`expires ${state.expires ?? 'never'} → ${a.expires || 'never'}`]),
  ]
  return changes.length > 0 ? { action: 'update', reason: changes.join(', ') } : undefined
}

/** The reason lists everything that the removal deletes, because it cannot be undone. */
function removalChange(a: Account, state: State): Change | undefined {
  if (state.uid === undefined) return undefined
  const others = (state.groups ?? '').split(' ').filter((group) => group !== a.name)
  const parts = [
    `the home ${a.home}${state.megabytes ? ` with ${state.megabytes} MB` : ''}`,
    ...(others.length > 0 && others[0] !== '' ? [`its membership in ${others.join(', ')}`] : []),
    ...(Number(state.processes ?? 0) > 0 ? [`${state.processes} running processes`] : []),
  ]
  return { action: 'remove', reason: `and ${parts.join(', ')}` }
}

function apply(a: Account): string {
  if (!a.present) return `${SBIN}\n${removeAccount(a.name, a.home)}`
  const shell = a.restricted ? RESTRICTED_SHELL : SHELL
  // Not every system has the link that makes bash run restricted.
  const link = a.restricted ? [sh`[ -e ${RESTRICTED_SHELL} ] || ln -s bash ${RESTRICTED_SHELL}`] : []
  const keep = a.restricted ? sh`${RESTRICTED_SHELL}` : '?*'
  return [
    SBIN,
    ...link,
    sh`if ! getent passwd ${a.name} >/dev/null; then`,
    sh`  if getent group ${a.name} >/dev/null; then group="-g "${a.name}; else group=-U; fi`,
    // '*' and not '!': no password matches, and sshd does not treat the account as locked.
    '  # shellcheck disable=SC2086 # several words on purpose',
    sh`  useradd -m -d ${a.home} -s ${shell} -p '*' $group ${a.name}`,
    'fi',
    sh`now=$(getent passwd ${a.name}); now=\${now##*:}`,
    'case $now in',
    ...(a.restricted ? [] : ['  *rbash | */nologin | */false | */sync | "") want=yes ;;']),
    `  ${keep}) want=no ;;`,
    '  *) want=yes ;;',
    'esac',
    sh`[ "$want" = no ] || usermod -s ${shell} ${a.name}`,
    a.admin ? sh`usermod -a -G ${ADMIN_GROUP} ${a.name}` : LEAVE(a.name),
    sh`usermod -e ${a.expires} ${a.name}`,
  ].join('\n')
}

const LEAVE = (name: string): string =>
  sh`case " $(id -Gn ${name}) " in *${` ${ADMIN_GROUP} `}*) gpasswd -d ${name} ${ADMIN_GROUP} ;; esac`

export const accountType: ResourceType<Account> = {
  type: 'x-account',
  title: (a) => `user ${a.name}`,
  probe,
  refusals,
  diff,
  apply,
  record: ({ name, home }) => ({ name, home }),
  isAbsent: (a) => !a.present,
  remove: removeRecorded,
}

/** An account that is no longer in cluster.yml is removed, but its home stays; `state: absent` removes both. */
function removeRecorded(recorded: Recorded, { wanted, states }: RemovalContext): Removal {
  const [name, home] = [detail(recorded, 'name'), detail(recorded, 'home')]
  const title = `user ${name}`
  const overview = wanted.find(({ type }) => type === 'x-users') as Overview | undefined
  if (overview?.login === name) return leaves(title, 'Howdah logs in as this user')
  if (overview && isLastWayIn(overview, states[OVERVIEW_ID], name)) {
    return leaves(title, 'no other admin with a valid key would remain')
  }
  const script = `${SBIN}\n${closeAccount(name, home)}`
  const reason = `no longer in users; the home ${home} stays, and then belongs to root`
  return { kind: 'remove', title, reason, stage: 'last', script }
}
