import type { Action, Group } from '../../engine/types.ts'
import { ADMIN_GROUP, ADMIN_RULES, COMPONENT, SBIN, SUDOERS_DIR } from './names.ts'
import type { SudoRules } from './sudoers.ts'

/** Resources that all users share: sudo, the group of admins, and its rule. */

/** A host that Howdah logs in to as root may lack it. The package has the name sudo everywhere. */
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

/** Every sudo accepts `#includedir`, but not the newer `@includedir`. */
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

const rules: SudoRules = {
  type: 'x-sudoers',
  id: `sudoers:${ADMIN_GROUP}`,
  component: COMPONENT,
  name: `%${ADMIN_GROUP}`,
  path: ADMIN_RULES,
  rules: [{ text: 'ALL=(ALL:ALL) NOPASSWD: ALL', where: 'from Howdah' }],
  after: [sudoersIncluded.id, group.id],
}

/** sudo, and the line that makes it read the directory of rules: for every service with a rule. */
export const sudoResources = [installed, sudoersIncluded] as const

/** In the order in which they are made. */
export const sharedResources = [...sudoResources, group, rules] as const
