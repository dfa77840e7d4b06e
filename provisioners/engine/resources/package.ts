import { sh } from '../../shell.ts'
import type { Package, ResourceType, State } from '../types.ts'
import { detail, leaves } from './leave.ts'

const missing = (p: Package, state: State): string[] => {
  const installed = new Set((state.installed ?? '').split(' '))
  return p.names.filter((name) => !installed.has(name))
}

/** OS packages by their real names (a virtual package never counts as installed). Debian and Ubuntu. */
export const osPackage: ResourceType<Package> = {
  type: 'package',
  title: (p) => `package ${p.names.join(' ')}`,
  probe: (p) =>
    [
      sh`all=$(dpkg-query -W -f='\${db:Status-Status} \${Package}\\n' ${p.names} 2>/dev/null || :)`,
      "emit installed \"$(printf '%s\\n' \"$all\" | sed -n 's/^installed //p' | tr '\\n' ' ')\"",
    ].join('\n'),
  diff(p, state) {
    const lacking = missing(p, state)
    return lacking.length > 0
      ? { action: 'create', reason: `not installed: ${lacking.join(', ')}` }
      : undefined
  },
  seconds: () => 1800,
  apply: (p) =>
    [
      INSTALL,
      'if lists_are_stale; then update_lists; fi',
      sh`if ! install ${p.names}; then update_lists; install ${p.names}; fi`,
      sh`for name in ${p.names}; do`,
      `  status=$(dpkg-query -W -f='\${db:Status-Status}' "$name" 2>/dev/null || :)`,
      '  [ "$status" = installed ] || howdah_die "package $name: not installed after the install (${status:-unknown to dpkg})"',
      'done',
    ].join('\n'),
  record: (p) => ({ names: p.names.join(' ') }),
  remove: (recorded) =>
    leaves(`package ${detail(recorded, 'names')}`, 'other software of the host may need it'),
}

// apt can wait for dpkg's lock, but not for the lock on its lists.
const INSTALL = `
export DEBIAN_FRONTEND=noninteractive
install() {
  apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 \\
    -o Dpkg::Options::=--force-confold "$@"
}
lists_are_stale() {
  [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' 2>/dev/null | head -n 1)" ] ||
    [ -n "$(find /etc/apt/sources.list /etc/apt/sources.list.d -newer /var/lib/apt/lists 2>/dev/null)" ]
}
update_lists() {
  tries=0
  until said=$(apt-get update 2>&1); do
    tries=$((tries + 1))
    case $said in
      *'Could not get lock'*) [ "$tries" -lt 120 ] || howdah_die "apt lists stay locked: $said" ;;
      *) howdah_die "apt-get update: $said" ;;
    esac
    sleep 1
  done
}
`.trim()
