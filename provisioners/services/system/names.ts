import type { Host } from '../../config/types.ts'
import type { Fact } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import type { ComponentContext } from '../types.ts'

/**
 * Shell that prints `own=ok` or the loopback address of the host's own name, and `missing=` with the names that do not
 * resolve. Daemons register by name, so other hosts cannot find a daemon whose name is a loopback address.
 */
export const namesScript = (own: string, others: readonly string[]): string =>
  sh`own=${own}
set -- ${others}` +
  `
address=$(getent ahostsv4 "$own" | awk 'NR == 1 { print $1 }') || :
case $address in
  '') echo own=unresolved ;;
  127.*) echo "own=$address" ;;
  *) echo own=ok ;;
esac
missing=
for name in "$@"; do
  getent ahostsv4 "$name" >/dev/null || missing="\${missing:+$missing }$name"
done
echo "missing=$missing"
`

/** The names as a host resolves them. If Howdah does not write /etc/hosts, they must be right already. */
export function nameFacts(host: Host, { cluster }: ComponentContext): readonly Fact[] {
  const others = cluster.hosts.filter((other) => other !== host).map((other) => other.name)
  const repaired = cluster.manageHostsFile
  const fact: Fact = {
    type: 'fact',
    id: 'fact:names',
    component: 'system',
    title: `names as ${host.name} resolves them`,
    script: namesScript(host.name, others),
  }
  if (repaired) return [fact]
  return [
    {
      ...fact,
      must: [
        {
          key: 'own',
          oneOf: ['ok'],
          message: `${host.name} resolves its own name to {value}, so other hosts cannot find its daemons`,
          next: `give ${host.name} its own address in DNS or /etc/hosts there, or set manageHostsFile: true`,
        },
        {
          key: 'missing',
          oneOf: [''],
          message: `${host.name} cannot resolve {value}`,
          next: 'add them to DNS, or set manageHostsFile: true',
        },
      ],
    },
  ]
}
