import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { isFault, type PublicKey, parsePublicKey } from '../../provisioners/config/resolve/public-key.ts'
import type { State } from '../../provisioners/engine/types.ts'
import type { UserKeys } from '../../provisioners/keys/index.ts'
import { desire } from '../../provisioners/services/index.ts'
import type { ComponentContext } from '../../provisioners/services/types.ts'
import { type Account, accountType } from '../../provisioners/services/users/account.ts'
import {
  type AuthorizedKeys,
  authorizedKeysType,
  filesOf,
  wantedKeys,
} from '../../provisioners/services/users/authorized-keys.ts'
import { dotFileType } from '../../provisioners/services/users/dotfile.ts'
import { type Home, homeType } from '../../provisioners/services/users/home.ts'
import { users } from '../../provisioners/services/users/index.ts'
import {
  overview,
  overviewType,
  type Standing,
  unknownUsers,
} from '../../provisioners/services/users/overview.ts'
import { type SudoRules, sudoRulesType } from '../../provisioners/services/users/sudoers.ts'
import { contextOf, FIVE } from './a-context.ts'
import { LARGE } from './apps/context.ts'

// Three keys that were thrown away: only their public halves are here.
const LINES = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f one',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA two',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH three',
] as const
const [ONE, TWO, THREE] = LINES

const key = (line: string): PublicKey => {
  const parsed = parsePublicKey(line)
  if (isFault(parsed)) throw new Error(parsed.why)
  return parsed
}
const world = { fileSha256: () => undefined }

const USERS = `
users:
  - {name: ana, type: admin, github: true}
  - {name: bo, type: restricted, github: true, sudoCommands: ["ALL=(hadoop) NOPASSWD: /usr/bin/hive"], links: [sudo, /opt/x/y]}
  - {name: cy, github: true, expires: 2027-01-02}
  - {name: di, state: absent}
  - {name: eli, github: true}
`
const KEYS: UserKeys = {
  users: {
    ana: { keys: [key(ONE)], complete: true },
    bo: { keys: [key(TWO)], complete: true },
    cy: { keys: [key(THREE)], complete: false },
    eli: { keys: [], complete: false },
  },
  warnings: [],
  unchanged: [{ name: 'eli', why: 'no answer' }],
}
const withUsers = (users = USERS, keys = KEYS): ComponentContext => ({
  ...contextOf(`${FIVE}${users}`),
  users: keys,
})
const idsOn = (host: string, context: ComponentContext): string[] =>
  (desire(context)[host] ?? []).filter(({ component }) => component === 'users').map(({ id }) => id)

const HADOOP = ['java', 'hdfs', 'yarn', 'mapreduce1', 'hive', 'sqoop']

describe('users', () => {
  it('are on every host of the cluster, also on database servers', () => {
    const context = withUsers()
    const each = context.cluster.hosts.map(({ name }) => idsOn(name, context))
    expect(each).toHaveLength(5)
    for (const ids of each) {
      expect(ids).toEqual(
        expect.arrayContaining(['user:ana', 'authorized-keys:ana', 'sudoers:bo', 'user:di']),
      )
    }
  })

  it('are on hosts outside of the cluster too, which have no resources of Hadoop', () => {
    const context = { ...contextOf(`${LARGE}${USERS}`), users: KEYS }
    for (const host of ['api1', 'api2', 'ins1', 'sch1']) {
      expect(idsOn(host, context), host).toEqual(idsOn('w1', context))
      const others = (desire(context)[host] ?? []).filter(({ component }) => component !== 'users')
      expect(
        others.filter(({ component }) => HADOOP.includes(component)),
        host,
      ).toEqual([])
    }
  })

  it('do not change without keys, or without a list in cluster.yml', () => {
    expect(idsOn('m1', contextOf(`${FIVE}${USERS}`))).toEqual([])
    expect(idsOn('m1', withUsers(''))).toEqual([])
  })

  it('an empty list keeps the group and its rule', () => {
    const ids = idsOn('m1', withUsers('users: []\n'))
    expect(ids).toEqual([
      'action:sudo',
      'action:sudoers-include',
      'group:edxadmin',
      'sudoers:edxadmin',
      'users:all',
    ])
  })

  it('do not change if no source gave keys, and removed users keep nothing', () => {
    const ids = idsOn('m1', withUsers())
    expect(ids.filter((id) => id.endsWith(':eli'))).toEqual([])
    expect(ids.filter((id) => id.endsWith(':di'))).toEqual(['sudoers:di', 'user:di'])
  })

  it('get their keys last, so that nobody logs in before the restrictions are in place', () => {
    const context = withUsers()
    const all = users.resources(context.cluster.hosts[0] as never, context)
    const predecessors = (id: string, seen = new Set<string>()): Set<string> => {
      for (const next of all.find((one) => one.id === id)?.after ?? []) {
        if (!seen.has(next)) predecessors(next, seen.add(next))
      }
      return seen
    }
    expect([...predecessors('authorized-keys:bo')]).toEqual(
      expect.arrayContaining(['user:bo', 'home:bo', 'file:/home/bo/.bashrc', 'file:/home/bo/.profile']),
    )
    expect([...predecessors('user:di')]).toContain('sudoers:di')
  })
})

const account = (more: Partial<Account> = {}): Account => ({
  ...{ type: 'x-account', id: 'user:ana', component: 'users', name: 'ana', home: '/home/ana' },
  ...{ present: true, admin: false, restricted: false, expires: '' },
  ...more,
})
const THERE: State = { uid: '1001', shell: '/bin/bash', home: '/home/ana', groups: 'ana adm', same: '1' }

describe('an account', () => {
  it.each([
    ['is made', account(), {}, 'create', 'not there'],
    ['is well', account(), THERE, undefined, undefined],
    ['keeps a shell of its own', account(), { ...THERE, shell: '/usr/bin/zsh' }, undefined, undefined],
    [
      'gets one that works',
      account(),
      { ...THERE, shell: '/usr/sbin/nologin' },
      'update',
      /nologin → \/bin\/bash/,
    ],
    ['is narrowed', account({ restricted: true }), THERE, 'update', /→ \/bin\/rbash/],
    ['is freed', account(), { ...THERE, shell: '/bin/rbash' }, 'update', /rbash → \/bin\/bash/],
    ['becomes an admin', account({ admin: true }), THERE, 'update', /add to edxadmin/],
    [
      'is not an admin any more',
      account(),
      { ...THERE, groups: 'ana edxadmin' },
      'update',
      /remove from edxadmin/,
    ],
    ['expires', account({ expires: '2027-01-02' }), THERE, 'update', /expires never → 2027-01-02/],
    [
      'expires no more',
      account(),
      { ...THERE, expires: '2020-01-01' },
      'update',
      /expires 2020-01-01 → never/,
    ],
    ['does not exist', account({ present: false }), {}, undefined, undefined],
  ] as const)('%s', (_title, wanted, state, action, reason) => {
    const change = accountType.diff(wanted, state, world)
    expect(change?.action).toBe(action)
    if (reason !== undefined) expect(change?.reason).toMatch(reason)
  })

  it('that is removed lists everything that is removed with it', () => {
    const state = { ...THERE, groups: 'ana edxadmin adm', processes: '3', megabytes: '12' }
    expect(accountType.diff(account({ present: false }), state, world)).toEqual({
      action: 'remove',
      reason: 'and the home /home/ana with 12 MB, its membership in edxadmin, adm, 3 running processes',
    })
  })

  it.each([
    ['of the system', { ...THERE, uid: '33' }, /system account \(uid 33\)/],
    ['with the number of another', { ...THERE, same: '2' }, /2 accounts share the uid/],
    ['with a home elsewhere', { ...THERE, home: '/srv/ana' }, /home of ana is \/srv\/ana/],
  ])('%s is refused, to be kept as to be removed', (_title, state, said) => {
    for (const present of [true, false]) {
      expect(accountType.refusals?.(account({ present }), state)[0]?.message).toMatch(said)
    }
    expect(accountType.refusals?.(account(), THERE)).toEqual([])
  })
})

const rules = (...texts: string[]): SudoRules => ({
  ...{ type: 'x-sudoers', id: 'sudoers:ana', component: 'users', name: 'ana' },
  path: '/etc/sudoers.d/howdah-user-ana',
  rules: texts.map((text, i) => ({ text, where: `cluster.yml:${i + 10}:5` })),
})

describe('rules of sudo', () => {
  it('that visudo refuses are reported with their line in cluster.yml', () => {
    const wanted = rules('ALL=(root) NOPASSWD: /bin/a', 'ALL=(root NOPASSWD /bin/b')
    const said = 'stdin:3:16: syntax error\nana ALL=(root NOPASSWD /bin/b\n    ^~~'
    const [refusal] = sudoRulesType.refusals?.(wanted, { visudo: said }) ?? []
    expect(refusal?.message).toContain('a rule of ana (cluster.yml:11:5): ALL=(root NOPASSWD /bin/b')
    expect(refusal?.found).toBe('stdin:3:16: syntax error')
    for (const visudo of ['ok', 'absent']) expect(sudoRulesType.refusals?.(wanted, { visudo })).toEqual([])
  })

  it('have no file if there are none, and an existing file is removed', () => {
    expect(sudoRulesType.diff(rules(), {}, world)).toBeUndefined()
    expect(sudoRulesType.diff(rules(), { kind: 'file' }, world)?.action).toBe('remove')
    expect(sudoRulesType.apply(rules(), { action: 'remove', reason: '' })).toBe(
      'rm -f /etc/sudoers.d/howdah-user-ana',
    )
  })

  it('are installed only if visudo accepts them, owned by root and closed', () => {
    const script = sudoRulesType.apply(rules('ALL=ALL'), { action: 'create', reason: '' })
    expect(script.indexOf('visudo -cqf "$tmp"')).toBeGreaterThan(0)
    expect(script.indexOf('howdah_switch')).toBeGreaterThan(script.indexOf('visudo'))
    expect(script).toContain('root:root 0440')
  })
})

const keys = (more: Partial<AuthorizedKeys> = {}): AuthorizedKeys => ({
  ...{ type: 'x-authorized-keys', id: 'authorized-keys:ana', component: 'users', name: 'ana' },
  ...{ home: '/home/ana', restricted: false, keys: [ONE, TWO] },
  ...more,
})
const lines = (k: AuthorizedKeys, state: State): string[] =>
  wantedKeys(k, state)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

describe('authorized_keys', () => {
  const DEFAULT = '.ssh/authorized_keys .ssh/authorized_keys2'

  it.each([
    ['both where sshd reads both', { reads: DEFAULT }, 2],
    ['both by whole paths', { reads: '%h/.ssh/authorized_keys /home/%u/.ssh/authorized_keys2' }, 2],
    ['one where sshd reads one', { reads: '.ssh/authorized_keys', authorized_keys2: 'ana|600' }, 1],
    ['one when sshd says nothing', { reads: '' }, 1],
    ['both when sshd says nothing and the second is there', { reads: '', authorized_keys2: 'ana|600' }, 2],
  ])('is %s', (_title, state, count) => expect(filesOf(state)).toHaveLength(count))

  it('has the keys of cluster.yml and no others', () => {
    const state = { 'authorized_keys.text': `${ONE}\n${THREE}` }
    expect(lines(keys(), state)).toEqual([ONE, TWO])
  })

  it('keeps the keys of both files on a host while they may be the only ones that work', () => {
    const state = { 'authorized_keys.text': `# note\n${ONE} again`, 'authorized_keys2.text': THREE }
    const k = keys({ keep: 'a source of keys did not answer' })
    expect(lines(k, state)).toEqual([ONE, TWO, THREE])
    expect(authorizedKeysType.warning?.(k, { ...state, reads: DEFAULT })).toMatch(
      /ana keeps SHA256:\S+ \(three\), which cluster.yml does not have: a source of keys/,
    )
  })

  it('of a restricted user only allows a terminal, and has the restriction once', () => {
    const k = keys({ restricted: true, keep: 'x', keys: [ONE, `from="10.0.0.1" ${TWO}`] })
    const state = { 'authorized_keys.text': `restrict,pty ${THREE}` }
    expect(lines(k, state)).toEqual([
      `restrict,pty ${ONE}`,
      `restrict,pty,from="10.0.0.1" ${TWO}`,
      `restrict,pty ${THREE}`,
    ])
  })

  const text = wantedKeys(keys(), {}).trimEnd()
  const whole: State = {
    ...{ reads: DEFAULT, dir: 'directory|ana|700' },
    ...{ authorized_keys: 'ana|600', 'authorized_keys.text': text },
    ...{ authorized_keys2: 'ana|600', 'authorized_keys2.text': text },
  }
  it.each([
    ['is right', {}, undefined],
    ['lacks the second file', { authorized_keys2: undefined }, /authorized_keys2 is not there/],
    [
      'has another key in the second file',
      { 'authorized_keys2.text': `${text}\n${THREE}` },
      /^authorized_keys2$/,
    ],
    ['is open to others', { authorized_keys: 'ana|644' }, /owner and mode of authorized_keys/],
    ['lies in an open directory', { dir: 'directory|ana|755' }, /~\/.ssh/],
  ])('%s', (_title, more, reason) => {
    const state = Object.fromEntries(
      Object.entries({ ...whole, ...more }).filter(([, value]) => value !== undefined),
    ) as State
    const change = authorizedKeysType.diff(keys(), state, world)
    if (reason === undefined) expect(change).toBeUndefined()
    else expect(change?.reason).toMatch(reason)
  })

  it('is never written through a link', () => {
    expect(authorizedKeysType.refusals?.(keys(), { dir: 'symbolic link|ana|777' })[0]?.message).toContain(
      '/home/ana/.ssh',
    )
    expect(authorizedKeysType.refusals?.(keys(), { ...whole, authorized_keys: 'other' })).toHaveLength(1)
    expect(authorizedKeysType.refusals?.(keys(), whole)).toEqual([])
  })

  it('warns if sshd reads other files', () => {
    expect(authorizedKeysType.warning?.(keys(), { reads: '/etc/ssh/keys/%u' })).toContain('/etc/ssh/keys/%u')
  })
})

const standing = (name: string, more: Partial<Standing> = {}): Standing => ({
  ...{ name, admin: true, present: true, keyed: true, left: false, expires: '' },
  ...more,
})

describe('the last admin', () => {
  const said = (login: string, admins: string, ...list: Standing[]): string[] =>
    (overviewType.refusals?.(overview(login, list), { admins, today: '2026-06-01' }) ?? []).map(
      (one) => one.message,
    )

  it.each([
    ['absent', { present: false }, 'state: absent'],
    ['no admin', { admin: false }, 'not of type admin'],
    ['expired', { expires: '2026-06-01' }, 'expired on 2026-06-01'],
    ['without a key', { keyed: false }, 'no valid key'],
  ])('is not given up: %s', (_title, more, why) => {
    const [message] = said('ops', 'ana', standing('ana', more))
    expect(message).toContain('nobody could administer this host any more')
    expect(message).toContain(`ana (${why}`)
    // Another admin who stays is enough, and so is the login of root.
    expect(said('ops', 'ana', standing('ana', more), standing('bo'))).toEqual([])
    expect(said('root', 'ana', standing('ana', more))).toEqual([])
    // Another admin who is removed too does not count.
    expect(said('ops', 'ana bo', standing('ana', more), standing('bo', { present: false }))).toHaveLength(1)
  })

  it('does not matter while no admin is lost', () => {
    expect(said('ops', 'ana', standing('ana', { expires: '2026-06-02' }))).toEqual([])
    expect(said('ops', '', standing('ana', { admin: false }))).toEqual([])
    expect(said('ops', 'ana', standing('ana', { keyed: false, left: true }))).toEqual([])
  })

  it('may not be the account of Howdah, whoever else remains', () => {
    const [message] = said('ops', 'ops ana', standing('ops', { admin: false }), standing('ana'))
    expect(message).toContain('ops, which Howdah logs in as, would lose sudo')
  })

  it('is not checked when the admins cannot be read', () => {
    expect(overviewType.refusals?.(overview('ops', []), { unknown: 'no awk' })).toHaveLength(1)
  })

  it('and users who are not in cluster.yml are reported', () => {
    const state = { admins: 'ana eve  ', rules: ' eve mallory bo' }
    expect(unknownUsers(['ana', 'bo'], state)).toEqual([
      { name: 'eve', why: 'in the group edxadmin, rules in /etc/sudoers.d/howdah-user-eve' },
      { name: 'mallory', why: 'rules in /etc/sudoers.d/howdah-user-mallory' },
    ])
  })
})

describe('a restricted home', () => {
  const home: Home = {
    ...{ type: 'x-home', id: 'home:bo', component: 'users', name: 'bo', path: '/home/bo' },
    ...{ restricted: true, links: [{ name: 'sudo', target: '/usr/bin/sudo' }] },
  }
  const well: State = {
    ...{ kind: 'directory', owner: 'root', group: 'bo', main: 'bo', mode: '0750' },
    ...{ bin: 'root 750', list: 'sudo -> /usr/bin/sudo\n', stale: '', missing: '' },
  }
  it.each([
    ['is right', {}, undefined],
    ['belongs to the user', { owner: 'bo' }, 'owner bo → root'],
    ['has another command', { list: 'sh -> /bin/sh\nsudo -> /usr/bin/sudo\n' }, 'unlink sh -> /bin/sh'],
    ['has a program of its own', { list: 'x\nsudo -> /usr/bin/sudo\n' }, 'unlink x'],
    [
      'has a command with another target',
      { list: 'sudo -> /bin/sh\n' },
      'link sudo -> /usr/bin/sudo, unlink sudo -> /bin/sh',
    ],
    ['has a profile that bash would read first', { stale: ' .bash_profile' }, 'remove .bash_profile'],
    ['has a bin of the user', { bin: 'bo 755' }, 'bin of its own'],
  ])('%s', (_title, more, reason) => {
    expect(homeType.diff(home, { ...well, ...more }, world)?.reason).toBe(reason)
  })

  it('reports which linked commands are missing', () => {
    expect(homeType.warning?.(home, { ...well, missing: ' /opt/x' })).toContain('/opt/x, linked for bo')
  })
})

describe('every script of users', () => {
  it('is valid shell, to read and to apply', () => {
    const context = withUsers()
    const types = [accountType, sudoRulesType, homeType, dotFileType, authorizedKeysType, overviewType]
    const all = users.resources(context.cluster.hosts[0] as never, context)
    let looked = 0
    for (const resource of all) {
      const type = types.find((one) => one.type === resource.type)
      if (!type) continue
      const change = { action: 'update', reason: '', content: 'x\n' } as const
      for (const script of [type.probe(resource as never), type.apply(resource as never, change)]) {
        execFileSync('sh', ['-n'], { input: `f() {\n:\n${script}\n}\n` })
        looked += 1
      }
    }
    expect(looked).toBeGreaterThan(30)
  })
})
