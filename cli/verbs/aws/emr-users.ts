import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCluster, sectionsOf } from '../../../provisioners/config/index.ts'
import type { OperationOptions } from '../../../provisioners/runtime/types.ts'
import { editCluster } from '../../../stacks/inventory/index.ts'
import type { InfrastructureOutputs } from '../../../stacks/outputs.ts'
import type { Console } from '../../console.ts'
import { readOutputs } from './inventory.ts'

/** EMR's own login user. */
const USER = 'hadoop'

/**
 * The hosts of the verbs for users: those of cluster.yml or, on EMR, the master. Only EMR's API knows the addresses of
 * the core nodes, so users log in to the master, as with edX's tool.
 */
export async function userOperation(
  console: Console,
  file: string,
  outdir?: string,
): Promise<OperationOptions> {
  const operation = console.operation(file)
  const text = await readFile(file, 'utf8').catch(() => '')
  const { hosts, aws } = sectionsOf(text)
  if (hosts || !aws) return operation
  const outputs = await readOutputs(console, { file, ...(outdir === undefined ? {} : { outdir }) })
  return outputs.emr === null ? operation : { ...operation, cluster: clusterOfMaster(text, file, outputs) }
}

/**
 * The EMR master as a cluster of one host. Only its users are managed: the roles satisfy the schema, and no other
 * service reads them. Each cluster has a new host key, so it has its own known_hosts file.
 */
function clusterOfMaster(text: string, file: string, { name, emr }: InfrastructureOutputs) {
  const master = { name: 'emr-master', address: emr?.masterPublicDns ?? '', roles: ['master', 'worker'] }
  const edit = editCluster(text, file, { name, hosts: [master], ssh: { user: USER, hostKeys: 'accept-new' } })
  const cluster = parseCluster(edit.text, file)
  const known = join(cluster.stateDir, 'known_hosts')
  const ssh = { ...cluster.ssh, knownHosts: [known, ...cluster.ssh.knownHosts] }
  return { ...cluster, ssh, warnings: [] }
}
