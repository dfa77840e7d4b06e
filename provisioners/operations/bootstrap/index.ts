import type { Part } from '../../runtime/part.ts'
import { applyPart, applySaved, planPart } from '../../runtime/run.ts'
import type { BootstrapReport, OperationOptions, Planned } from '../../runtime/types.ts'

/** A part of the cluster: components and hosts. Absent: all of them. */
export type Chosen = Pick<Part, 'only' | 'hosts'>

const partOf = (chosen: Chosen): Part => ({ ...chosen, rest: 'checked' })

/** The verb as the lock, the journal and messages name it. */
const verbOf = ({ only, hosts }: Chosen, adopt?: readonly string[]): string =>
  [
    'bootstrap',
    ...(only ? [`--only ${only.join(',')}`] : []),
    ...(hosts ? [`--host ${hosts.join(',')}`] : []),
    ...(adopt ? [`--adopt ${adopt.join(',')}`] : []),
  ].join(' ')

/**
 * Reads the hosts and plans the differences. Changes nothing on any host. When the dependencies of a part differ from
 * cluster.yml, the plan has a refusal. With `out`, a plan without refusals is written to that file, for `bootstrapSaved`.
 * Throws PART_*, PLAN_FILE_UNWRITABLE.
 */
export const planCluster = (options: OperationOptions, chosen: Chosen = {}, out?: string): Promise<Planned> =>
  planPart(options, partOf(chosen), out)

/**
 * Applies cluster.yml to the cluster, or to a part of it. `consent` gets the plan first; without consent nothing changes.
 * Throws PLAN_REFUSED (exit 13), PLAN_DECLINED, PART_*.
 */
export const bootstrapCluster = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
  chosen: Chosen = {},
): Promise<BootstrapReport> => applyPart(verbOf(chosen, options.adopt), partOf(chosen), options, consent)

/**
 * Applies a plan that `planCluster` wrote to a file, and nothing else. When the hosts or cluster.yml changed since then, it changes
 * nothing and throws PLAN_MOVED (exit 13), an error for each step that is not the same. Also throws PLAN_FILE_UNREADABLE,
 * PLAN_OTHER_CLUSTER.
 */
export const bootstrapSaved = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
  path: string,
): Promise<BootstrapReport> => applySaved(`bootstrap --plan ${path}`, path, 'checked', options, consent)
