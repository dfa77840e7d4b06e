import type { Path } from '../config/index.ts'
import { FLEET_DEFAULTS, type Role } from './legacy-keys.ts'
import type { LegacyFleet } from './legacy-schema.ts'
import { releaseOf, spotRisk, type Translation } from './translation.ts'
import { localDiskGb, successorOn } from './types-by-release.ts'
import { localDiskWhy, SUCCESSOR_VOLUMES, volumeOf } from './volumes.ts'

/** Instance fleets. */

export function translateFleet(role: Role, translation: Translation): void {
  const { legacy, draft } = translation
  const placed = legacy.fleets[role]
  if (placed === undefined) {
    if (role === 'master')
      draft.require({
        from: ['instance_fleets'],
        code: 'LEGACY_NO_INSTANCES',
        why: 'instance_fleets has no master, and a cluster needs one',
        next: 'add master',
      })
    return
  }
  const { path: from, value: fleet } = placed
  const to: Path = ['aws', 'emr', 'fleets', role]
  if (!fleetCapacity(role, from, fleet, translation)) return
  fleetTypes(from, to, fleet, translation)
  const minutes = fleet.bid_timeout_after ?? FLEET_DEFAULTS.timeoutMinutes
  const fallback = fleet.on_demand_fallback ?? false
  draft.report({
    from: [...from, 'bid_timeout_after'],
    to: [...to, 'timeoutMinutes'],
    value: minutes,
    kind: 'same',
    why: 'minutes to wait for Spot',
  })
  draft.report({
    from: [...from, 'on_demand_fallback'],
    to: [...to, 'onTimeout'],
    value: fallback ? 'SWITCH_TO_ON_DEMAND' : 'TERMINATE_CLUSTER',
    kind: 'translated',
    why: fallback ? 'On-Demand when Spot does not start' : 'the cluster terminates when Spot does not start',
  })
}

/** Units of both markets. The master is one unit: Spot, unless use_spot is off. */
function fleetCapacity(role: Role, from: Path, fleet: LegacyFleet, translation: Translation): boolean {
  const { draft } = translation
  if (role === 'master') {
    masterCapacity(from, fleet, translation)
    return true
  }
  const units = { onDemand: fleet.on_demand_capacity ?? 0, spot: fleet.spot_capacity ?? 0 }
  if (units.onDemand + units.spot <= 0) {
    draft.report({ from, kind: 'dropped', why: 'both capacities are 0, so the fleet is left out, as it was' })
    return false
  }
  for (const [key, name] of CAPACITIES)
    draft.report({
      from: [...from, key],
      to: ['aws', 'emr', 'fleets', role, name],
      value: units[name],
      kind: 'same',
      why: 'units of capacity',
    })
  return true
}

const CAPACITIES = [
  ['on_demand_capacity', 'onDemand'],
  ['spot_capacity', 'spot'],
] as const

function masterCapacity(from: Path, fleet: LegacyFleet, { draft }: Translation): void {
  const [name, other] =
    (fleet.use_spot ?? true) ? (['spot', 'onDemand'] as const) : (['onDemand', 'spot'] as const)
  draft.report({
    from: [...from, 'use_spot'],
    to: ['aws', 'emr', 'fleets', 'master', name],
    value: 1,
    kind: 'translated',
    why: name === 'spot' ? spotRisk('master') : 'one master, On-Demand',
  })
  draft.put(['aws', 'emr', 'fleets', 'master', other], 0)
  for (const [key] of CAPACITIES)
    if (fleet[key] != null)
      draft.report({
        from: [...from, key],
        kind: 'dropped',
        why: 'a cluster has one master, whatever this key says',
      })
}

/** The volumes of a type of a fleet, and what to report where they replace local disks. */
function volumesOfType(
  one: LegacyFleet['instance_types'][number],
  fleet: LegacyFleet,
): { readonly volumes: readonly object[] | undefined; readonly disks: string } {
  const volume = volumeOf(one) ?? volumeOf(fleet)
  if (volume !== undefined) return { volumes: [volume], disks: '' }
  const gb = localDiskGb(one.type)
  if (gb === undefined) return { volumes: undefined, disks: '' }
  return { volumes: SUCCESSOR_VOLUMES, disks: `; ${localDiskWhy(one.type, gb)}` }
}

function fleetTypes(from: Path, to: Path, fleet: LegacyFleet, { draft, legacy }: Translation): void {
  for (const [i, one] of fleet.instance_types.entries()) {
    const successor = successorOn(one.type, releaseOf(legacy))
    const percent = one.bid_price_pct ?? fleet.bid_price_pct ?? FLEET_DEFAULTS.bidPricePercent
    const { volumes, disks } = volumesOfType(one, fleet)
    draft.report({
      from: [...from, 'instance_types', i, 'type'],
      to: [...to, 'types', i],
      value: {
        type: successor ?? one.type,
        weight: one.weight ?? FLEET_DEFAULTS.weight,
        bidPricePercent: percent,
        ...(volumes !== undefined && { volumes }),
      },
      kind: successor === undefined ? 'same' : 'replaced',
      why:
        successor === undefined
          ? `the instance type, for at most ${percent} % of the On-Demand price`
          : `the family ${one.type.split('.')[0]} is retired; at most ${percent} % of the On-Demand price of its successor${disks}`,
    })
  }
}
