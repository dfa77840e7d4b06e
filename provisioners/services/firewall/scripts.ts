import { dirname } from 'node:path'
import { sh } from '../../shell.ts'
import { RECORD, RULES, TABLE, UNIT, UNIT_FILE } from './names.ts'

/**
 * Shell that sets `manager` (another program that manages the firewall: firewalld, ufw, or none) and `kernel` (yes, no,
 * or unknown where nft is not installed yet).
 */
export const SITUATION = `
PATH=$PATH:/usr/sbin:/sbin
is_active() { [ "$(systemctl is-active "$1" 2>/dev/null)" = active ]; }
manager=none
if is_active firewalld; then manager=firewalld
elif grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null && is_active ufw; then manager=ufw; fi
kernel=unknown
if command -v nft >/dev/null 2>&1; then
  if nft list tables >/dev/null 2>&1; then kernel=yes; else kernel=no; fi
fi
`.trim()

/**
 * Shell that sets `loaded`: the sha256 of the rules that the kernel has, `no` where it has no table of Howdah, or
 * `changed` where the table is not what was loaded. The list is numeric: with names, it changes when a package brings /etc/protocols.
 */
export const LOADED = `
loaded=no
if [ "$kernel" = yes ] && table=$(nft -n list table inet ${TABLE} 2>/dev/null); then
  loaded=changed
  now=$(printf '%s\\n' "$table" | sha256sum)
  if [ "$now" = "$(sed -n 2p ${RECORD} 2>/dev/null)" ]; then
    loaded=$(sed -n 1p ${RECORD})
    loaded=\${loaded%% *}
  fi
fi
`.trim()

/** Reads what nothing else of the probe reads. */
export const PROBE = [
  SITUATION,
  LOADED,
  'emit manager "$manager"',
  'emit kernel "$kernel"',
  'emit loaded "$loaded"',
  sh`emit enabled "$(systemctl is-enabled ${UNIT}.service 2>/dev/null || :)"`,
].join('\n')

/** What the unit runs. It has no quotes and no dollar signs, which systemd would read. */
export const LOAD = [
  `mkdir -p ${dirname(RECORD)}`,
  `nft -f ${RULES}`,
  `{ sha256sum <${RULES}; nft -n list table inet ${TABLE} | sha256sum; } >${RECORD}.part`,
  `mv -f ${RECORD}.part ${RECORD}`,
].join(' && ')

/** Loads the rules that are on the disk, now and at each boot. The unit runs again, which replaces the table. */
export const START = [
  'systemctl daemon-reload',
  sh`systemctl enable ${UNIT}.service`,
  sh`systemctl restart ${UNIT}.service`,
].join('\n')

/** Removes the table, the unit and their files. Succeeds where there is nothing. */
export const REMOVE = [
  'PATH=$PATH:/usr/sbin:/sbin',
  sh`if [ "$(systemctl show -p LoadState --value ${UNIT}.service)" = loaded ]; then systemctl disable --now ${UNIT}.service; fi`,
  sh`rm -f ${UNIT_FILE} ${RULES} ${RECORD}`,
  'systemctl daemon-reload',
  sh`if nft list table inet ${TABLE} >/dev/null 2>&1; then nft delete table inet ${TABLE}; fi`,
].join('\n')
