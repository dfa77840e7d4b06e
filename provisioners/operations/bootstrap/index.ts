import type { Part } from '../../runtime/part.ts'
import { applyPart, planPart } from '../../runtime/run.ts'
import type { BootstrapReport, OperationOptions, Planned } from '../../runtime/types.ts'

/** A part of the cluster: components and hosts. Absent: all of them. */
export type Chosen = Pick<Part, 'only' | 'hosts'>

const partOf = (chosen: Chosen): Part => ({ ...chosen, rest: 'checked' })

/** The verb as the lock, the journal and messages name it. */
const verbOf = ({ only, hosts }: Chosen): string =>
  [
    'bootstrap',
    ...(only ? [`--only ${only.join(',')}`] : []),
    ...(hosts ? [`--host ${hosts.join(',')}`] : []),
  ].join(' ')

/**
 * Reads the hosts and plans the differences. Changes nothing on any host. When the dependencies of a part differ from
 * cluster.yml, the plan has a refusal. Throws PART_*.
 */
export const planCluster = (options: OperationOptions, chosen: Chosen = {}): Promise<Planned> =>
  planPart(options, partOf(chosen))

/**
 * Applies cluster.yml to the cluster, or to a part of it. `consent` gets the plan first; without consent nothing changes.
 * Throws PLAN_REFUSED (exit 13), PLAN_DECLINED, PART_*.
 */
export const bootstrapCluster = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
  chosen: Chosen = {},
): Promise<BootstrapReport> => applyPart(verbOf(chosen), partOf(chosen), options, consent)
