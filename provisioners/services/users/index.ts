import { render } from '../../../hadoop-templates/index.ts'
import { documentOf } from '../../config/index.ts'
import { keyLine } from '../../config/resolve/public-key.ts'
import { baseName } from '../../config/resolve/users.ts'
import type { Cluster, ClusterUser, Host } from '../../config/types.ts'
import type { Recorded, Resource } from '../../engine/types.ts'
import { isUnchanged, type UserKeys } from '../../keys/index.ts'
import type { Service } from '../types.ts'
import { type Account, accountType } from './account.ts'
import { type AuthorizedKeys, authorizedKeysType } from './authorized-keys.ts'
import { type DotFile, dotFileType } from './dotfile.ts'
import { type Home, homeType } from './home.ts'
import { ADMIN_GROUP, COMPONENT, homeOf, rulesPath } from './names.ts'
import { overview, overviewType, type Standing } from './overview.ts'
import { sharedResources } from './sudo.ts'
import { type SudoRules, sudoRulesType } from './sudoers.ts'
import { userSymptoms } from './symptoms.ts'

export { OVERVIEW_ID, type UnknownUser, unknownUsers } from './overview.ts'

export const userTypes = [
  accountType,
  sudoRulesType,
  homeType,
  dotFileType,
  authorizedKeysType,
  overviewType,
] as const

const idOf = (user: ClusterUser): string => `user:${user.name}`

const account = (user: ClusterUser, after: readonly string[]): Account => ({
  type: 'x-account',
  id: idOf(user),
  component: COMPONENT,
  name: user.name,
  home: homeOf(user.name),
  present: user.state === 'present',
  admin: user.type === 'admin',
  restricted: user.type === 'restricted',
  expires: user.expires ?? '',
  after: [`group:${ADMIN_GROUP}`, ...after],
})

function rules(user: ClusterUser, index: number, cluster: Cluster, after: readonly string[]): SudoRules {
  const document = documentOf(cluster)
  const where = (i: number): string =>
    document?.where(['users', index, 'sudoCommands', i]) ?? `${cluster.file}: sudoCommands of ${user.name}`
  const wanted = user.state === 'present' ? user.sudoCommands : []
  return {
    type: 'x-sudoers',
    id: `sudoers:${user.name}`,
    component: COMPONENT,
    name: user.name,
    path: rulesPath(user.name),
    rules: wanted.map((text, i) => ({ text, where: where(i) })),
    after: ['action:sudoers-include', ...after],
  }
}

function home(user: ClusterUser): Home {
  return {
    type: 'x-home',
    id: `home:${user.name}`,
    component: COMPONENT,
    name: user.name,
    path: homeOf(user.name),
    restricted: user.type === 'restricted',
    links: user.links.map((target) => ({ name: baseName(target), target })),
    after: [idOf(user)],
  }
}

function dotFiles(user: ClusterUser): DotFile[] {
  const restricted = user.type === 'restricted'
  const templates = restricted
    ? { '.bashrc': 'users/restricted', '.profile': 'users/restricted' }
    : { '.bashrc': 'users/bashrc', '.profile': 'users/profile' }
  return Object.entries(templates).map(([file, template]) => ({
    type: 'x-dotfile',
    id: `file:${homeOf(user.name)}/${file}`,
    component: COMPONENT,
    name: user.name,
    home: homeOf(user.name),
    file,
    content: render(template, {}),
    restricted,
    after: [`home:${user.name}`],
  }))
}

/** The keys come last: nobody must log in before their restrictions are in place. */
function keysOf(user: ClusterUser, host: Host, users: UserKeys, after: readonly string[]): AuthorizedKeys {
  const found = users.users[user.name]
  const base: AuthorizedKeys = {
    type: 'x-authorized-keys',
    id: `authorized-keys:${user.name}`,
    component: COMPONENT,
    name: user.name,
    home: homeOf(user.name),
    restricted: user.type === 'restricted',
    keys: (found?.keys ?? []).map(keyLine),
    after: [...after, `home:${user.name}`],
  }
  if (host.ssh.user === user.name) return { ...base, keep: 'Howdah logs in here by one of them' }
  return found?.complete ? base : { ...base, keep: 'a source of keys did not answer' }
}

function userResources(
  user: ClusterUser,
  index: number,
  host: Host,
  cluster: Cluster,
  users: UserKeys,
): Resource[] {
  // A removed user loses the rules first; a new user gets them when the account exists.
  if (user.state === 'absent') {
    return [rules(user, index, cluster, []), account(user, [`sudoers:${user.name}`])]
  }
  const own = rules(user, index, cluster, [idOf(user)])
  const files = dotFiles(user)
  return [
    account(user, []),
    own,
    home(user),
    ...files,
    keysOf(
      user,
      host,
      users,
      files.map(({ id }) => id),
    ),
  ]
}

const standing = (user: ClusterUser, users: UserKeys): Standing => ({
  name: user.name,
  admin: user.type === 'admin',
  present: user.state === 'present',
  keyed: (users.users[user.name]?.keys.length ?? 0) > 0,
  left: isUnchanged(users, user.name),
  expires: user.expires ?? '',
})

/**
 * Whether a plan may remove recorded resources of users. Without a list `users`, no users are managed. A user whose
 * keys no source gave does not change.
 */
export const mayRemoveUsers = ({ component, about }: Recorded, keys: UserKeys | undefined): boolean =>
  component !== COMPONENT || (keys !== undefined && !isUnchanged(keys, about.name ?? ''))

/** The accounts of users, on every host of the cluster. Without their keys in the context, no user is changed. */
export const users: Service = {
  name: COMPONENT,
  needs: ['users'],
  resources(host, { cluster, users: keys }) {
    if (!cluster.managesUsers || keys === undefined) return []
    const each = cluster.users.flatMap((user, i) =>
      isUnchanged(keys, user.name) ? [] : userResources(user, i, host, cluster, keys),
    )
    return [
      ...sharedResources,
      overview(
        host.ssh.user,
        cluster.users.map((user) => standing(user, keys)),
      ),
      ...each,
    ]
  },
  symptoms: userSymptoms,
  types: userTypes,
}
