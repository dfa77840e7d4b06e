import type { Host } from '../../config/types.ts'
import type { ComponentContext } from '../types.ts'

export type Properties = Readonly<Record<string, string>>

/**
 * The properties of one file on one host. Later layers replace earlier ones: the service's, then those of sizing, then
 * those of cluster.yml.
 */
export function layered(
  file: string,
  computed: Properties,
  host: Host,
  context: ComponentContext,
): Properties {
  return {
    ...computed,
    ...context.sizing[host.name]?.properties[file],
    ...context.cluster.properties[file],
  }
}

/** The port of a `host:port` or port value; the default when the value is absent or has another form. */
export function portOf(value: string | undefined, fallback: number): number {
  const found = /(?:^|:)(\d{1,5})$/.exec(value?.trim() ?? '')
  return found ? Number(found[1]) : fallback
}
