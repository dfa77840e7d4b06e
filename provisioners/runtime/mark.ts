/** The mark on each host of the cluster that it belongs to. Pure. */

import type { Cluster } from '../config/types.ts'
import type { Desired, Fact, Resource } from '../engine/types.ts'
import { file } from '../services/support/index.ts'
import type { Identity } from '../services/types.ts'
import { sh } from '../shell.ts'

/** Where a host keeps its mark. */
export const MARK_FILE = '/var/lib/howdah/cluster'

/** Every part of a plan has the component of the record, so every change of a host checks its mark. */
const COMPONENT = 'record'

const markText = ({ id, clusterId }: Identity, name: string): string =>
  `# The cluster that this host belongs to, written by Howdah.\nid=${id}\nname=${name}\nclusterId=${clusterId}\n`

/** The input of the mark's check, separate so that a test can run it. */
export const markScript = (id: string, path: string): string =>
  [
    sh`mark=${path} ours=${id}`,
    'if [ ! -e "$mark" ]; then echo foreign=; exit 0; fi',
    `id=$(sed -n 's/^id=//p' "$mark" | head -n 1) name=$(sed -n 's/^name=//p' "$mark" | head -n 1)`,
    'if [ -z "$id" ]; then echo "foreign=a cluster that $mark does not name"',
    'elif [ "$id" = "$ours" ]; then echo foreign=',
    `else printf 'foreign=%s (id %s)\\n' "$name" "$id"; fi`,
  ].join('\n')

/** Refuses a host that has the mark of another cluster, unless it is adopted. */
export function markFact(host: string, cluster: Cluster, { id }: Identity, adopt: readonly string[]): Fact {
  return {
    type: 'fact',
    id: 'fact:cluster',
    component: COMPONENT,
    title: 'the cluster that the host belongs to',
    script: markScript(id, MARK_FILE),
    must: adopt.includes(host)
      ? []
      : [
          {
            key: 'foreign',
            oneOf: [''],
            message: `${host} belongs to {value}, and cluster.yml describes ${cluster.name} (id ${id})`,
            next: `take ${host} out of cluster.yml; when no other cluster uses it: howdah bootstrap --adopt ${host}`,
          },
        ],
  }
}

/** Adds the mark and its check to each host that something is desired of. The mark is made before anything else. */
export function withMarks(
  desired: Desired,
  cluster: Cluster,
  identity: Identity,
  adopt: readonly string[] = [],
): Desired {
  const mark: Resource = file(COMPONENT, MARK_FILE, markText(identity, cluster.name))
  const hosts = new Set(cluster.hosts.map(({ name }) => name))
  return Object.fromEntries(
    Object.entries(desired).map(([target, list]) => [
      target,
      hosts.has(target) ? [markFact(target, cluster, identity, adopt), mark, ...list] : list,
    ]),
  )
}
