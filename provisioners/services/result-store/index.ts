import type { Resource } from '../../engine/types.ts'
import { sqlTypes } from '../../mysql/index.ts'
import type { ComponentContext, Service } from '../types.ts'
import { sqlTargets } from './databases.ts'
import { managedServer } from './managed-server.ts'
import { serverOn } from './servers.ts'
import { storeSymptoms } from './symptoms.ts'

export { pipelineGrants, sqlTargets } from './databases.ts'
export {
  type ClientLogin,
  DUMP_ENDED,
  DUMP_STARTED,
  dumpScript,
  loadScript,
  NO_CLIENT,
  WHOLE_DUMP,
} from './dump-script.ts'
export {
  ADMIN_USER,
  addressOf,
  certificateOf,
  flavorOf,
  type Purpose,
  type SqlServer,
  serverOn,
  sqlServers,
  targetOf,
} from './servers.ts'

import { storeHealthChecks } from './health.ts'

/** The database servers that Howdah runs, and the contents of every server that the cluster uses. */
export const resultStore: Service & {
  /** Resources of the database servers, by target. */
  sqlTargets(context: ComponentContext): Record<string, Resource[]>
} = {
  name: 'result-store',
  needs: ['sizing'],
  resources(host, context) {
    const server = serverOn(context.cluster, host.name)
    return server ? managedServer(server, context) : []
  },
  healthChecks: storeHealthChecks,
  symptoms: storeSymptoms,
  types: sqlTypes,
  sqlTargets,
}
