import type { Path } from '../config/index.ts'
import { GROUP_DEFAULTS, ROLES, type Role } from './legacy-keys.ts'
import type { LegacyGroup } from './legacy-schema.ts'
import { translateFleet } from './translate-fleets.ts'
import { releaseOf, spotRisk, type Translation } from './translation.ts'
import { localDiskGb, successorOn } from './types-by-release.ts'
import { localDiskWhy, SUCCESSOR_VOLUMES, volumeOf, volumeWhy } from './volumes.ts'

/** Instance groups, or instance fleets. */

export function translateCapacity(translation: Translation): void {
  const { legacy, draft } = translation
  if (Object.keys(legacy.fleets).length > 0) {
    if (legacy.groups !== undefined)
      draft.report({
        from: ['instance_groups'],
        kind: 'dropped',
        why: 'the file has instance_fleets, which wins',
      })
    dropSingles(translation, 'instance_fleets')
    for (const role of ROLES) translateFleet(role, translation)
    return
  }
  if (legacy.groups === undefined) {
    for (const role of ROLES) defaultGroup(role, translation)
    return
  }
  dropSingles(translation, 'instance_groups')
  for (const role of ROLES) {
    const placed = legacy.groups[role]
    if (placed !== undefined) translateGroup(role, placed.path, placed.value, translation)
    else missingGroup(role, translation)
  }
}

/** Only the playbook's default of instance_groups read `master_instance_num` and similar keys. */
function dropSingles({ legacy: { document }, draft }: Translation, by: string): void {
  for (const role of ROLES)
    for (const what of ['num', 'type', 'bid']) {
      const key = `${role}_instance_${what}`
      if (document.has([key]))
        draft.report({
          from: [key],
          kind: 'dropped',
          why: `the file has ${by}, so nothing reads this key`,
        })
    }
}

/** At the time of the guide, extra variables replaced a whole map; since August 2017 they are merged into it. */
function missingGroup(role: Role, { draft, legacy }: Translation): void {
  const from: Path = ['instance_groups', role]
  if (role === 'task') {
    draft.report({
      from,
      kind: 'dropped',
      why: `missing, so there are no task nodes; since August 2017 edX's tool merged its default, 1 ${GROUP_DEFAULTS.type} as Spot`,
    })
    return
  }
  draft.report({
    from,
    kind: 'replaced',
    to: ['aws', 'emr', role],
    value: { count: Number(GROUP_DEFAULTS.num), type: currentType(GROUP_DEFAULTS.type, legacy) },
    why: `missing, and a cluster needs ${role === 'master' ? 'a master' : 'a core node'}: edX's default`,
  })
}

function defaultGroup(role: Role, translation: Translation): void {
  const { legacy, draft } = translation
  const { top } = legacy
  const to: Path = ['aws', 'emr', role]
  const number = top[`${role}_instance_num`]
  const count = number ?? Number(GROUP_DEFAULTS.num)
  const key = (what: string): Path => [`${role}_instance_${what}`]
  if (count <= 0) {
    emptyGroup(role, key('num'), translation)
    return
  }
  draft.report({
    from: key('num'),
    to: [...to, 'count'],
    value: count,
    kind: number == null ? 'translated' : 'same',
    why: number == null ? `missing; the default was ${GROUP_DEFAULTS.num}` : 'the number of instances',
  })
  translateType(
    top[`${role}_instance_type`] ?? GROUP_DEFAULTS.type,
    key('type'),
    [...to, 'type'],
    translation,
  )
  replaceLocalDisks(
    top[`${role}_instance_type`] ?? GROUP_DEFAULTS.type,
    key('type'),
    [...to, 'volumes'],
    translation,
  )
  if (role !== 'task') return
  draft.put([...to, 'market'], 'SPOT')
  translateBid(
    role,
    top.task_instance_bid ?? GROUP_DEFAULTS.bid,
    key('bid'),
    [...to, 'bidPrice'],
    translation,
  )
}

function emptyGroup(role: Role, from: Path, { draft }: Translation): void {
  if (role === 'task') {
    draft.report({ from, kind: 'dropped', why: 'the number is 0, so the group is left out, as it was' })
    return
  }
  draft.require({
    from,
    code: 'LEGACY_NO_INSTANCES',
    why: `the number is 0, and a cluster needs ${role === 'master' ? 'a master' : 'a core node'}`,
    next: 'write 1 or more',
  })
}

function translateGroup(role: Role, from: Path, group: LegacyGroup, translation: Translation): void {
  const { draft } = translation
  const to: Path = ['aws', 'emr', role]
  if (group.num_instances <= 0) {
    emptyGroup(role, [...from, 'num_instances'], translation)
    return
  }
  draft.report({
    from: [...from, 'num_instances'],
    to: [...to, 'count'],
    value: group.num_instances,
    kind: 'same',
    why: 'the number of instances',
  })
  translateType(group.type, [...from, 'type'], [...to, 'type'], translation)
  translateMarket(role, from, group, translation)
  const volume = volumeOf(group)
  if (volume === undefined) {
    replaceLocalDisks(group.type, [...from, 'type'], [...to, 'volumes'], translation)
    return
  }
  draft.report({
    from: [...from, group.volume_size == null ? 'volume_type' : 'volume_size'],
    to: [...to, 'volumes'],
    value: [volume],
    kind: 'translated',
    why: volumeWhy(group),
  })
}

function translateMarket(role: Role, from: Path, group: LegacyGroup, translation: Translation): void {
  const { draft } = translation
  const to: Path = ['aws', 'emr', role]
  const bid: Path = [...from, 'bidprice']
  if (group.market)
    draft.report({
      from: [...from, 'market'],
      to: [...to, 'market'],
      value: group.market,
      kind: 'same',
      why:
        group.market === 'SPOT' && role !== 'task'
          ? spotRisk(role)
          : `${group.market === 'SPOT' ? 'Spot' : 'On-Demand'} instances`,
    })
  if (group.market === 'SPOT') {
    if (group.bidprice) translateBid(role, group.bidprice, bid, [...to, 'bidPrice'], translation)
    else
      draft.require({
        from: [...from, 'market'],
        code: 'LEGACY_NO_BID',
        why: 'Spot in an instance group needs a price: only the bid makes it Spot',
        next: 'add bidprice, or use instance_fleets',
      })
    return
  }
  if (group.bidprice)
    draft.report({
      from: bid,
      kind: 'dropped',
      why: group.market ? 'the market is ON_DEMAND' : 'it was only read with market, which is missing',
    })
}

/** A bid of the time of the legacy file is a fraction of the price of a successor. */
function translateBid(role: Role, bid: string, from: Path, to: Path, { draft, legacy }: Translation): void {
  const type = legacy.groups?.[role]?.value.type ?? legacy.top[`${role}_instance_type`] ?? GROUP_DEFAULTS.type
  const now = currentType(type, legacy)
  const replaced = now !== type
  draft.report({
    from,
    to,
    value: bid,
    kind: 'same',
    why: replaced
      ? `US dollars an hour, a price for ${type}; check the Spot price of ${now}, or instances may never start`
      : 'US dollars an hour',
    ...(replaced && { comment: `a price for ${type}: check the Spot price of ${now}` }),
  })
}

const currentType = (type: string, legacy: Translation['legacy']): string =>
  successorOn(type, releaseOf(legacy)) ?? type

function translateType(type: string, from: Path, to: Path, { draft, legacy }: Translation): void {
  const release = releaseOf(legacy)
  const successor = successorOn(type, release)
  const written = legacy.document.has(from) ? '' : `missing; the default was ${type}; `
  draft.report({
    from,
    to,
    value: successor ?? type,
    kind: successor === undefined ? 'same' : 'replaced',
    why:
      successor === undefined
        ? `${written}the instance type`
        : `${written}the family ${type.split('.')[0]} is retired; ${successor} is the smallest type of ${release} with as much`,
    ...(successor !== undefined && { comment: `replaces ${type}, which is retired` }),
  })
}

/** Writes the volume of an instance whose retired type had disks inside, so that its size can be seen and changed. */
function replaceLocalDisks(type: string, from: Path, to: Path, { draft }: Translation): void {
  const gb = localDiskGb(type)
  if (gb === undefined) return
  draft.report({
    from,
    to,
    value: SUCCESSOR_VOLUMES,
    kind: 'replaced',
    why: localDiskWhy(type, gb),
    comment: `${type} had ${gb} GB of local disks`,
  })
}
