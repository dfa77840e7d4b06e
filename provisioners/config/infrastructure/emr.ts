import { defined } from '../resolve/context.ts'
import type { EmrInput } from '../schema/emr.ts'
import { checkGate, type InfrastructureContext, inBounds, notUsed, refuse, shown, warn } from './context.ts'
import { resolveCapacity } from './emr-capacity.ts'
import { APPLICATIONS, applicationName, FEATURES } from './emr-gates.ts'
import { bringsSqoop, DEFAULT_RELEASE, EMR_RELEASES, LAST_WITH_SQOOP, releaseNumber } from './emr-releases.ts'
import { resolveBootstrap, resolveConfigurations, resolveSteps } from './emr-steps.ts'
import type { EmrSqoop, InfrastructureEmr } from './types.ts'

export function resolveEmr(context: InfrastructureContext): InfrastructureEmr {
  const input = context.aws.emr ?? {}
  const release = input.release ?? DEFAULT_RELEASE
  checkRelease(context, release)
  const applications = resolveApplications(context, input, release)
  checkFeatures(context, input, release)
  const subnets = input.subnets ?? 'public'
  checkManagedGroups(context, input, subnets)
  checkScaling(context, input)
  return defined({
    release,
    // Sqoop has a field of its own, so that it is said once.
    applications: applications.filter(({ name }) => !isSqoop(name)),
    capacity: resolveCapacity(context, input),
    subnets,
    configurations: resolveConfigurations(context, input.configurations),
    bootstrapActions: resolveBootstrap(context, input.bootstrapActions),
    steps: resolveSteps(context, input.steps),
    sqoop: resolveSqoop(context, input, release),
    security: defined({
      atRest: input.security?.atRest ?? true,
      s3: s3Encryption(context, input),
      inTransitCertificates: input.security?.inTransitCertificates,
    }),
    managedScaling: input.managedScaling && defined(input.managedScaling),
    autoTerminationSeconds: autoTermination(context, input.autoTermination),
    terminationProtection: input.terminationProtection ?? false,
    rootVolumeGb: input.rootVolume,
    stepConcurrency: input.stepConcurrency ?? 1,
    additionalSecurityGroups: {
      master: input.additionalSecurityGroups?.master ?? [],
      core: input.additionalSecurityGroups?.core ?? [],
    },
    managedSecurityGroups: input.managedSecurityGroups && defined(input.managedSecurityGroups),
    serviceRole: input.serviceRole,
    instanceProfile: input.instanceProfile,
  })
}

function s3Encryption(context: InfrastructureContext, { security }: EmrInput): 'sse-s3' | undefined {
  if (security?.s3 !== undefined && security.atRest === false)
    notUsed(context, ['emr', 'security', 's3'], 'atRest is false', 'remove s3, or atRest: false')
  return security?.s3 === 'sse-s3' ? 'sse-s3' : undefined
}

const DEFAULT_APPLICATIONS = ['Hadoop', 'Hive']

const isSqoop = (name: string): boolean => /^sqoop(-sandbox)?$/i.test(name)

const resolveApplications = (
  context: InfrastructureContext,
  input: EmrInput,
  release: string,
): InfrastructureEmr['applications'] =>
  (input.applications ?? DEFAULT_APPLICATIONS).map((one, i) => {
    const { name, args = [] } = typeof one === 'string' ? { name: one } : one
    const path = ['emr', 'applications', i, ...(typeof one === 'string' ? [] : ['name'])]
    // EMR takes any case and reports its own, and Terraform replaces the cluster for the difference.
    const known = applicationName(name)
    if (known === undefined)
      warn(context, path, `${name} is not an application that Howdah knows; EMR refuses what a release lacks`)
    else checkGate(context, path, { release, what: known, gate: APPLICATIONS[known] })
    return { name: known ?? name, args: args.map(String) }
  })

/** Parts of aws.emr that the release must have. A cluster of Howdah's always has a security configuration. */
function checkFeatures(context: InfrastructureContext, input: EmrInput, release: string): void {
  checkGate(context, ['emr', 'release'], { release, what: 'security configuration', gate: FEATURES.security })
  for (const feature of ['managedScaling', 'autoTermination', 'stepConcurrency', 'fleets'] as const) {
    if (input[feature] === undefined || input[feature] === 1) continue
    checkGate(context, ['emr', feature], { release, what: feature, gate: FEATURES[feature] })
  }
}

function checkRelease(context: InfrastructureContext, release: string): void {
  const path = ['emr', 'release']
  if (/^(ami-)?[23]\.\d+(\.\d+)?$/.test(release)) {
    refuse(context, 'SPEC_AMI_VERSION', path, {
      message: `${release} is a version of EMR's old images, which no cluster can be made with since 2023-12-04`,
      found: release,
      expected: 'a release label',
      next: `write release: ${DEFAULT_RELEASE}; howdah emr translate turns a whole old file into today's form`,
    })
    return
  }
  if (releaseNumber(release) === undefined) {
    refuse(context, 'SPEC_RELEASE', path, {
      message: `${shown(path)} is ${JSON.stringify(release)}, which is not a release label`,
      found: release,
      expected: `emr-, then three numbers, such as ${DEFAULT_RELEASE}`,
      next: /^\d+\.\d+\.\d+$/.test(release) ? `write emr-${release}` : `write ${DEFAULT_RELEASE}`,
    })
    return
  }
  const known = EMR_RELEASES[release]
  if (known === undefined) {
    warn(
      context,
      path,
      `${release} is not in Howdah's table of releases; its applications and versions are not known`,
    )
  } else if (known.supportedUntil !== undefined && known.supportedUntil < context.today) {
    warn(
      context,
      path,
      `standard support of ${release} ended on ${known.supportedUntil}; ${DEFAULT_RELEASE} is supported`,
    )
  }
}

/** Of MySQL Connector/J 8.4.0 as Maven Central has it, and of Sqoop's tarball as Apache's archive has it. */
const SQOOP_DEFAULTS = {
  version: '1.4.7',
  tarball: 'https://archive.apache.org/dist/sqoop/1.4.7/sqoop-1.4.7.bin__hadoop-2.6.0.tar.gz',
  // Apache publishes no SHA-512 of this old release, so what is known is the SHA-256.
  sha512: '',
  sha256: '64111b136dbadcb873ce17e09201f723d4aea81e5e7c843e400eb817bb26f235',
  driver: 'https://repo1.maven.org/maven2/com/mysql/mysql-connector-j/8.4.0/mysql-connector-j-8.4.0.jar',
  driverSha256: 'd77962877d010777cff997015da90ee689f0f4bb76848340e1488f2b83332af5',
} as const

function resolveSqoop(context: InfrastructureContext, input: EmrInput, release: string): EmrSqoop {
  const wanted = input.sqoop
  const listed = (input.applications ?? []).findIndex((one) =>
    isSqoop(typeof one === 'string' ? one : one.name),
  )
  const brings = bringsSqoop(release)
  if (listed >= 0 && !brings) {
    refuse(context, 'SPEC_NO_SQOOP', ['emr', 'applications', listed], {
      message: `${release} has no application Sqoop: ${LAST_WITH_SQOOP} was the last that brought it`,
      found: 'Sqoop',
      expected: "applications of the release; Sqoop comes by a step of Howdah's",
      next: 'remove it from applications',
    })
  }
  if (wanted === 'none') {
    if (listed >= 0) {
      refuse(context, 'SPEC_SQOOP_TWICE', ['emr', 'sqoop'], {
        message: 'Sqoop is among the applications, and aws.emr.sqoop is none',
        found: 'none',
        expected: 'one of the two',
        next: 'remove sqoop: none, or Sqoop from applications',
      })
    }
    return { kind: 'none', ...SQOOP_DEFAULTS }
  }
  checkSqoop(context, wanted)
  if (wanted?.tarball === undefined) {
    return defined({
      kind: brings ? ('application' as const) : ('step' as const),
      ...SQOOP_DEFAULTS,
      ...driverOf(wanted),
    })
  }
  return defined({
    kind: 'step' as const,
    version: wanted.version ?? SQOOP_DEFAULTS.version,
    tarball: wanted.tarball,
    sha512: wanted.sha512 ?? '',
    sha256: wanted.sha256,
    driver: SQOOP_DEFAULTS.driver,
    driverSha256: SQOOP_DEFAULTS.driverSha256,
    ...driverOf(wanted),
  })
}

type SqoopInput = Exclude<EmrInput['sqoop'], 'none'>

const driverOf = (wanted: SqoopInput): { driver?: string; driverSha256?: string } =>
  defined({ driver: wanted?.driver, driverSha256: wanted?.driverSha256 })

/** Nothing is unpacked that was not checked, so an address needs its checksum. */
function checkSqoop(context: InfrastructureContext, wanted: SqoopInput): void {
  const path = ['emr', 'sqoop']
  const summed = wanted?.sha512 !== undefined || wanted?.sha256 !== undefined
  if (wanted?.tarball !== undefined && !summed) {
    refuse(context, 'SPEC_CHECKSUM', [...path, 'tarball'], {
      message: 'aws.emr.sqoop.tarball has no checksum',
      expected: 'sha512 or sha256 beside it',
      next: 'add sha512: sha512sum of the tarball prints it',
      at: 'key',
    })
  }
  if (wanted?.tarball === undefined && summed) {
    const key = wanted?.sha512 === undefined ? 'sha256' : 'sha512'
    notUsed(context, [...path, key], 'there is no tarball to check with it', `add tarball, or remove ${key}`)
  }
  if (
    wanted?.tarball === undefined &&
    wanted?.version !== undefined &&
    wanted.version !== SQOOP_DEFAULTS.version
  ) {
    refuse(context, 'SPEC_CHECKSUM', [...path, 'version'], {
      message: `where Sqoop ${wanted.version} is, and its checksum, is not known`,
      found: wanted.version,
      expected: `${SQOOP_DEFAULTS.version}, or tarball and sha512`,
      next: 'add tarball and sha512',
    })
  }
  if ((wanted?.driver === undefined) !== (wanted?.driverSha256 === undefined)) {
    const [key, other] =
      wanted?.driver === undefined
        ? (['driverSha256', 'driver'] as const)
        : (['driver', 'driverSha256'] as const)
    refuse(context, 'SPEC_CHECKSUM', [...path, key], {
      message: `aws.emr.sqoop has ${key} and no ${other}`,
      expected: 'both, or neither',
      next: `add ${other}`,
      at: 'key',
    })
  }
}

function checkManagedGroups(
  context: InfrastructureContext,
  input: EmrInput,
  subnets: 'public' | 'private',
): void {
  const groups = input.managedSecurityGroups
  if (groups === undefined) return
  const path = ['emr', 'managedSecurityGroups']
  if (subnets === 'private' && groups.service === undefined) {
    refuse(context, 'SPEC_MISSING_KEY', path, {
      message: `${shown([...path, 'service'])} is missing: in private subnets EMR reaches the master through it`,
      expected: 'the service access group',
      next: 'add service',
    })
  }
  if (subnets === 'public' && groups.service !== undefined) {
    notUsed(context, [...path, 'service'], 'EMR uses it in private subnets only', 'remove service')
  }
}

function checkScaling(context: InfrastructureContext, input: EmrInput): void {
  const scaling = input.managedScaling
  if (scaling === undefined) return
  for (const key of ['min', 'maxCore', 'maxOnDemand'] as const) {
    const value = scaling[key]
    if (value === undefined || value <= scaling.max) continue
    refuse(context, 'SPEC_OUT_OF_BOUNDS', ['emr', 'managedScaling', key], {
      message: `${shown(['emr', 'managedScaling', key])} is ${value}, and max is ${scaling.max}`,
      found: String(value),
      expected: `at most ${scaling.max}`,
    })
  }
}

const SECONDS: Readonly<Record<string, number>> = { d: 86400, h: 3600, m: 60, s: 1 }

/** '1h30m' or 5400 → 5400. */
function autoTermination(
  context: InfrastructureContext,
  input: EmrInput['autoTermination'],
): number | undefined {
  if (input === undefined) return undefined
  const path = ['emr', 'autoTermination']
  const text = String(input)
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : /^(\d+[dhms])+$/.test(text)
      ? [...text.matchAll(/(\d+)([dhms])/g)].reduce(
          (sum, [, n, unit = '']) => sum + Number(n) * (SECONDS[unit] ?? 0),
          0,
        )
      : undefined
  if (seconds === undefined) {
    refuse(context, 'SPEC_INVALID_VALUE', path, {
      message: `aws.emr.autoTermination is ${JSON.stringify(text)}`,
      found: text,
      expected: 'a duration such as 2h, 90m or 1h30m, or a number of seconds',
    })
    return undefined
  }
  inBounds(context, path, seconds, [60, 604800], 'seconds (1 minute to 7 days)')
  if (!context.large) {
    warn(
      context,
      path,
      'the master holds the result store, Insights and the scheduler, and they end with the cluster when it is idle',
    )
  }
  return seconds
}
