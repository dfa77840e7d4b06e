import type { Fields } from '../values.ts'
import type { World } from '../world.ts'
import { compute } from './compute.ts'
import { data } from './data.ts'
import { everywhere } from './everywhere.ts'
import { network } from './network.ts'

/**
 * What AWS would refuse and types cannot: a rule gives one sentence a problem. It sees a configuration in which
 * values may be unknown, and, when the resource is about to be made, the account.
 */
export type Check = (config: Fields, world: World | undefined) => readonly string[]
export type Checks = Readonly<Record<string, Check>>

export const checks: Checks = { ...network, ...compute, ...data }

/** All problems of a resource, by every set of rules that knows its type. */
export function problemsOf(
  sets: readonly Checks[],
  type: string,
  config: Fields,
  world: World | undefined,
): readonly string[] {
  const own = sets.flatMap((set) => set[type]?.(config, world) ?? [])
  return [...everywhere(type, config), ...own]
}
