import type { Action, Group } from '../../engine/types.ts'
import { ADMIN_GROUP, ADMIN_RULES, COMPONENT, SBIN, SUDOERS_DIR } from './names.ts'
import type { PersonRules } from './sudoers.ts'

/** What all users share: sudo itself, the group of admins, and its rule. */

/** A host reached as root may lack it. The package is called sudo everywhere. */
const installed: Action = {
  type: 'action',
  id: 'action:sudo',
  component: COMPONENT,
  title: 'sudo is installed',
  probe: `${SBIN}\nif command -v visudo >/dev/null; then echo done=yes; else echo done=no; fi`,
  run: [
    'if command -v apt-get >/dev/null; then',
    '  export DEBIAN_FRONTEND=noninteractive',
    '  apt-get -qq update || :',
    '  apt-get -qqy --no-install-recommends -o DPkg::Lock::Timeout=120 install sudo',
    'elif command -v dnf >/dev/null; then dnf -qy install sudo',
    'else yum -qy install sudo',
    'fi',
  ].join('\n'),
  timeoutSeconds: 600,
}

/** `#includedir` is understood by every sudo, the newer `@includedir` is not. */
export const sudoersIncluded: Action = {
  type: 'action',
  id: 'action:sudoers-include',
  component: COMPONENT,
  title: `/etc/sudoers reads ${SUDOERS_DIR}`,
  probe: `if grep -Eqs '^[#@]includedir[[:space:]]+"?${SUDOERS_DIR}/?"?[[:space:]]*$' /etc/sudoers; then echo done=yes; else echo done=no; fi`,
  run: [
    SBIN,
    `[ -d ${SUDOERS_DIR} ] || mkdir -m 0750 ${SUDOERS_DIR}`,
    'tmp=$(mktemp /etc/sudoers.howdah-XXXXXX)',
    `trap 'rm -f "$tmp"' EXIT`,
    'cat /etc/sudoers >"$tmp"',
    `printf '\\n#includedir ${SUDOERS_DIR}\\n' >>"$tmp"`,
    'chmod 0440 "$tmp"',
    'visudo -cqf "$tmp"',
    'sync "$tmp"',
    'mv -fT "$tmp" /etc/sudoers',
  ].join('\n'),
  after: [installed.id],
  timeoutSeconds: 60,
}

const group: Group = { type: 'group', id: `group:${ADMIN_GROUP}`, component: COMPONENT, name: ADMIN_GROUP }

const rules: PersonRules = {
  type: 'x-sudoers',
  id: `sudoers:${ADMIN_GROUP}`,
  component: COMPONENT,
  name: `%${ADMIN_GROUP}`,
  path: ADMIN_RULES,
  rules: [{ text: 'ALL=(ALL:ALL) NOPASSWD: ALL', where: 'of Howdah itself' }],
  after: [sudoersIncluded.id, group.id],
}

/** sudo, and that it reads the directory of rules: for whoever has a rule. */
export const sudoResources = [installed, sudoersIncluded] as const

/** In the order in which they are made. */
export const sharedResources = [...sudoResources, group, rules] as const
