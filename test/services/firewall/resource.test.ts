import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { APPLY_PRELUDE } from '../../../provisioners/engine/fragments.ts'
import { sha256 } from '../../../provisioners/engine/hash.ts'
import type { State } from '../../../provisioners/engine/types.ts'
import { firewall } from '../../../provisioners/services/firewall/index.ts'
import {
  type FirewallRules,
  firewallRules as type,
} from '../../../provisioners/services/firewall/resource.ts'
import { scratch } from '../../support/scratch.ts'
import { contextOf, FIVE } from '../a-context.ts'
import { EMIT, runSh } from '../run-sh.ts'
import { firewallOf } from './support.ts'

const wanted = firewallOf(FIVE, 'w1') as FirewallRules
const required = firewallOf(`${FIVE}firewall: managed\n`, 'w1') as FirewallRules
const world = { fileSha256: () => undefined }

const good: State = {
  ...{ kind: 'file', owner: 'root', group: 'root', mode: '0644', sha256: sha256(wanted.rules) },
  ...{ unit: sha256(wanted.unit), manager: 'none', kernel: 'yes', enabled: 'enabled' },
  loaded: sha256(wanted.rules),
}
const absent: State = { manager: 'none', kernel: 'unknown', loaded: 'no', enabled: '', unit: 'absent' }

describe('the difference', () => {
  it.each<[string, State, string | undefined, RegExp]>([
    ['as it should be', good, undefined, /^/],
    ['nothing there', absent, 'create', /not there/],
    ['other rules', { ...good, sha256: 'x', loaded: 'x' }, 'update', /content/],
    ['a flushed table', { ...good, loaded: 'no' }, 'start', /not loaded/],
    ['a table that somebody changed', { ...good, loaded: 'changed' }, 'start', /others/],
    ['not at boot', { ...good, enabled: 'disabled' }, 'update', /boot/],
    ['another unit', { ...good, unit: 'x' }, 'update', /unit/],
    ['rules that everybody may write', { ...good, mode: '0666' }, 'update', /mode/],
    ['ufw, and nothing of Howdah', { ...absent, manager: 'ufw' }, undefined, /^/],
    ['ufw, and the rules of Howdah', { ...good, manager: 'ufw' }, 'remove', /ufw/],
    ['no nf_tables', { ...absent, kernel: 'no' }, undefined, /^/],
  ])('%s', (_, state, action, reason) => {
    const change = type.diff(wanted, state, world)
    expect(change?.action).toBe(action)
    expect(change?.reason ?? '').toMatch(reason)
  })

  it('another manager is a warning that names the ports, and a refusal where cluster.yml says managed', () => {
    const state = { ...absent, manager: 'firewalld' }
    expect(type.warning?.(wanted, state)).toMatch(/^firewalld manages .*TCP 8040, 8041, .*30100-30499/)
    expect(type.refusals?.(wanted, state)).toEqual([])
    expect(type.warning?.(required, state)).toBeUndefined()
    expect(type.refusals?.(required, state)).toEqual([
      expect.objectContaining({ found: 'manager=firewalld', next: expect.stringContaining('8040') }),
    ])
    expect(type.refusals?.(required, { ...absent, kernel: 'no' })).toHaveLength(1)
    expect(type.warning?.(wanted, good)).toBeUndefined()
  })
})

/** A host: its files below a directory, and stand-ins for systemctl and nft that remember their calls. */
function machine(options: { readonly active?: string; readonly nft?: 'yes' | 'no' } = {}) {
  const root = scratch('howdah-firewall-')
  for (const dir of ['etc/howdah/firewall', 'etc/systemd/system', 'etc/ufw', 'run/howdah', 'bin']) {
    mkdirSync(join(root, dir), { recursive: true })
  }
  const program = (name: string, text: string) =>
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  const here = (text: string): string => text.replaceAll(/(?<![\w/])\/(etc|run)\//g, `${root}/$1/`)
  program(
    'systemctl',
    `case "$1 $2" in
  "is-active ${options.active ?? 'none'}") echo active ;;
  is-active*) echo inactive ;;
  "is-enabled "*) [ ! -e ${root}/enabled ] || echo enabled ;;
  "enable "*) touch ${root}/enabled ;;
  "disable "*) rm -f ${root}/enabled ;;
  "show -p") echo loaded ;;
  "restart "*) sh -c "$(sed -n "s/^ExecStart=.bin.sh -c '\\(.*\\)'/\\1/p" ${root}/etc/systemd/system/howdah-firewall.service)" ;;
esac`,
  )
  program(
    'nft',
    `[ ${options.nft ?? 'yes'} = yes ] || { echo "Operation not permitted" >&2; exit 1; }
case "$*" in
  "list tables") : ;;
  "list table inet howdah" | "-n list table inet howdah") cat ${root}/table 2>/dev/null ;;
  "delete table inet howdah") rm ${root}/table ;;
  "-c -f "*) ! grep -q nonsense "$3" ;;
  "-f "*) cp "$2" ${root}/table ;;
esac`,
  )
  const run = (script: string) =>
    runSh(here(script).replaceAll('PATH=$PATH:', `PATH=${root}/bin:$PATH:`), {
      PATH: `${root}/bin:${process.env.PATH}`,
    })
  const unit = here(wanted.unit)
  const apply = (rules: FirewallRules, action: 'create' | 'remove' = 'create') => {
    // The script checks the hash of each file that it writes, so the unit is replaced before and not in the script.
    const script = type.apply({ ...rules, unit }, { action, reason: 'test' })
    return run(`set -eu\n${APPLY_PRELUDE}${script}`)
  }
  return { root, run, apply, probe: () => run(EMIT + type.probe(wanted)).values }
}

describe.skipIf(process.getuid?.() !== 0)('on a host', () => {
  it('is loaded by the unit, and read back as loaded', () => {
    const host = machine()
    expect(host.probe()).toEqual({ manager: 'none', kernel: 'yes', loaded: 'no', enabled: '' })
    expect(host.apply(wanted)).toMatchObject({ exit: 0, stderr: '' })
    expect(readFileSync(join(host.root, 'etc/howdah/firewall/rules.nft'), 'utf8')).toBe(wanted.rules)
    expect(host.probe()).toEqual({
      ...{ manager: 'none', kernel: 'yes', enabled: 'enabled' },
      loaded: sha256(wanted.rules),
    })
  })

  it('is found where somebody flushed or changed the table', () => {
    const host = machine()
    host.apply(wanted)
    writeFileSync(join(host.root, 'table'), 'table inet howdah {}\n')
    expect(host.probe().loaded).toBe('changed')
    host.run(`rm ${join(host.root, 'table')}`)
    expect(host.probe().loaded).toBe('no')
  })

  it('keeps the old rules where nft refuses the new ones', () => {
    const host = machine()
    host.apply(wanted)
    expect(host.apply({ ...wanted, rules: 'nonsense\n' }).exit).not.toBe(0)
    expect(readFileSync(join(host.root, 'table'), 'utf8')).toBe(wanted.rules)
    expect(readFileSync(join(host.root, 'etc/howdah/firewall/rules.nft'), 'utf8')).toBe(wanted.rules)
  })

  it('adds nothing beside another manager, or without nf_tables, and fails only where it is required', () => {
    for (const options of [{ active: 'firewalld' }, { nft: 'no' as const }]) {
      const host = machine(options)
      expect(host.apply(wanted)).toMatchObject({ exit: 0, stdout: expect.stringContaining('no rules') })
      expect(host.apply(required).exit).toBe(1)
      expect(() => readFileSync(join(host.root, 'etc/howdah/firewall/rules.nft'))).toThrow()
    }
    const ufw = machine({ active: 'ufw' })
    expect(ufw.probe().manager).toBe('none')
    writeFileSync(join(ufw.root, 'etc/ufw/ufw.conf'), 'ENABLED=yes\n')
    expect(ufw.probe().manager).toBe('ufw')
  })

  it('is removed with its table, unit and files, also twice', () => {
    const host = machine()
    host.apply(wanted)
    const removal = type.remove?.(
      { type: 'x-firewall', id: 'firewall:howdah', component: 'firewall', about: {} },
      { data: false, whole: false, wanted: [], states: {} },
    )
    if (removal?.kind !== 'remove') throw new Error('it must be removed')
    for (let n = 0; n < 2; n++)
      expect(host.run(`set -eu\n${removal.script}`)).toMatchObject({ exit: 0, stderr: '' })
    expect(host.run(`find ${host.root}/etc ${host.root}/run ${host.root}/table -type f`).stdout).toBe('')
  })

  it('is healthy when loaded, and when another program is in charge', () => {
    const [check] = firewall.healthChecks?.(contextOf(FIVE)) ?? []
    const host = machine()
    expect(host.run(check?.script ?? '')).toMatchObject({
      exit: 1,
      stdout: expect.stringMatching(/everybody/),
    })
    host.apply(wanted)
    expect(host.run(check?.script ?? '')).toMatchObject({ exit: 0, stdout: 'the rules are loaded\n' })
    expect(machine({ active: 'firewalld' }).run(check?.script ?? '').exit).toBe(0)
    const [strict] = firewall.healthChecks?.(contextOf(`${FIVE}firewall: managed\n`)) ?? []
    expect(machine({ active: 'firewalld' }).run(strict?.script ?? '').exit).toBe(1)
  })
})
