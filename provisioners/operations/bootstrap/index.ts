import { survey } from '../../runtime/observe.ts'
import { planPart, undertake } from '../../runtime/run.ts'
import type { BootstrapReport, OperationOptions, Survey } from '../../runtime/types.ts'

/** Reads the hosts and says what would change. Changes nothing on any host. */
export const planCluster = (options: OperationOptions): Promise<Survey> => planPart(options, survey)

/**
 * Makes the cluster what cluster.yml says. `consent` sees the plan first; without it nothing changes.
 * Throws PLAN_REFUSED (exit 13), PLAN_DECLINED, APPLY_FAILED (exit 14, or 15 when only some hosts are left behind).
 */
export const bootstrapCluster = (
  options: OperationOptions,
  consent: (found: Survey) => Promise<boolean>,
): Promise<BootstrapReport> => undertake({ verb: 'bootstrap', survey }, options, consent)
