import type { Host } from '../../config/types.ts'
import type { Fact } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { type BoundPort, portsOn } from '../support/ports.ts'
import type { ComponentContext } from '../types.ts'

// Reads /proc, because not every host has ss or lsof. State 0A is LISTEN; ports are in hexadecimal.
const FUNCTIONS = `
inodes() {
  hex=$(printf '%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v end=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == end { print $10 }' | sort -u
}
pid_of() {
  for inode in $1; do
    fd=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\\\\[$inode\\\\]" 2>/dev/null | head -n 1)
    if [ -n "$fd" ]; then fd=\${fd#/proc/}; echo "\${fd%%/*}"; return; fi
  done
}
is_ours() {
  grep -q "/$2\\\\.service" "/proc/$1/cgroup" 2>/dev/null && return
  [ "$(systemctl show -p MainPID --value "$2.service" 2>/dev/null)" = "$1" ]
}
check() {
  found=$(inodes "$1")
  if [ -z "$found" ]; then echo "port-$1=free"; return; fi
  pid=$(pid_of "$found")
  if [ -z "$pid" ]; then echo "port-$1=a process that cannot be seen from here"; return; fi
  if is_ours "$pid" "$2"; then echo "port-$1=ours"; return; fi
  echo "port-$1=$(cat "/proc/$pid/comm" 2>/dev/null) (process $pid)"
}
`.trim()

/**
 * Shell that prints, for each port, `port-N=free`, `port-N=ours` (the daemon's own unit) or the process that has it.
 */
export const portsScript = (ports: readonly Pick<BoundPort, 'port' | 'unit'>[]): string =>
  [FUNCTIONS, ...ports.map(({ port, unit }) => sh`check ${port} ${unit}`)].join('\n')

/** Each port that the daemons of this host bind must be free, or in use by that daemon. */
export function portsFact(host: Host, context: ComponentContext): Fact {
  const ports = portsOn(host, context)
  return {
    type: 'fact',
    id: 'fact:ports',
    component: 'system',
    title: 'ports of the daemons',
    script: portsScript(ports),
    must: ports.map(({ port, title, property }) => ({
      key: `port-${port}`,
      oneOf: ['free', 'ours'],
      message: `port ${port} of ${host.name} (${title}) is held by {value}`,
      next: `stop that process on ${host.name}${property === undefined ? '' : `, or set ${property} in properties`}`,
    })),
  }
}
