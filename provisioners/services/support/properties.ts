import type { Host } from '../../config/types.ts'
import type { ComponentContext } from '../types.ts'

export type Properties = Readonly<Record<string, string>>

/**
 * The properties of one file on one host: what a component computes, over it what sizing computes,
 * and over all what the operator wrote.
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

/** The port of a `host:port` or bare port value, or the default when the value is absent or odd. */
export function portOf(value: string | undefined, fallback: number): number {
  const found = /(?:^|:)(\d{1,5})$/.exec(value?.trim() ?? '')
  return found ? Number(found[1]) : fallback
}
