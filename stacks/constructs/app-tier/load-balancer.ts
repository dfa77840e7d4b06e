import { nameWithin } from '../../names.ts'
import { Annotations, Construct, Lb, LbListener, LbTargetGroup, Route53Record } from '../../tf.ts'
import { RuledGroup } from '../security-group.ts'
import { WebAcl } from '../web-acl.ts'
import type { Certificate } from './certificate.ts'
import type { AppTierOptions } from './index.ts'

/** AWS's own advice of 2026: TLS 1.3 and 1.2, restricted ciphers, post-quantum key exchange. */
export const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'

const DRAIN_SECONDS = '60'

/** A load balancer: HTTPS to the healthy servers, and a redirect from HTTP to HTTPS. */
export class AppBalancer extends Construct {
  readonly group: RuledGroup
  readonly targets: LbTargetGroup
  /** The servers depend on it. */
  readonly listener: LbListener

  constructor(scope: Construct, id: string, options: AppTierOptions, certificate: Certificate) {
    super(scope, id)
    const { infrastructure, kind, app, network } = options
    const name = nameWithin(32, infrastructure.name, kind)
    this.group = new RuledGroup(this, 'group', {
      name: nameWithin(255, infrastructure.name, kind, 'balancer'),
      vpcId: network.vpcId,
      description: `Load balancer of ${kind} of ${infrastructure.name}: HTTPS for those it is meant for`,
    })
    for (const [i, cidr] of app.allow.entries()) {
      this.group
        .admit(`https-${i + 1}`, { cidr }, 443, `Users of ${kind}`)
        .admit(`http-${i + 1}`, { cidr }, 80, 'Is sent to HTTPS')
    }
    const balancer = this.#balancer(name, options)
    this.targets = this.#targets(options)
    this.listener = this.#listeners(balancer, certificate)
    if (certificate.zoneId !== undefined) {
      new Route53Record(this, 'record', {
        zoneId: certificate.zoneId,
        name: app.domain,
        type: 'A',
        alias: { name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true },
      })
    }
    if (app.waf && !app.internal) {
      new WebAcl(this, 'waf', { name: nameWithin(110, infrastructure.name, kind), key: options.key }).guard(
        balancer.arn,
      )
    }
  }

  #balancer(name: string, { infrastructure, kind, app, network, accessLogs }: AppTierOptions): Lb {
    const subnets =
      app.internal && network.privateSubnetIds.length > 0 ? network.privateSubnetIds : network.publicSubnetIds
    if (subnets.length < 2) {
      Annotations.of(this).addError(
        `${infrastructure.file}: the load balancer of ${kind} needs ${app.internal ? 'private' : 'public'} subnets in two zones, and found ${subnets.length === 1 ? 'one' : 'none'}. Name two zones, or two subnets`,
      )
    }
    return new Lb(this, 'balancer', {
      name,
      loadBalancerType: 'application',
      internal: app.internal,
      subnets: [...subnets],
      securityGroups: [this.group.id],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'defensive',
      enableDeletionProtection: true,
      accessLogs: { bucket: accessLogs.name, prefix: kind, enabled: true },
      tags: { Name: name, Role: kind },
      // AWS tests at creation that it can write logs, and a public load balancer needs its gateway.
      dependsOn: [...accessLogs.ready, ...network.ready],
    })
  }

  #targets({ infrastructure, kind, app, network }: AppTierOptions): LbTargetGroup {
    // A new port means a new group; the listener moves to it before the old group is deleted.
    const name = nameWithin(32, infrastructure.name, kind, String(app.port))
    return new LbTargetGroup(this, 'targets', {
      name,
      vpcId: network.vpcId,
      port: app.port,
      // TLS ends at the load balancer; behind it the traffic stays in the VPC, from group to group.
      protocol: 'HTTP',
      targetType: 'instance',
      deregistrationDelay: DRAIN_SECONDS,
      healthCheck: { path: app.healthPath, matcher: '200-299', interval: 30, timeout: 5 },
      tags: { Name: name },
      lifecycle: { createBeforeDestroy: true },
    })
  }

  #listeners(balancer: Lb, certificate: Certificate): LbListener {
    new LbListener(this, 'http', {
      loadBalancerArn: balancer.arn,
      port: 80,
      protocol: 'HTTP',
      defaultAction: [
        { type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } },
      ],
    })
    return new LbListener(this, 'https', {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: TLS_POLICY,
      certificateArn: certificate.arn,
      defaultAction: [{ type: 'forward', targetGroupArn: this.targets.arn }],
    })
  }
}
