import { defaultTags } from '../../deployments/base-stack.ts'
import { nameWithin } from '../../names.ts'
import { AutoscalingGroup, AutoscalingPolicy, Construct, LaunchTemplate, Token } from '../../tf.ts'
import { decrypting, readingOf } from '../buckets/policy.ts'
import type { RuledGroup } from '../security-group.ts'
import { serverGroup } from '../servers/group.ts'
import { ServerRole } from '../servers/role.ts'
import { imageOf, ROOT_DEVICE } from './image.ts'
import type { AppTierOptions } from './index.ts'
import type { AppBalancer } from './load-balancer.ts'
import { appUserData, installerUri } from './user-data.ts'

const ROOT_GB = 20
/** An installer of Python and its packages takes minutes; health checks count only after that. */
const GRACE_SECONDS = 900
const TARGET_CPU_PERCENT = 60

/** The application servers: one launch template, one auto-scaling group over the private subnets. */
export class AppFleet extends Construct {
  readonly group: RuledGroup

  constructor(scope: Construct, id: string, options: AppTierOptions, balancer: AppBalancer) {
    super(scope, id)
    const { infrastructure, kind, app, network } = options
    this.group = serverGroup(this, 'group', {
      infrastructure,
      network,
      kind,
      description: `Servers of ${kind} of ${infrastructure.name}: its port, for the load balancer alone`,
    })
    const why = `The load balancer asks ${kind}`
    this.group.admit('balancer', { securityGroupId: balancer.group.id }, app.port, why)
    balancer.group.reach('servers', { securityGroupId: this.group.id }, app.port, why)
    const name = nameWithin(128, infrastructure.name, kind)
    const servers = this.#servers(name, options, balancer, this.#template(name, options))
    if (app.max > app.min) this.#scaling(name, servers)
  }

  #template(name: string, options: AppTierOptions): LaunchTemplate {
    const { infrastructure, kind, app, key, keyName, configuration } = options
    const role = new ServerRole(this, 'role', {
      infrastructure,
      kind,
      statements: [
        ...readingOf('Installer', infrastructure.configuration, configuration, `apps/${kind}`),
        decrypting(key),
      ],
    })
    const tags = { ...tagsOf(options), Name: name }
    return new LaunchTemplate(this, 'template', {
      name,
      updateDefaultVersion: true,
      imageId: imageOf(app.type),
      instanceType: app.type,
      ...(keyName === undefined ? {} : { keyName }),
      ebsOptimized: 'true',
      iamInstanceProfile: { arn: role.profileArn },
      monitoring: { enabled: true },
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      networkInterfaces: [
        { associatePublicIpAddress: 'false', deleteOnTermination: 'true', securityGroups: [this.group.id] },
      ],
      blockDeviceMappings: [
        {
          deviceName: ROOT_DEVICE,
          ebs: {
            volumeType: 'gp3',
            volumeSize: ROOT_GB,
            encrypted: 'true',
            kmsKeyId: key.keyArn,
            deleteOnTermination: 'true',
          },
        },
      ],
      // The provider's default tags do not apply to what auto-scaling starts.
      tagSpecifications: ['instance', 'volume', 'network-interface'].map((resourceType) => ({
        resourceType,
        tags,
      })),
      userData: appUserData(this, installerUri(configuration.uri, kind), infrastructure.region),
      tags: { Name: name },
      dependsOn: [...role.ready, ...configuration.ready],
    })
  }

  #servers(
    name: string,
    options: AppTierOptions,
    balancer: AppBalancer,
    template: LaunchTemplate,
  ): AutoscalingGroup {
    const { app, network } = options
    const isPrivate = network.privateSubnetIds.length > 0
    return new AutoscalingGroup(this, 'servers', {
      name,
      minSize: app.min,
      maxSize: app.max,
      desiredCapacity: app.desired,
      vpcZoneIdentifier: [...(isPrivate ? network.privateSubnetIds : network.publicSubnetIds)],
      targetGroupArns: [balancer.targets.arn],
      healthCheckType: 'ELB',
      healthCheckGracePeriod: GRACE_SECONDS,
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      instanceRefresh: {
        strategy: 'Rolling',
        preferences: { minHealthyPercentage: 50, instanceWarmup: String(GRACE_SECONDS), autoRollback: true },
      },
      tag: Object.entries({ ...tagsOf(options), Name: name }).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
      dependsOn: [balancer.listener, ...network.ready],
      // Auto-scaling changes it between min and max; a plan must not change it back.
      lifecycle: { ignoreChanges: ['desired_capacity'] },
    })
  }

  #scaling(name: string, servers: AutoscalingGroup): void {
    new AutoscalingPolicy(this, 'scaling', {
      name: `${name}-cpu`,
      autoscalingGroupName: servers.name,
      policyType: 'TargetTrackingScaling',
      estimatedInstanceWarmup: GRACE_SECONDS,
      targetTrackingConfiguration: {
        targetValue: TARGET_CPU_PERCENT,
        predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
      },
    })
  }
}

const tagsOf = ({ infrastructure, kind }: AppTierOptions): Record<string, string> => ({
  ...defaultTags(infrastructure),
  Role: kind,
})
