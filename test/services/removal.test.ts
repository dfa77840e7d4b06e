import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { coreTypes, createRegistry } from '../../provisioners/engine/index.ts'
import type { Recorded, Removal, RemovalContext, Unit } from '../../provisioners/engine/types.ts'
import { componentTypes, desire } from '../../provisioners/services/index.ts'
import { mayRemoveUsers } from '../../provisioners/services/users/index.ts'
import { OVERVIEW_ID, overview, type Standing } from '../../provisioners/services/users/overview.ts'
import { closeAccount } from '../../provisioners/services/users/removal.ts'
import { scratch } from '../support/scratch.ts'
import { contextOf, FIVE } from './a-context.ts'
import { runSh } from './run-sh.ts'

const registry = createRegistry([...coreTypes, ...componentTypes])
const nothing: RemovalContext = { data: false, whole: false, wanted: [], states: {} }

const removal = (
  type: string,
  about: Recorded['about'],
  context: Partial<RemovalContext> = {},
): Removal | undefined => {
  const recorded = { type, id: `${type}:1`, component: 'x', about }
  return registry.find(type)?.remove?.(recorded, { ...nothing, ...context })
}

/** Types that leave nothing of their own: what they make goes with something else, or nothing is made. */
const WITHOUT: Readonly<Record<string, string>> = {
  fact: 'reads alone',
  action: 'its effects are data, or belong to what it prepares',
  'x-removal': 'is a removal',
  'x-record': 'is the record',
  'x-users': 'reads alone',
  'x-home': 'stays with its account',
  'x-dotfile': 'stays in the home',
  'x-authorized-keys': 'stays in the home, which nobody gets into without the account',
  'x-database': 'on a database server, which keeps no record',
  'x-database-user': 'on a database server, which keeps no record',
  'x-server-default': 'on a database server, which keeps no record',
}

it('every type can be removed, or its reason not to be is here', () => {
  const without = [...coreTypes, ...componentTypes].filter((type) => type.record === undefined)
  expect(without.map(({ type }) => type).sort()).toEqual(Object.keys(WITHOUT).sort())
  for (const type of [...coreTypes, ...componentTypes]) {
    expect(type.remove === undefined, type.type).toBe(type.record === undefined)
  }
})

it('a NameNode and a DataNode hold data, and no other daemon does', () => {
  const units = Object.values(desire(contextOf(FIVE))).flatMap((list) =>
    list.filter(({ type }) => type === 'unit'),
  ) as Unit[]
  const holding = units.filter(({ holds }) => holds !== undefined).map(({ name }) => name)
  expect([...new Set(holding)].sort()).toEqual(['hdfs-datanode', 'hdfs-namenode'])
})

describe('what becomes of each type', () => {
  it.each([
    ['file', { path: '/etc/a' }, 'remove files /etc/a'],
    ['symlink', { path: '/opt/current' }, 'remove files /opt/current'],
    ['archive', { path: '/opt/h/1' }, 'remove files /opt/h/1'],
    ['archive', { path: '/opt/p/1', keeps: 'it runs' }, 'left /opt/p/1: it runs'],
    ['directory', { path: '/etc/d' }, 'remove last /etc/d'],
    ['directory', { path: '/data/1/hdfs', data: 'own' }, 'left data in /data/1/hdfs: its data is kept'],
    ['sysctl', { key: 'vm.swappiness' }, 'remove files sysctl vm.swappiness'],
    ['unit', { name: 'nn' }, 'remove stop unit nn'],
    ['unit', { name: 'mariadb', owner: 'package' }, 'remove last unit mariadb'],
    ['unit', { name: 'dn', holds: 'decommission it first' }, 'held unit dn: decommission it first'],
    ['package', { names: 'curl procps' }, 'left package curl procps: other software of the host may need it'],
    ['group', { name: 'hadoop' }, 'left group hadoop: files of the host may still belong to it'],
    ['x-hdfs-directory', { hdfs: '/tmp' }, 'left hdfs:/tmp: its data is kept'],
    ['x-timed-job', { name: 'ship' }, 'remove stop timer ship.timer'],
    ['x-timers', {}, 'remove stop the jobs of the schedule'],
    ['x-owned-files', { path: '/etc/howdah/jobs' }, 'remove files /etc/howdah/jobs'],
    [
      'x-app-hook',
      { path: '/var/lib/howdah/apps/api-hook', title: 'the hook' },
      'remove files record of the hook',
    ],
    ['x-sudoers', { name: 'ana', path: '/etc/sudoers.d/ana' }, 'remove files /etc/sudoers.d/ana'],
    ['x-account', { name: 'ana', home: '/home/ana' }, 'remove last user ana'],
  ] as const)('%s %j', (type, about, said) => {
    const found = removal(type, about)
    if (found === undefined) throw new Error('no removal')
    const text =
      found.kind === 'remove'
        ? `remove ${found.stage} ${found.title}`
        : `${found.kind} ${found.title}: ${found.reason}`
    expect(text).toBe(said)
  })

  it('a user is left with its files', () =>
    expect(removal('user', { name: 'hdfs', home: '/var/lib/hadoop/hdfs' })).toMatchObject({
      ...{ kind: 'left', title: 'user hdfs' },
      reason: expect.stringContaining('/var/lib/hadoop/hdfs'),
    }))
})

describe('an account that cluster.yml no longer has', () => {
  const admin = (name: string): Standing => ({
    ...{ name, admin: true, present: true, keyed: true, left: false, expires: '' },
  })
  const states = { [OVERVIEW_ID]: { today: '2026-12-01', admins: 'ana bo' } }
  const of = (name: string, login: string, staying: readonly string[]) =>
    removal(
      'x-account',
      { name, home: `/home/${name}` },
      { wanted: [overview(login, staying.map(admin))], states },
    )

  it('goes while another admin with a key stays', () => {
    expect(of('ana', 'ops', ['bo'])?.kind).toBe('remove')
    expect(of('plain', 'ops', [])?.kind).toBe('remove')
    expect(of('ana', 'root', [])?.kind).toBe('remove')
  })

  it('stays where it is the last way in, or the account that Howdah logs in as', () => {
    expect(of('ana', 'ops', [])).toMatchObject({
      kind: 'left',
      reason: 'no other admin with a valid key would remain',
    })
    expect(of('ops', 'ops', ['bo'])).toMatchObject({ kind: 'left', reason: 'Howdah logs in as this user' })
  })

  it('is not considered without a list of users, or while its keys are not known', () => {
    const ana = { type: 'x-account', id: 'user:ana', component: 'users', about: { name: 'ana' } }
    const keys = (unchanged: readonly string[]) => ({
      ...{ users: {}, warnings: [] },
      unchanged: unchanged.map((name) => ({ name, why: 'no answer' })),
    })
    expect(mayRemoveUsers(ana, undefined)).toBe(false)
    expect(mayRemoveUsers(ana, keys(['ana']))).toBe(false)
    expect(mayRemoveUsers(ana, keys(['bo']))).toBe(true)
    expect(mayRemoveUsers({ ...ana, component: 'hive' }, undefined)).toBe(true)
  })

  it('ends with its processes, and its home is kept and closed', () => {
    const root = scratch('howdah-account-')
    const home = join(root, 'home')
    mkdirSync(home)
    writeFileSync(join(home, 'notes'), 'mine')
    const tool = (name: string, script: string) => {
      writeFileSync(join(root, name), `#!/bin/sh\n${script}\n`)
      chmodSync(join(root, name), 0o755)
    }
    tool('getent', `[ "$1" = passwd ] && [ ! -e ${root}/gone ]`)
    tool('id', 'echo 54321')
    tool('userdel', `echo "$*" >${root}/gone`)
    for (const name of ['usermod', 'chown', 'loginctl', 'crontab', 'find', 'groupdel']) {
      tool(name, `echo "${name} $*" >>${root}/calls`)
    }
    const script = `howdah_die() { echo "$*" >&2; exit 1; }\nset -eu\n${closeAccount('ana', home)}`
    const path = { PATH: `${root}:${process.env.PATH}` }
    expect(runSh(script, path)).toMatchObject({ exit: 0, stderr: '' })
    expect(readFileSync(join(root, 'gone'), 'utf8')).toBe('ana\n')
    expect(readFileSync(join(home, 'notes'), 'utf8')).toBe('mine')
    expect(statSync(home).mode & 0o777).toBe(0o700)
    expect(readFileSync(join(root, 'calls'), 'utf8')).toContain(`chown root:root ${home}`)
    // Done already, it does nothing.
    expect(runSh(script, path).exit).toBe(0)
    // The account that the run itself came by is not taken.
    const own = runSh(script, { ...path, SUDO_USER: 'ana' })
    expect([own.exit, own.stderr]).toEqual([1, 'Howdah is logged in as ana: the account stays\n'])
    expect(existsSync(home)).toBe(true)
  })
})
