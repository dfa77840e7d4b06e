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
import { type PersonRules, personRulesType } from './sudoers.ts'
import { userSymptoms } from './symptoms.ts'

export { OVERVIEW_ID, type UnknownPerson, unknownUsers } from './overview.ts'

export const userTypes = [
  accountType,
  personRulesType,
  homeType,
  dotFileType,
  authorizedKeysType,
  overviewType,
] as const

const idOf = (person: ClusterUser): string => `user:${person.name}`

const account = (person: ClusterUser, after: readonly string[]): Account => ({
  type: 'x-account',
  id: idOf(person),
  component: COMPONENT,
  name: person.name,
  home: homeOf(person.name),
  present: person.state === 'present',
  admin: person.type === 'admin',
  restricted: person.type === 'restricted',
  expires: person.expires ?? '',
  after: [`group:${ADMIN_GROUP}`, ...after],
})

function rules(person: ClusterUser, index: number, cluster: Cluster, after: readonly string[]): PersonRules {
  const document = documentOf(cluster)
  const where = (i: number): string =>
    document?.where(['users', index, 'sudoCommands', i]) ?? `${cluster.file}: sudoCommands of ${person.name}`
  const wanted = person.state === 'present' ? person.sudoCommands : []
  return {
    type: 'x-sudoers',
    id: `sudoers:${person.name}`,
    component: COMPONENT,
    name: person.name,
    path: rulesPath(person.name),
    rules: wanted.map((text, i) => ({ text, where: where(i) })),
    after: ['action:sudoers-include', ...after],
  }
}

function home(person: ClusterUser): Home {
  return {
    type: 'x-home',
    id: `home:${person.name}`,
    component: COMPONENT,
    name: person.name,
    path: homeOf(person.name),
    restricted: person.type === 'restricted',
    links: person.links.map((target) => ({ name: baseName(target), target })),
    after: [idOf(person)],
  }
}

function dotFiles(person: ClusterUser): DotFile[] {
  const restricted = person.type === 'restricted'
  const templates = restricted
    ? { '.bashrc': 'users/restricted', '.profile': 'users/restricted' }
    : { '.bashrc': 'users/bashrc', '.profile': 'users/profile' }
  return Object.entries(templates).map(([file, template]) => ({
    type: 'x-dotfile',
    id: `file:${homeOf(person.name)}/${file}`,
    component: COMPONENT,
    name: person.name,
    home: homeOf(person.name),
    file,
    content: render(template, {}),
    restricted,
    after: [`home:${person.name}`],
  }))
}

/** The keys come last: nobody is to log in before what limits him is in place. */
function keysOf(person: ClusterUser, host: Host, users: UserKeys, after: readonly string[]): AuthorizedKeys {
  const found = users.users[person.name]
  const base: AuthorizedKeys = {
    type: 'x-authorized-keys',
    id: `authorized-keys:${person.name}`,
    component: COMPONENT,
    name: person.name,
    home: homeOf(person.name),
    restricted: person.type === 'restricted',
    keys: (found?.keys ?? []).map(keyLine),
    after: [...after, `home:${person.name}`],
  }
  if (host.ssh.user === person.name) return { ...base, keep: 'Howdah logs in here by one of them' }
  return found?.complete ? base : { ...base, keep: 'a source of keys did not answer' }
}

function personResources(
  person: ClusterUser,
  index: number,
  host: Host,
  cluster: Cluster,
  users: UserKeys,
): Resource[] {
  // Who goes or is narrowed loses the rules first; who comes gets them when the account is there.
  if (person.state === 'absent') {
    return [rules(person, index, cluster, []), account(person, [`sudoers:${person.name}`])]
  }
  const own = rules(person, index, cluster, [idOf(person)])
  const files = dotFiles(person)
  return [
    account(person, []),
    own,
    home(person),
    ...files,
    keysOf(
      person,
      host,
      users,
      files.map(({ id }) => id),
    ),
  ]
}

const standing = (person: ClusterUser, users: UserKeys): Standing => ({
  name: person.name,
  admin: person.type === 'admin',
  present: person.state === 'present',
  keyed: (users.users[person.name]?.keys.length ?? 0) > 0,
  left: isUnchanged(users, person.name),
  expires: person.expires ?? '',
})

/**
 * Whether a plan may remove what is recorded of the users. Without a list `users`, nobody is managed; somebody whose
 * keys no source gave stays as they are.
 */
export const mayRemoveUsers = ({ component, about }: Recorded, keys: UserKeys | undefined): boolean =>
  component !== COMPONENT || (keys !== undefined && !isUnchanged(keys, about.name ?? ''))

/** The accounts of users, on every host of the cluster. Without their keys in the context nobody is touched. */
export const users: Service = {
  name: COMPONENT,
  needs: ['users'],
  resources(host, { cluster, users: keys }) {
    if (!cluster.managesUsers || keys === undefined) return []
    const each = cluster.users.flatMap((person, i) =>
      isUnchanged(keys, person.name) ? [] : personResources(person, i, host, cluster, keys),
    )
    return [
      ...sharedResources,
      overview(
        host.ssh.user,
        cluster.users.map((person) => standing(person, keys)),
      ),
      ...each,
    ]
  },
  symptoms: userSymptoms,
  types: userTypes,
}
