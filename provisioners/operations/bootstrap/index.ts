import { observe } from '../../runtime/observe.ts'
import { planAndApply, planPart } from '../../runtime/run.ts'
import type { BootstrapReport, OperationOptions, Planned } from '../../runtime/types.ts'

/** Reads the hosts and says what would change. Changes nothing on any host. */
export const planCluster = (options: OperationOptions): Promise<Planned> => planPart(options, observe)

/**
 * Makes the cluster what cluster.yml says. `consent` sees the plan first; without it nothing changes.
 * Throws PLAN_REFUSED (exit 13), PLAN_DECLINED, APPLY_FAILED (exit 14, or 15 when only some hosts are left behind).
 */
export const bootstrapCluster = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => planAndApply({ verb: 'bootstrap', observe }, options, consent)
