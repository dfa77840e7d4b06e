import type { Cluster, SecretRef } from '../config/types.ts'
import { certificateOf, sqlServers } from '../services/result-store/index.ts'
import { scheduleSecrets } from '../services/scheduler/index.ts'
import { appSecrets } from './app-files.ts'

/** Every secret that a cluster names. */
export function secretRefs(cluster: Cluster): SecretRef[] {
  const { ssh, metastore, resultStore, lms } = cluster
  const refs: (SecretRef | undefined)[] = [
    ssh.password,
    ssh.sudoPassword,
    ...sqlServers(cluster).flatMap(({ admin, server }) => [
      admin.password,
      certificateOf(cluster, server)?.key,
    ]),
    metastore.account.password,
    resultStore?.pipeline.password,
    resultStore?.api.password,
    lms?.reader.password,
    ...appSecrets(cluster),
    ...scheduleSecrets(cluster),
  ]
  return refs.filter((ref) => ref !== undefined)
}
