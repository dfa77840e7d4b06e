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
  for (const [i, { path, value }] of legacy.users.entries())
    translateUser(path, ['users', i], value, translation)
}

function translateUser(from: Path, to: Path, user: LegacyUser, { draft }: Translation): void {
  draft.report({
    from: [...from, 'name'],
    to: [...to, 'name'],
    value: user.name,
    kind: 'same',
    why: 'the login name; the account is on the master, as with the playbook',
  })
  if (user.type)
    draft.report({
      from: [...from, 'type'],
      to: [...to, 'type'],
      value: user.type,
      kind: 'same',
      why: user.type === 'admin' ? 'may do anything by sudo' : 'runs the linked commands and nothing else',
    })
  if ('github' in user)
    draft.report({
      from: [...from, 'github'],
      to: [...to, 'github'],
      value: true,
      kind: 'translated',
      why: 'the keys of the GitHub login of that name: the playbook used only the presence of the key, not its value',
    })
  keysAndSudo(from, to, user, draft)
  presence(from, to, user, draft)
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
