import type { Cluster } from '../../provisioners/config/types.ts'
import { coreTypes, createRegistry } from '../../provisioners/engine/index.ts'
import type { RemovalResource } from '../../provisioners/engine/resources/removal.ts'
import type { Desired, Recorded } from '../../provisioners/engine/types.ts'
import { destroyPlan } from '../../provisioners/operations/destroy/index.ts'
import { componentTypes } from '../../provisioners/services/index.ts'

const registry = createRegistry([...coreTypes, ...componentTypes])

/** What `destroy` would do to hosts with these records: its removals with their scripts, and what it keeps. */
export function destroyed(
  cluster: Cluster,
  declared: Desired,
  { data = false, record = {} }: { data?: boolean; record?: Record<string, readonly Recorded[]> } = {},
) {
  const hosts = [...new Set([...Object.keys(declared), ...Object.keys(record)])]
  const observed = Object.fromEntries(
    hosts.flatMap((host) =>
      host.startsWith('sql:') ? [] : [[host, { states: {}, record: record[host] ?? [] }]],
    ),
  )
  const { plan, desired } = destroyPlan({ cluster, declared, observed, registry, data })
  const scriptOf = (host: string, ref: string): string =>
    (desired[host]?.find(({ id }) => ref === `${host}!${id}`) as RemovalResource | undefined)?.script ?? ''
  return {
    steps: plan.steps
      .filter(({ action }) => action === 'remove')
      .map(({ host, title, ref }) => ({ host, title, ref, script: scriptOf(host, ref) })),
    left: (plan.left ?? []).map(({ host, title }) => `${host} ${title}`),
  }
}
