import { accountsOf, DAEMONS } from '../../catalog/index.ts'
import type { Path } from '../document/document.ts'
import { showPath } from '../document/problems.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { UserInput } from '../schema/users.ts'
import type { ClusterUser, Host, KeySource } from '../types.ts'
import { defined, localPath, type ResolveContext } from './context.ts'
import { isFault, parsePublicKey } from './public-key.ts'

/** Accounts of the system and of what Howdah installs: no user may have one of these names. */
const TAKEN: readonly string[] = [
  ...['root', 'daemon', 'bin', 'sys', 'nobody', 'sshd', 'edxadmin'],
  ...['hadoop', 'scheduler', ...accountsOf(DAEMONS)],
]

/** Commands that can start a shell, and so bypass every restriction. */
const SHELLS =
  /\/(ba|da|z|k|mk|c|tc|fi|a)?sh$|\/(busybox|env|python[\d.]*|perl|ruby|awk|gawk|mawk|vi|vim|nano|emacs)$/

const GITHUB = 'https://github.com'

export interface Users {
  readonly users: readonly ClusterUser[]
  readonly managesUsers: boolean
  readonly githubBaseUrl: string
}

/** Resolves the users, and checks all that can be checked without a host. */
export function resolveUsers(input: ClusterInput, hosts: readonly Host[], context: ResolveContext): Users {
  const base = input.githubBaseUrl ?? GITHUB
  checkAddress(base, ['githubBaseUrl'], context)
  const entries = input.users ?? []
  checkTwice(entries, context)
  return {
    users: entries.map((entry, i) => resolveUser(entry, ['users', i], hosts, context)),
    managesUsers: input.users !== undefined,
    githubBaseUrl: base.replace(/\/+$/, ''),
  }
}

function resolveUser(
  entry: UserInput,
  path: Path,
  hosts: readonly Host[],
  context: ResolveContext,
): ClusterUser {
  const type = entry.type ?? 'plain'
  const user: ClusterUser = defined({
    name: entry.name,
    type,
    state: entry.state ?? 'present',
    github: entry.github === true ? entry.name : entry.github || undefined,
    authorizedKeys: entry.authorizedKeys ?? [],
    keySources: (entry.keySources ?? []).flatMap(
      (source, i) => keySource(source, [...path, 'keySources', i], context) ?? [],
    ),
    sudoCommands: entry.sudoCommands ?? [],
    links: type === 'restricted' ? (entry.links ?? ['sudo']).map(absolute) : [],
    expires: entry.expires,
  })
  checkName(user, path, context)
  checkLogin(user, path, hosts, context)
  checkKeys(user, path, context)
  checkLinks(entry, user, path, context)
  checkExpiry(user, path, context)
  checkSudo(user, path, context)
  return user
}

const absolute = (command: string): string => (command.startsWith('/') ? command : `/usr/bin/${command}`)

const SOURCES = ['file', 'url', 'command'] as const

function keySource(
  input: NonNullable<UserInput['keySources']>[number],
  path: Path,
  context: ResolveContext,
): KeySource | undefined {
  const ways = SOURCES.filter((kind) => input[kind] !== undefined)
  if (ways.length !== 1) {
    context.problems.add({
      code: 'SPEC_KEY_SOURCE',
      path,
      message: `${showPath(path)} says ${ways.length === 0 ? 'no place' : `${ways.length} places (${ways.join(', ')})`} to find keys`,
      expected: 'one of {file: path}, {url: https://…}, {command: …}',
    })
    return undefined
  }
  if (input.file !== undefined) return { kind: 'file', path: localPath(input.file, context) }
  if (input.command !== undefined) return { kind: 'command', command: input.command }
  checkAddress(input.url ?? '', [...path, 'url'], context)
  return { kind: 'url', url: input.url ?? '' }
}

/** An attacker who can change an answer can log in. So only https, except from this machine. */
function checkAddress(url: string, path: Path, { problems }: ResolveContext): void {
  if (isSafeAddress(url)) return
  problems.add({
    code: 'SPEC_KEY_ADDRESS',
    path,
    message: `${showPath(path)} is not an https address: an attacker on the network could put another key into the answer`,
    expected: 'https://…, or http:// on this machine (127.0.0.1, localhost)',
  })
}

/** True for https, and for http that does not leave this machine. */
export function isSafeAddress(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  )
}

function checkTwice(entries: readonly UserInput[], { problems }: ResolveContext): void {
  const seen = new Map<string, number>()
  for (const [i, { name }] of entries.entries()) {
    const first = seen.get(name)
    if (first === undefined) {
      seen.set(name, i)
      continue
    }
    problems.add({
      code: 'SPEC_USER_TWICE',
      path: ['users', i, 'name'],
      message: `${name} is there twice, first at ${problems.place(['users', first, 'name'])}`,
      found: name,
      next: 'keep one entry',
    })
  }
}

function checkName({ name, github }: ClusterUser, path: Path, { problems }: ResolveContext): void {
  if (TAKEN.includes(name)) {
    problems.add({
      code: 'SPEC_USER_TAKEN',
      path: [...path, 'name'],
      message: `${name} is an account or a group of the system`,
      found: name,
      expected: 'the login name of a user',
    })
  }
  if (github !== undefined && !/^[A-Za-z0-9-]+$/.test(github)) {
    problems.add({
      code: 'SPEC_USER_GITHUB',
      path: [...path, 'github'],
      message: `${github} can be no login of GitHub`,
      found: github,
      expected: 'letters, digits and dashes',
      next: 'write `github: <the login>`',
    })
  }
}

/** Howdah logs in as a user on every host. Refuses whatever would lock that user out. */
function checkLogin(
  user: ClusterUser,
  path: Path,
  hosts: readonly Host[],
  { problems }: ResolveContext,
): void {
  const mine = hosts.filter((host) => host.ssh.user === user.name).map((host) => host.name)
  if (mine.length === 0) return
  const lost = [
    user.state === 'absent' ? (['state', 'absent: the account would be removed'] as const) : undefined,
    user.type === 'restricted' ? (['type', 'restricted: it could not run scripts'] as const) : undefined,
    user.expires !== undefined
      ? (['expires', `to expire on ${user.expires}: nobody could log in from then on`] as const)
      : undefined,
    user.sudoCommands.length > 0
      ? (['sudoCommands', "given rules of sudo: they could narrow Howdah's own"] as const)
      : undefined,
  ].filter((one) => one !== undefined)
  for (const [field, what] of lost) {
    problems.add({
      code: 'SPEC_USER_LAST_WAY',
      path: [...path, field],
      message: `${user.name} is who Howdah logs in as on ${mine.join(', ')}, and can't be ${what}`,
      found: user.name,
      expected: 'another ssh.user, or this user left as is',
      next: `log in as somebody else (ssh.user), or remove ${field}`,
    })
  }
}

function checkKeys(user: ClusterUser, path: Path, { problems }: ResolveContext): void {
  for (const [i, line] of user.authorizedKeys.entries()) {
    const parsed = parsePublicKey(line)
    if (!isFault(parsed)) continue
    const where = [...path, 'authorizedKeys', i]
    problems.add({
      code: 'SPEC_USER_KEY',
      path: where,
      message: `${showPath(where)}, a key of ${user.name}: ${parsed.why}`,
      expected: parsed.expected,
    })
  }
  const none = user.authorizedKeys.length + user.keySources.length === 0 && user.github === undefined
  if (none && user.state === 'present')
    problems.warn([...path, 'name'], `${user.name} has no key: nobody can log in as ${user.name}`)
}

function checkLinks(entry: UserInput, user: ClusterUser, path: Path, { problems }: ResolveContext): void {
  if (entry.links !== undefined && user.type !== 'restricted') {
    problems.add({
      code: 'SPEC_USER_LINKS',
      path: [...path, 'links'],
      message: `${user.name} is ${user.type}, and only a restricted user has linked commands`,
      expected: 'type: restricted, or no links',
    })
  }
  const names = user.links.map(baseName)
  for (const [i, link] of user.links.entries()) {
    const where = [...path, 'links', i]
    if (names.indexOf(baseName(link)) !== i) {
      problems.add({
        code: 'SPEC_USER_LINKS',
        path: where,
        message: `two linked commands of ${user.name} are called ${baseName(link)}`,
        expected: 'each name once',
      })
    }
    if (SHELLS.test(link))
      problems.warn(where, `${user.name} is restricted, and ${link} leads to a full shell`)
  }
}

/** The last part of a path: the name that a command is linked under. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function checkExpiry({ name, expires }: ClusterUser, path: Path, { problems }: ResolveContext): void {
  if (expires === undefined) return
  const date = new Date(`${expires}T00:00:00Z`)
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(expires)) return
  problems.add({
    code: 'SPEC_USER_EXPIRES',
    path: [...path, 'expires'],
    message: `the account of ${name} is to expire on ${expires}, and there is no such day`,
    found: expires,
    expected: 'a date such as 2027-03-31',
  })
}

/** The account has no password, so a rule that asks for one can never be used. */
function checkSudo({ name, sudoCommands }: ClusterUser, path: Path, { problems }: ResolveContext): void {
  for (const [i, rule] of sudoCommands.entries()) {
    if (/NOPASSWD/.test(rule) || !rule.includes('=')) continue
    problems.warn(
      [...path, 'sudoCommands', i],
      `this rule of ${name} asks for a password, and the account has none unless you give it one: write NOPASSWD:`,
    )
  }
}
