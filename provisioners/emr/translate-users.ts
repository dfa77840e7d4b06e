import type { Path } from '../config/index.ts'
import type { LegacyUser } from './legacy-schema.ts'
import type { Translation } from './translation.ts'

/** `user_info` to the top-level `users`. */
export function translateUsers(translation: Translation): void {
  const { legacy, draft } = translation
  if (legacy.users.length === 0) {
    if (legacy.document.has(['user_info']))
      draft.report({ from: ['user_info'], kind: 'same', why: 'the list is empty, so there are no users' })
    return
  }
  const taken = new Map<string, string>()
  for (const [i, { path, value }] of legacy.users.entries()) {
    const login = loginOf(value.name)
    const other = taken.get(login)
    if (other !== undefined)
      draft.require({
        from: [...path, 'name'],
        code: 'LEGACY_SAME_LOGIN',
        why: `${value.name} and ${other} are both ${login} as logins: they differ only in letters that logins do not have`,
        next: `write a name that differs from ${other} in small letters, digits, dashes or underscores`,
      })
    taken.set(login, value.name)
    translateUser(path, ['users', i], value, translation)
  }
}

/**
 * The login of a name: small letters, digits, dash and underscore, at most 32, beginning with a letter or an
 * underscore. The playbook took any name that GitHub has, and useradd refused or changed some of them.
 */
function loginOf(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '_')
  return (/^[a-z_]/.test(plain) ? plain : `_${plain}`).slice(0, 32)
}

/** GitHub's logins: letters, digits and dashes. */
const GITHUB_LOGIN = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/

function translateUser(from: Path, to: Path, user: LegacyUser, { draft }: Translation): void {
  const login = loginOf(user.name)
  draft.report({
    from: [...from, 'name'],
    to: [...to, 'name'],
    value: login,
    kind: login === user.name ? 'same' : 'translated',
    why:
      login === user.name
        ? 'the login name; the account is on the master, as with the playbook'
        : `the login of ${user.name}: logins have small letters, digits, dashes and underscores`,
    ...(login !== user.name && { comment: `${user.name} in the legacy file` }),
  })
  if (user.type)
    draft.report({
      from: [...from, 'type'],
      to: [...to, 'type'],
      value: user.type,
      kind: 'same',
      why: user.type === 'admin' ? 'may do anything by sudo' : 'runs the linked commands and nothing else',
    })
  if ('github' in user) githubKeys(from, to, user, draft)
  keysAndSudo(from, to, user, draft)
  presence(from, to, user, draft)
}

/** The playbook used only the presence of the key `github`, and fetched the keys of the login with the user's name. */
function githubKeys(from: Path, to: Path, { name }: LegacyUser, draft: Translation['draft']): void {
  const key = { from: [...from, 'github'], to: [...to, 'github'] }
  if (!GITHUB_LOGIN.test(name)) {
    draft.report({
      from: key.from,
      kind: 'needs-you',
      why: `${name} cannot be a login of GitHub, so it has no keys there; write github: LOGIN or authorizedKeys for this user`,
    })
    return
  }
  const same = loginOf(name) === name
  draft.report({
    ...key,
    value: same ? true : name,
    kind: 'translated',
    why: `the keys of the GitHub login ${same ? 'of that name' : name}: the playbook used only the presence of the key, not its value`,
  })
}

function keysAndSudo(from: Path, to: Path, user: LegacyUser, draft: Translation['draft']): void {
  if (user.authorized_keys?.length)
    draft.report({
      from: [...from, 'authorized_keys'],
      to: [...to, 'authorizedKeys'],
      value: user.authorized_keys,
      kind: 'translated',
      why: 'public keys, merged with those of GitHub; the playbook has ignored them since July 2015',
    })
  if (user.sudo_cmds?.length)
    draft.report({
      from: [...from, 'sudo_cmds'],
      to: [...to, 'sudoCommands'],
      value: user.sudo_cmds,
      kind: 'same',
      why: 'rules of sudo, each checked by visudo before it is installed',
    })
  if (user.sudoers_template)
    draft.report({
      from: [...from, 'sudoers_template'],
      kind: 'dropped',
      why: 'only a comment of the role has it; nothing ever read it',
    })
}

function presence(from: Path, to: Path, user: LegacyUser, draft: Translation['draft']): void {
  const state = user.state ?? (user.present == null ? undefined : user.present ? 'present' : 'absent')
  if (state === undefined) return
  draft.report({
    from: [...from, user.state == null ? 'present' : 'state'],
    to: [...to, 'state'],
    value: state,
    kind: user.state == null ? 'translated' : 'same',
    why: state === 'absent' ? 'the account is removed' : 'the account exists',
  })
}
