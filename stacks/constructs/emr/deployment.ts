import type { Ground, GroundEmr } from '../../../provisioners/config/infrastructure/types.ts'
import type { GroundOutputs } from '../../outputs.ts'
import type { EmrPlaces } from '../references.ts'

/** Login user of EMR's instances. */
const USER = 'hadoop'

/** The part of a ground that its deployment needs. Throws where the resolver has let it be without. */
export const emrIn = (ground: Ground): GroundEmr => {
  if (ground.emr === undefined) throw new Error(`${ground.deployment} without aws.emr`)
  return ground.emr
}

/** What an EMR deployment tells of its cluster. */
export const tellEmr = (
  places: EmrPlaces,
  emr: GroundEmr,
  keyName: string | undefined,
): Pick<GroundOutputs, 'ssh' | 'emr'> => ({
  ssh: { user: USER, keyName: keyName ?? '' },
  emr: { jobFlowId: places.jobFlowId, masterPublicDns: places.masterDns, release: emr.release },
})
