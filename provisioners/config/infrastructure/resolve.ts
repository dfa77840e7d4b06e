import { dirname, join } from 'node:path'
import { defined } from '../resolve/context.ts'
import { resolveBuckets, resolveState } from './buckets.ts'
import { checkCidr, type InfrastructureContext, notUsed, refuse, warn } from './context.ts'
import { resolveEmr } from './emr.ts'
import { resolveApp, resolveFleet, resolveScheduler, resolveServer } from './hosts.ts'
import { resolveKeyPair } from './key.ts'
import { asTexts, resolveNetwork, resolveZones, warnOfNoInternet } from './network.ts'
import { resolveStore } from './store.ts'
import type { Deployment, Infrastructure, InfrastructureDatabase, InfrastructureNetwork } from './types.ts'
import { checkUploaded, resolveUploads } from './uploads.ts'

/** Which deployments a part of `aws` belongs to. */
const BELONGS: Readonly<
  Record<'emr' | 'fleet' | 'server' | 'resultStore' | 'scheduler' | 'api' | 'insights', readonly Deployment[]>
> = {
  emr: ['small-emr', 'large-emr'],
  fleet: ['large-hadoop'],
  server: ['single-server'],
  resultStore: ['large-emr', 'large-hadoop'],
  scheduler: ['large-emr', 'large-hadoop'],
  api: ['large-emr', 'large-hadoop'],
  insights: ['large-emr', 'large-hadoop'],
}

export const isLarge = (deployment: Deployment): boolean => deployment.startsWith('large-')

/** Fills in what `aws` leaves open, and checks how its parts fit together. Problems go to the context. */
export function resolveInfrastructure(
  context: InfrastructureContext,
  file: string,
  hadoopVersion: string,
): Infrastructure {
  const { aws, deployment, large, name } = context
  checkBelongs(context)
  const zones = resolveZones(context)
  const inEmr = deployment.endsWith('-emr')
  const emr = inEmr ? resolveEmr(context) : undefined
  const closedEmr = emr?.subnets === 'private'
  const network = resolveNetwork(context, { hosts: large || closedEmr, emr: closedEmr })
  const buckets = resolveBuckets(context)
  const uploads = resolveUploads(context, buckets)
  checkUploaded(context, buckets, uploads)
  const resultStore = large ? resolveStore(context) : undefined
  const inFleet = deployment === 'large-hadoop'
  const infrastructure: Infrastructure = defined({
    name,
    file,
    stateDir: join(dirname(file), '.howdah', name),
    deployment,
    region: aws.region,
    zones,
    tags: resolveTags(context),
    network,
    keyPair: resolveKeyPair(context),
    operators: resolveOperators(context),
    ...buckets,
    uploads,
    state: resolveState(context, [buckets.logs.name, buckets.configuration.name]),
    keyId: resolveKey(context),
    resultStore,
    emr,
    fleet: inFleet ? resolveFleet(context, generationOf(hadoopVersion), hostTypes(resultStore)) : undefined,
    server: deployment === 'single-server' ? resolveServer(context) : undefined,
    scheduler: large ? resolveScheduler(context) : undefined,
    api: large ? resolveApp(context, 'api', network.cidr) : undefined,
    insights: large ? resolveApp(context, 'insights', network.cidr) : undefined,
    warnings: [],
  })
  checkWhole(context, infrastructure)
  return infrastructure
}

/** A store on a host starts the image of the fleet; one of RDS has none. */
const hostTypes = (store: InfrastructureDatabase | undefined): readonly string[] =>
  store === undefined || store.instanceType.startsWith('db.') ? [] : [store.instanceType]

function generationOf(version: string): 'hadoop1' | 'hadoop2' | 'hadoop3' {
  const major = version.split('.')[0]
  return major === '1' ? 'hadoop1' : major === '2' ? 'hadoop2' : 'hadoop3'
}

function checkBelongs(context: InfrastructureContext): void {
  for (const key of Object.keys(BELONGS) as (keyof typeof BELONGS)[]) {
    const allowed = BELONGS[key]
    if (context.aws[key] === undefined || allowed.includes(context.deployment)) continue
    refuse(context, 'SPEC_OTHER_DEPLOYMENT', [key], {
      message: `aws.${key} belongs to ${allowed.join(' and ')}, and the deployment is ${context.deployment}`,
      found: key,
      expected: `${key} with deployment: ${allowed.join(' or ')}`,
      next: `remove ${key}, or change deployment`,
      at: 'key',
    })
  }
}

/** AWS lays fifty on a thing at most; some are Howdah's own. */
const TAG_LIMIT = 40

function resolveTags(context: InfrastructureContext): Readonly<Record<string, string>> {
  const tags = asTexts(context.aws.tags)
  const wrong = (key: string, value: string): string | undefined => {
    if (/^aws:/i.test(key)) return 'begins with aws:, which AWS keeps to itself'
    if (key === '' || key.length > 128) return 'is not 1 to 128 characters long'
    return value.length > 256 ? 'has a value of more than 256 characters' : undefined
  }
  for (const [key, value] of Object.entries(tags)) {
    const what = wrong(key, value)
    if (what === undefined) continue
    refuse(context, 'SPEC_TAG', ['tags', key], {
      message: `the tag ${JSON.stringify(key.slice(0, 40))} ${what}`,
      expected: 'a key of 1 to 128 characters that does not begin with aws:, a value of at most 256',
      at: 'key',
    })
  }
  if (Object.keys(tags).length > TAG_LIMIT) {
    refuse(context, 'SPEC_TAG', ['tags'], {
      message: `there are ${Object.keys(tags).length} tags`,
      expected: `at most ${TAG_LIMIT}, so that Howdah's own fit under AWS's limit of 50`,
      at: 'key',
    })
  }
  return tags
}

/** An existing key must be in the region of the deployment: services refuse others. */
function resolveKey(context: InfrastructureContext): string | undefined {
  const { key, region } = context.aws
  const keyRegion = key?.startsWith('arn:') === true ? key.split(':')[3] : region
  if (key !== undefined && keyRegion !== region) {
    refuse(context, 'SPEC_KEY_REGION', ['key'], {
      message: `the key is in ${keyRegion}, and the deployment is in ${region}`,
      found: key,
      expected: `a key in ${region}`,
      next: `aws kms list-aliases --region ${region} lists the keys that have an alias`,
    })
  }
  return key
}

function resolveOperators(context: InfrastructureContext): readonly string[] {
  const ranges = context.aws.operators ?? []
  for (const [i, range] of ranges.entries()) {
    if (!checkCidr(context, ['operators', i], range) || !range.endsWith('/0')) continue
    refuse(context, 'SPEC_OPEN_TO_ALL', ['operators', i], {
      message: `${range} opens SSH to the whole internet`,
      found: range,
      expected: 'the addresses of users, such as 203.0.113.7/32',
      next: 'write your own range, or leave operators out and log in through SSM',
    })
  }
  return ranges
}

function checkWhole(context: InfrastructureContext, infrastructure: Infrastructure): void {
  checkName(context)
  checkZones(context, infrastructure)
  checkSubnets(context, infrastructure)
  warnOfNoInternet(context, infrastructure)
  const { api, insights } = infrastructure
  if (api !== undefined && api.domain === insights?.domain) {
    refuse(context, 'SPEC_DOMAIN', ['insights', 'domain'], {
      message: `${api.domain} is the name of both api and insights`,
      found: api.domain,
      expected: 'two names',
    })
  }
  if (infrastructure.keyPair.kind === 'none' && infrastructure.operators.length > 0) {
    notUsed(context, ['operators'], 'there is no keyPair to log in with', 'add keyPair, or remove operators')
  }
  if (
    infrastructure.keyPair.kind === 'none' &&
    (infrastructure.fleet !== undefined || infrastructure.server !== undefined)
  ) {
    const what =
      'without aws.keyPair no SSH key is on the hosts, and `howdah bootstrap` comes by SSH; add keyPair'
    warn(context, ['deployment'], what)
  }
}

/** The name goes into names that AWS restricts: load balancers, identifiers of RDS, buckets. */
function checkName(context: InfrastructureContext): void {
  const { name } = context
  const wrong = name.includes('--')
    ? 'has two dashes side by side'
    : name.endsWith('-')
      ? 'ends with a dash'
      : name.startsWith('internal-')
        ? 'begins with internal-'
        : undefined
  if (wrong === undefined) return
  context.problems.add({
    code: 'SPEC_AWS_NAME',
    path: ['name'],
    message: `${name} ${wrong}, which AWS refuses in names of load balancers, databases or buckets`,
    found: name,
    expected: 'single dashes inside, and no internal- in front',
  })
}

function checkZones(context: InfrastructureContext, infrastructure: Infrastructure): void {
  if (infrastructure.zones.length >= 2 || infrastructure.network.kind !== 'own') return
  const wants = wantsTwo(infrastructure)
  if (wants === undefined) return
  refuse(context, 'SPEC_ONE_ZONE', ['zones'], {
    message: `${wants} needs subnets in two zones, and there is one`,
    found: infrastructure.zones.join(', '),
    expected: 'two zones or more',
    next: 'add a zone',
  })
}

function wantsTwo({ resultStore, api, insights }: Infrastructure): string | undefined {
  if (resultStore?.kind === 'rds') return 'the result store on RDS'
  return api === undefined && insights === undefined ? undefined : 'a load balancer'
}

/** How many subnets of each kind a VPC that is there must have. */
function checkSubnets(context: InfrastructureContext, infrastructure: Infrastructure): void {
  const { network } = infrastructure
  if (network.kind === 'own') return
  const two = wantsTwo(infrastructure) !== undefined
  const balancer = [infrastructure.api, infrastructure.insights].some((app) => app?.internal === false)
  const open = infrastructure.emr?.subnets === 'public' || infrastructure.server !== undefined
  const closed = infrastructure.emr?.subnets === 'private' || infrastructure.scheduler !== undefined
  const needs = { public: balancer ? 2 : open ? 1 : 0, private: two ? 2 : closed ? 1 : 0 }
  for (const kind of ['public', 'private'] as const) checkSubnetsOf(context, network, kind, needs[kind])
}

function checkSubnetsOf(
  context: InfrastructureContext,
  network: Exclude<InfrastructureNetwork, { kind: 'own' }>,
  kind: 'public' | 'private',
  needed: number,
): void {
  const key = network.kind === 'existing' ? (`${kind}Subnets` as const) : (`${kind}SubnetTags` as const)
  const subnets =
    network.kind === 'existing' ? network[`${kind}SubnetIds`] : Object.keys(network[`${kind}SubnetTags`])
  // The number of subnets that tags will find is not known here. All that can be checked is that there are tags.
  const least = network.kind === 'existing' ? needed : Math.min(needed, 1)
  if (subnets.length >= least) return
  refuse(context, 'SPEC_SUBNETS', ['network', 'vpc', key], {
    message: `aws.network.vpc.${key} ${subnets.length === 0 ? 'is missing' : 'names one subnet'}: ${context.deployment} needs ${least === 1 ? 'one' : 'two in two zones'}`,
    found: String(subnets.length),
    expected: `${least} or more`,
    next: `add ${subnets.length === 0 ? key : 'a subnet'}`,
  })
}
