import type {
  EbsVolume as EbsVolumeSpec,
  Infrastructure,
} from '../../../provisioners/config/infrastructure/types.ts'
import {
  Construct,
  DataAwsSsmParameter,
  EbsVolume,
  Eip,
  Instance,
  type ITerraformDependable,
  VolumeAttachment,
} from '../../tf.ts'
import type { HostReferences, KeyReferences } from '../references.ts'
import { dataDirectory, dataVolumesScript, deviceName, escapeForTerraform } from './data-volumes.ts'
import type { ServerRole } from './role.ts'
import { agentOf, userDataOf } from './user-data.ts'

export interface ServerOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'region'>
  /** Within the deployment: 'master', 'worker-1'. The host is called `<infrastructure.name>-<name>`. */
  readonly name: string
  /** Roles of cluster.yml. */
  readonly roles: readonly string[]
  readonly type: string
  readonly rootGb: number
  readonly dataVolumes?: readonly EbsVolumeSpec[]
  /** SSM parameter that names the image, or an image id (ami-…). */
  readonly image: string
  readonly subnetId: string
  /** Zone of the subnet: NetworkReferences.privateZones or publicZones, at the subnet's index. */
  readonly zone: string
  /** The host's own group, which its references name. */
  readonly securityGroupId: string
  readonly moreSecurityGroupIds?: readonly string[]
  readonly key: KeyReferences
  readonly keyName?: string
  readonly role: ServerRole
  /** An Elastic IP address; the internet reaches the host by it where the subnet is public. */
  readonly publicAddress?: boolean
  readonly placementGroup?: string
  readonly placementPartition?: number
  readonly tags?: Readonly<Record<string, string>>
  /** What the host depends on, NetworkReferences.ready for example. */
  readonly dependsOn?: readonly ITerraformDependable[]
}

/**
 * A newer image must not replace a host. A changed user_data would stop and start it, but cloud-init would not run it
 * again. EC2 reports associate_public_ip_address as true once the host has an Elastic IP address, however it got one,
 * and the difference would replace the host.
 */
const SET_AT_CREATION = ['ami', 'user_data', 'associate_public_ip_address'] as const

/**
 * One EC2 host. Its data volumes are separate resources, so that they are kept when the host is replaced. A newer
 * image or a changed mount script does not replace an existing host.
 */
export class Server extends Construct {
  readonly instance: Instance
  readonly volumes: readonly EbsVolume[]
  readonly references: HostReferences

  constructor(scope: Construct, id: string, options: ServerOptions) {
    super(scope, id)
    const name = `${options.infrastructure.name}-${options.name}`
    this.volumes = (options.dataVolumes ?? []).map((spec, i) => this.volume(name, spec, i, options))
    this.instance = this.host(name, options)
    this.volumes.forEach((volume, i) => {
      new VolumeAttachment(this, `attachment-${i + 1}`, {
        deviceName: deviceName(i),
        volumeId: volume.id,
        instanceId: this.instance.id,
        // Detaching a volume from a running host would damage its mounted file system.
        stopInstanceBeforeDetaching: true,
      })
    })
    this.references = {
      name,
      instanceId: this.instance.id,
      privateAddress: this.instance.privateIp,
      publicAddress: options.publicAddress === true ? this.publicAddress(name, options) : '',
      zone: options.zone,
      roles: options.roles,
      dataDirs: this.volumes.map((_, i) => dataDirectory(i)),
      securityGroupId: options.securityGroupId,
    }
  }

  private volume(host: string, spec: EbsVolumeSpec, index: number, options: ServerOptions): EbsVolume {
    return new EbsVolume(this, `volume-${index + 1}`, {
      availabilityZone: options.zone,
      type: spec.type,
      size: spec.sizeGb,
      ...(spec.iops === undefined ? {} : { iops: spec.iops }),
      ...(spec.throughput === undefined ? {} : { throughput: spec.throughput }),
      encrypted: true,
      kmsKeyId: options.key.keyArn,
      tags: { ...options.tags, Name: `${host}-data-${index + 1}` },
      lifecycle: { preventDestroy: true },
    })
  }

  /** An Elastic IP address, since the address that AWS assigns at the start changes after each stop. */
  private publicAddress(host: string, options: ServerOptions): string {
    return new Eip(this, 'address', {
      domain: 'vpc',
      instance: this.instance.id,
      tags: { ...options.tags, Name: host },
      dependsOn: [...(options.dependsOn ?? [])],
    }).publicIp
  }

  private image(image: string): string {
    if (image.startsWith('ami-')) return image
    return new DataAwsSsmParameter(this, 'image', { name: image }).insecureValue
  }

  /** The data volumes come first: they must not wait for the network. */
  private userData({ infrastructure }: ServerOptions): string {
    const volumes = this.volumes.map((volume, i) => ({
      directory: dataDirectory(i),
      volumeId: volume.id,
      device: deviceName(i),
    }))
    const agent = agentOf(infrastructure)
    return userDataOf([
      ...(volumes.length === 0 ? [] : [{ name: 'data-volumes', text: dataVolumesScript(volumes) }]),
      { ...agent, text: escapeForTerraform(agent.text) },
    ])
  }

  private host(name: string, options: ServerOptions): Instance {
    return new Instance(this, 'host', {
      ami: this.image(options.image),
      instanceType: options.type,
      subnetId: options.subnetId,
      vpcSecurityGroupIds: [options.securityGroupId, ...(options.moreSecurityGroupIds ?? [])],
      associatePublicIpAddress: false,
      iamInstanceProfile: options.role.profileName,
      ...(options.keyName === undefined ? {} : { keyName: options.keyName }),
      ...(options.placementGroup === undefined ? {} : { placementGroup: options.placementGroup }),
      ...(options.placementPartition === undefined
        ? {}
        : { placementPartitionNumber: options.placementPartition }),
      userData: this.userData(options),
      monitoring: true,
      ebsOptimized: true,
      disableApiTermination: this.volumes.length > 0,
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      rootBlockDevice: {
        volumeType: 'gp3',
        volumeSize: options.rootGb,
        encrypted: true,
        kmsKeyId: options.key.keyArn,
        deleteOnTermination: true,
        tags: { ...options.tags, Name: `${name}-root` },
      },
      tags: { ...options.tags, Name: name, Role: options.roles.join(' ') },
      lifecycle: { ignoreChanges: [...SET_AT_CREATION] },
      dependsOn: [...options.role.ready, ...(options.dependsOn ?? [])],
    })
  }
}
