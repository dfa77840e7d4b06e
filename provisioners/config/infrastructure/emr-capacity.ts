import { defined } from '../resolve/context.ts'
import type { EmrInput } from '../schema/emr.ts'
import {
  checkInstanceType,
  type InfrastructureContext,
  inBounds,
  refuse,
  resolveVolumes,
  shown,
  warn,
} from './context.ts'
import type { EmrCapacity, EmrFleet, EmrGroup } from './types.ts'

/** Instance groups, or instance fleets: one of the two in a cluster. */

const ROLES = ['master', 'core', 'task'] as const
type Role = (typeof ROLES)[number]
type GroupInput = NonNullable<EmrInput['master']>
type FleetInput = NonNullable<NonNullable<EmrInput['fleets']>['master']>

const DEFAULT_TYPE = 'm5.xlarge'
const DEFAULT_TYPES = ['m5.xlarge', 'm5a.xlarge', 'm6i.xlarge']

export function resolveCapacity(context: InfrastructureContext, input: EmrInput): EmrCapacity {
  const groups = ROLES.filter((role) => input[role] !== undefined)
  if (input.fleets !== undefined) {
    for (const role of groups) {
      refuse(context, 'SPEC_GROUPS_AND_FLEETS', ['emr', role], {
        message: `aws.emr has the group ${role} and fleets: EMR takes groups or fleets, not both`,
        found: role,
        expected: 'groups or fleets',
        next: `move ${role} below fleets, or remove fleets`,
        at: 'key',
      })
    }
    return fleets(context, input.fleets)
  }
  return groups.length > 0 || !context.large ? groupsOf(context, input) : fleets(context, {})
}

const coreCount = (context: InfrastructureContext): number => (context.large ? 2 : 1)

function groupsOf(context: InfrastructureContext, input: EmrInput): EmrCapacity {
  const master = group(context, 'master', input.master ?? {}, 1)
  if (master.count !== 1 && master.count !== 3) {
    refuse(context, 'SPEC_OUT_OF_BOUNDS', ['emr', 'master', 'count'], {
      message: `aws.emr.master.count is ${master.count}`,
      found: String(master.count),
      expected: '1, or 3 that stand in for each other',
    })
  }
  return defined({
    kind: 'groups' as const,
    master,
    core: group(context, 'core', input.core ?? {}, coreCount(context)),
    task: input.task && group(context, 'task', input.task, 2),
  })
}

function group(context: InfrastructureContext, role: Role, input: GroupInput, count: number): EmrGroup {
  const path = ['emr', role]
  const market = input.market ?? 'ON_DEMAND'
  const bid = bidPrice(context, [...path, 'bidPrice'], input.bidPrice)
  const type = input.type ?? DEFAULT_TYPE
  checkInstanceType(context, [...path, 'type'], type, 'emr')
  if (market === 'SPOT' && input.bidPrice === undefined) {
    refuse(context, 'SPEC_SPOT_WITHOUT_BID', [...path, 'market'], {
      message: `${shown(path)} is SPOT without a bidPrice: in an instance group the bid is what makes it Spot`,
      found: 'SPOT',
      expected: 'bidPrice: US dollars an hour',
      next: `add bidPrice, or write fleets, whose bid is always a percentage`,
    })
  }
  if (market === 'ON_DEMAND' && input.bidPrice !== undefined) {
    warn(
      context,
      [...path, 'bidPrice'],
      `${shown([...path, 'bidPrice'])} has no effect on ON_DEMAND instances; write market: SPOT, or remove it`,
    )
  }
  if (market === 'SPOT') warnSpot(context, role, [...path, 'market'])
  return defined({
    type,
    count: input.count ?? count,
    market,
    bidPrice: market === 'SPOT' ? bid : undefined,
    volumes: resolveVolumes(context, [...path, 'volumes'], input.volumes),
  })
}

function warnSpot(context: InfrastructureContext, role: Role, path: readonly string[]): void {
  if (role === 'core') {
    warn(
      context,
      path,
      'core instances on Spot: when AWS takes them back, their blocks of HDFS are lost; keep Spot for tasks',
    )
  }
  if (role === 'master') {
    warn(
      context,
      path,
      'the master on Spot: when AWS takes it back, the cluster ends with all that runs on it',
    )
  }
}

function bidPrice(
  context: InfrastructureContext,
  path: readonly (string | number)[],
  input: string | number | boolean | undefined,
): string | undefined {
  if (input === undefined) return undefined
  const text = String(input)
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return text
  refuse(context, 'SPEC_INVALID_VALUE', path, {
    message: `${shown(path)} is ${JSON.stringify(text)}`,
    found: text,
    expected: 'US dollars an hour, such as 0.09',
  })
  return undefined
}

function fleets(context: InfrastructureContext, input: NonNullable<EmrInput['fleets']>): EmrCapacity {
  // Many task nodes at the best Spot price are what a large deployment is for.
  const tasks = context.large && input.task === undefined ? { spot: 4 } : input.task
  const master = fleet(context, 'master', input.master ?? {}, { onDemand: 1, spot: 0 })
  if (master.onDemandCapacity + master.spotCapacity !== 1) {
    refuse(context, 'SPEC_OUT_OF_BOUNDS', ['emr', 'fleets', 'master'], {
      message: `the fleet of the master has ${master.onDemandCapacity} On-Demand and ${master.spotCapacity} Spot`,
      expected: 'onDemand: 1, or spot: 1',
    })
  }
  const core = fleet(context, 'core', input.core ?? {}, { onDemand: coreCount(context), spot: 0 })
  const task = tasks && fleet(context, 'task', tasks, { onDemand: 0, spot: 4 })
  return defined({
    kind: 'fleets' as const,
    master,
    core: unlessEmpty(core),
    task: task && unlessEmpty(task),
  })
}

const unlessEmpty = (fleet: EmrFleet): EmrFleet | undefined =>
  fleet.onDemandCapacity + fleet.spotCapacity === 0 ? undefined : fleet

function fleet(
  context: InfrastructureContext,
  role: Role,
  input: FleetInput,
  capacity: { readonly onDemand: number; readonly spot: number },
): EmrFleet {
  const path = ['emr', 'fleets', role]
  const given = input.onDemand !== undefined || input.spot !== undefined
  const spotCapacity = input.spot ?? (given ? 0 : capacity.spot)
  const types = input.types ?? DEFAULT_TYPES
  if (types.length > 30) {
    inBounds(context, [...path, 'types'], types.length, [1, 30], 'instance types')
  }
  if (spotCapacity > 0) warnSpot(context, role, [...path, 'spot'])
  return {
    onDemandCapacity: input.onDemand ?? (given ? 0 : capacity.onDemand),
    spotCapacity,
    types: types.map((type, i) => fleetType(context, [...path, 'types', i], type)),
    onTimeout: input.onTimeout ?? 'SWITCH_TO_ON_DEMAND',
    timeoutMinutes: input.timeoutMinutes ?? 15,
    allocation: input.allocation ?? 'price-capacity-optimized',
  }
}

function fleetType(
  context: InfrastructureContext,
  path: readonly (string | number)[],
  input: NonNullable<FleetInput['types']>[number],
): EmrFleet['types'][number] {
  const full = typeof input === 'string' ? { type: input } : input
  checkInstanceType(context, typeof input === 'string' ? path : [...path, 'type'], full.type, 'emr')
  if (full.bidPrice !== undefined && full.bidPricePercent !== undefined) {
    refuse(context, 'SPEC_TWO_BIDS', [...path, 'bidPricePercent'], {
      message: `${full.type} has a bidPrice and a bidPricePercent`,
      expected: 'one of the two at most',
      next: 'remove one of them',
      at: 'key',
    })
  }
  return defined({
    type: full.type,
    weight: full.weight ?? 1,
    bidPrice: bidPrice(context, [...path, 'bidPrice'], full.bidPrice),
    bidPricePercent: full.bidPricePercent,
    volumes: resolveVolumes(context, [...path, 'volumes'], full.volumes),
  })
}
