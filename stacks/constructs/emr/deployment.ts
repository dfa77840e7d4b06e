import type { Infrastructure, InfrastructureEmr } from '../../../provisioners/config/infrastructure/types.ts'
import type { InfrastructureOutputs } from '../../outputs.ts'
import type { EmrReferences } from '../references.ts'

/** Login user of EMR's instances. */
const USER = 'hadoop'

/** The section `aws.emr`. Throws when it is missing, which the resolver has to prevent. */
export const emrIn = (infrastructure: Infrastructure): InfrastructureEmr => {
  if (infrastructure.emr === undefined) throw new Error(`${infrastructure.deployment} without aws.emr`)
  return infrastructure.emr
}

/** The outputs of an EMR deployment about its cluster. */
export const emrOutputs = (
  references: EmrReferences,
  emr: InfrastructureEmr,
  keyName: string | undefined,
): Pick<InfrastructureOutputs, 'ssh' | 'emr'> => ({
  ssh: { user: USER, keyName: keyName ?? '' },
  emr: { jobFlowId: references.jobFlowId, masterPublicDns: references.masterDns, release: emr.release },
})
