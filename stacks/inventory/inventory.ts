import { HowdahError } from '../../provisioners/errors.ts'
import { MASTER_USER } from '../constructs/result-store/facts.ts'
import type { InfrastructureHostOutput, InfrastructureOutputs } from '../outputs.ts'

/** How to reach hosts without a public address. */
export type Reach = 'ssm' | 'direct'

/** A host as in cluster.yml. */
export interface InventoryHost {
  readonly name: string
  readonly address: string
  readonly roles: readonly string[]
  readonly dataDirs?: readonly string[]
  readonly dataDirsMustBeMounts?: true
}

/** The environment variable that holds the master password of a managed result store. */
export const ADMIN_VARIABLE = 'RESULT_STORE_ADMIN_PASSWORD'

export interface InventoryStore {
  readonly external: {
    readonly address: string
    readonly port: number
    readonly admin: { readonly user: string; readonly password: { readonly env: string } }
    readonly via: string
    readonly tls: 'required'
  }
  readonly database: string
  readonly charset?: string
}

/** The parts of a cluster.yml that come from Terraform. */
export interface Inventory {
  readonly name: string
  readonly hosts: readonly InventoryHost[]
  readonly ssh: {
    readonly user: string
    /** Session Manager is a ProxyCommand, and only the system's ssh runs one. */
    readonly transport?: 'openssh'
    readonly config?: string
    readonly hostKeys?: 'accept-new'
  }
  /** Where the master has data volumes, the data that must not be lost is on them. */
  readonly directories?: { readonly name: readonly string[]; readonly checkpoint: string }
  readonly resultStore?: InventoryStore
  /** A line of shell that fetches the master password. */
  readonly adminPassword?: string
  /** Content of `ssh.config`; absent when none is needed. */
  readonly sshConfig?: string
}

/** Roles of the infrastructure as roles of cluster.yml; applications are not part of a Hadoop cluster. */
const ROLE: Readonly<Record<string, string>> = {
  master: 'master',
  worker: 'worker',
  'result-store': 'result-store',
  // It starts jobs: Hadoop's and Hive's clients, without daemons.
  scheduler: 'client',
}

const rolesOf = ({ roles }: InfrastructureHostOutput): string[] => {
  const known = roles.flatMap((role) => ROLE[role] ?? [])
  // A master has the clients already.
  return [...new Set(known.filter((role) => role !== 'client' || !known.includes('master')))]
}

/**
 * The inventory of a deployment, from its outputs.
 * @throws HowdahError INVENTORY_NO_HOSTS where EMR runs the cluster, so that bootstrap has nothing to do.
 */
export function inventoryOf(outputs: InfrastructureOutputs, reach: Reach = 'ssm'): Inventory {
  const members = outputs.hosts.filter((host) => rolesOf(host).length > 0)
  const master = members.find((host) => host.roles.includes('master'))
  if (master === undefined) throw noHosts(outputs)
  const proxied = reach === 'ssm' && members.some((host) => host.publicAddress === '')
  const needsConfig = proxied || members.some((host) => host.publicAddress !== '')
  return {
    name: outputs.name,
    hosts: members.map(hostOf),
    ssh: {
      user: outputs.ssh.user,
      ...(proxied ? { transport: 'openssh' as const } : {}),
      ...(needsConfig ? { config: `.howdah/${outputs.name}/ssh_config` } : {}),
      // With Session Manager, AWS guarantees that the connection ends at the named instance.
      ...(proxied ? { hostKeys: 'accept-new' as const } : {}),
    },
    ...directoriesOf(master),
    ...storeOf(outputs, master),
    ...(needsConfig ? { sshConfig: sshConfigOf(outputs, members, reach) } : {}),
  }
}

const noHosts = (outputs: InfrastructureOutputs): HowdahError =>
  new HowdahError({
    code: 'INVENTORY_NO_HOSTS',
    exit: 'configuration',
    message:
      outputs.emr === null
        ? `the deployment ${outputs.deployment} of ${outputs.name} has no master among its hosts`
        : `${outputs.name} is an EMR cluster (${outputs.emr.jobFlowId}): EMR installs it, so there are no hosts for bootstrap`,
    found: outputs.hosts.map((host) => host.name).join(', ') || 'no hosts',
    expected: 'a deployment large-hadoop or single-server',
    next: 'howdah stacks output',
  })

const isWorkerOnly = (host: InfrastructureHostOutput): boolean => !host.roles.includes('master')

function hostOf(host: InfrastructureHostOutput): InventoryHost {
  const common = { name: host.name, address: host.privateAddress, roles: rolesOf(host) }
  if (host.dataDirs.length === 0) return common
  if (isWorkerOnly(host)) return { ...common, dataDirs: host.dataDirs, dataDirsMustBeMounts: true }
  // The NameNode's metadata is on the same volumes, and neither directory may contain the other.
  return { ...common, dataDirs: host.dataDirs.map((dir) => `${dir}/data`) }
}

const directoriesOf = ({
  dataDirs: [first, ...more],
}: InfrastructureHostOutput): Pick<Inventory, 'directories'> =>
  first === undefined
    ? {}
    : { directories: { name: [first, ...more].map((dir) => `${dir}/nn`), checkpoint: `${first}/snn` } }

function storeOf(
  { resultStore: store, hosts, region }: InfrastructureOutputs,
  master: InfrastructureHostOutput,
): Pick<Inventory, 'resultStore' | 'adminPassword'> {
  // A store on a host follows from the host's role.
  if (store === null || hosts.some((host) => host.roles.includes('result-store'))) return {}
  const { address, port, database, secretArn, charset } = store
  const admin = { user: MASTER_USER, password: { env: ADMIN_VARIABLE } }
  return {
    resultStore: {
      // RDS always has a certificate, and Howdah's default is to require TLS.
      external: { address, port, admin, via: master.name, tls: 'required' },
      database,
      ...(charset === undefined ? {} : { charset }),
    },
    adminPassword: `export ${ADMIN_VARIABLE}="$(aws secretsmanager get-secret-value --region ${region} --secret-id '${secretArn}' --query SecretString --output text | jq -r .password)"`,
  }
}

/**
 * An SSH configuration for the hosts: by public address where there is one, else through Session Manager. Host
 * keys are recorded by instance id, because a new instance may get the same private address.
 */
function sshConfigOf(
  outputs: InfrastructureOutputs,
  hosts: readonly InfrastructureHostOutput[],
  reach: Reach,
): string {
  const blocks = hosts.map((host) => {
    const proxy = `aws ssm start-session --region ${outputs.region} --target ${host.instanceId} --document-name AWS-StartSSHSession --parameters portNumber=%p`
    return [
      `Host ${host.name} ${host.privateAddress}`,
      `  HostName ${host.publicAddress || host.privateAddress}`,
      `  HostKeyAlias ${host.instanceId}`,
      `  User ${outputs.ssh.user}`,
      ...(host.publicAddress === '' && reach === 'ssm' ? [`  ProxyCommand ${proxy}`] : []),
    ].join('\n')
  })
  const head = '# Written by howdah inventory from Terraform, which overwrites it at the next run.'
  return `${[head, ...blocks].join('\n\n')}\n`
}
