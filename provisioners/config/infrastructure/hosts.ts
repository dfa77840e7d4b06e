import { defined } from '../resolve/context.ts'
import {
  checkCidr,
  checkInstanceType,
  type InfrastructureContext,
  refuse,
  resolveImage,
  resolveVolumes,
  shown,
} from './context.ts'
import type { Infrastructure, InfrastructureApp, InfrastructureFleet } from './types.ts'

/** Servers of EC2 outside EMR. */

/** A spread placement group holds seven instances in a zone. */
const SPREAD_LIMIT = 7

/** `more`: types that start the same image, such as the one of a result store on a host. */
export function resolveFleet(
  context: InfrastructureContext,
  generation: InfrastructureFleet['generation'],
  more: readonly string[],
): InfrastructureFleet {
  const input = context.aws.fleet ?? {}
  const master = serverOf(context, ['fleet', 'master'], input.master, 'm7i.xlarge', 30)
  const workers = serverOf(context, ['fleet', 'workers'], input.workers, 'm7i.xlarge', 30)
  const count = input.workers?.count ?? 3
  const hosts = count + 1
  const placement = input.placement ?? (hosts <= SPREAD_LIMIT ? 'spread' : 'partition')
  if (placement === 'spread' && hosts > SPREAD_LIMIT) {
    refuse(context, 'SPEC_PLACEMENT', ['fleet', 'placement'], {
      message: `\`spread\` holds ${SPREAD_LIMIT} hosts in a zone, and there are ${hosts}`,
      found: 'spread',
      expected: 'partition, cluster or none',
      next: 'write placement: partition',
    })
  }
  return {
    generation,
    master,
    workers: { ...workers, count },
    placement,
    ...resolveImage(context, ['fleet'], input, [master.type, workers.type, ...more]),
  }
}

interface ServerInput {
  readonly type?: string | undefined
  readonly rootVolume?: number | undefined
  readonly dataVolumes?: Parameters<typeof resolveVolumes>[2]
}

function serverOf(
  context: InfrastructureContext,
  path: readonly string[],
  input: ServerInput | undefined,
  type: string,
  rootGb: number,
): InfrastructureFleet['master'] {
  const chosen = input?.type ?? type
  checkInstanceType(context, [...path, 'type'], chosen, 'ec2')
  return {
    type: chosen,
    rootGb: input?.rootVolume ?? rootGb,
    dataVolumes: resolveVolumes(context, [...path, 'dataVolumes'], input?.dataVolumes),
  }
}

export function resolveServer(context: InfrastructureContext): NonNullable<Infrastructure['server']> {
  const input = context.aws.server
  const server = serverOf(context, ['server'], input, 'm7i.2xlarge', 40)
  return { ...server, ...resolveImage(context, ['server'], input, [server.type]) }
}

export function resolveScheduler(context: InfrastructureContext): NonNullable<Infrastructure['scheduler']> {
  const input = context.aws.scheduler
  const type = input?.type ?? 'm7i.large'
  checkInstanceType(context, ['scheduler', 'type'], type, 'ec2')
  return {
    type,
    rootGb: input?.rootVolume ?? 30,
    ...resolveImage(context, ['scheduler'], input, [type]),
  }
}

type App = 'api' | 'insights'

const PORTS: Readonly<Record<App, number>> = { api: 8100, insights: 8110 }

/** An app that the file leaves out on purpose is undefined; one that it forgets is an error. */
export function resolveApp(
  context: InfrastructureContext,
  app: App,
  vpcCidr: string,
): InfrastructureApp | undefined {
  const input = context.aws[app]
  if (input === undefined) {
    refuse(context, 'SPEC_MISSING_KEY', [app], {
      message: `aws.${app} is missing: ${context.deployment} has ${app === 'api' ? 'the Data API' : 'Insights'} behind a load balancer`,
      expected: `its name in DNS, or none`,
      next: `add ${app}: {domain: ${app}.example.org, hostedZone: example.org}, or ${app}: none`,
    })
    return undefined
  }
  if (input === 'none') return undefined
  const internal = input.internal ?? app === 'api'
  const min = input.min ?? 2
  const max = input.max ?? min * 2
  const resolved: InfrastructureApp = defined({
    type: input.type ?? 'm7i.large',
    min,
    max,
    desired: input.desired ?? min,
    port: input.port ?? PORTS[app],
    healthPath: input.healthPath ?? '/health/',
    domain: input.domain,
    certificateArn: input.certificateArn,
    hostedZone: input.hostedZone,
    internal,
    allow: input.allow ?? [internal ? vpcCidr : '0.0.0.0/0'],
    waf: input.waf ?? !internal,
  })
  checkApp(context, app, resolved)
  return resolved
}

function checkApp(context: InfrastructureContext, app: App, resolved: InfrastructureApp): void {
  const { min, max, desired, type, domain, hostedZone, certificateArn } = resolved
  checkInstanceType(context, [app, 'type'], type, 'ec2')
  for (const [i, range] of (context.aws[app] as { allow?: readonly string[] }).allow?.entries() ?? []) {
    checkCidr(context, [app, 'allow', i], range)
  }
  const wrong = max < min ? 'max' : desired < min || desired > max ? 'desired' : undefined
  if (wrong !== undefined) {
    refuse(context, 'SPEC_OUT_OF_BOUNDS', [app, wrong], {
      message: `${shown([app, wrong])} is ${resolved[wrong]}, with min ${min} and max ${max}`,
      found: String(resolved[wrong]),
      expected: wrong === 'max' ? `${min} or more` : `from ${min} to ${max}`,
    })
  }
  if (hostedZone !== undefined && domain !== hostedZone && !domain.endsWith(`.${hostedZone}`)) {
    refuse(context, 'SPEC_DOMAIN', [app, 'domain'], {
      message: `${domain} is not in the zone ${hostedZone}`,
      found: domain,
      expected: `a name that ends in .${hostedZone}`,
    })
  }
  const region = certificateArn?.split(':')[3]
  if (region !== undefined && region !== context.aws.region) {
    refuse(context, 'SPEC_CERTIFICATE_REGION', [app, 'certificateArn'], {
      message: `the certificate is in ${region}, and a load balancer takes one of its own region ${context.aws.region}`,
      found: region,
      expected: context.aws.region,
    })
  }
  if (certificateArn === undefined && hostedZone === undefined) {
    refuse(context, 'SPEC_NO_CERTIFICATE', [app], {
      message: `aws.${app} has no certificate: the load balancer ends TLS for ${domain}`,
      expected: 'hostedZone, to have one made and proved by a record there, or certificateArn',
      next: 'add hostedZone or certificateArn',
      at: 'key',
    })
  }
}
