import type { EmrFleet, EmrGroup, Infrastructure, InfrastructureApp } from '../infrastructure/types.ts'

/** Values of `aws` that Howdah filled in, by the path of the field in cluster.yml. */

const appFields = (
  app: 'api' | 'insights',
): Readonly<Record<string, (infrastructure: Infrastructure) => unknown>> =>
  Object.fromEntries(
    (['type', 'min', 'max', 'desired', 'port', 'healthPath', 'internal', 'allow', 'waf'] as const).map(
      (key: keyof InfrastructureApp) => [
        `${app}.${key}`,
        (infrastructure: Infrastructure) => infrastructure[app]?.[key],
      ],
    ),
  )

const ROLES = ['master', 'core', 'task'] as const

const groupFields: Readonly<Record<string, (infrastructure: Infrastructure) => unknown>> = Object.fromEntries(
  ROLES.flatMap((role) =>
    (['type', 'count', 'market', 'volumes'] as const).map((key: keyof EmrGroup) => [
      `emr.${role}.${key}`,
      ({ emr }: Infrastructure) => (emr?.capacity.kind === 'groups' ? emr.capacity[role]?.[key] : undefined),
    ]),
  ),
)

const FLEET_FIELDS: Readonly<Record<string, keyof EmrFleet>> = {
  onDemand: 'onDemandCapacity',
  spot: 'spotCapacity',
  types: 'types',
  onTimeout: 'onTimeout',
  timeoutMinutes: 'timeoutMinutes',
  allocation: 'allocation',
}

const fleetFields: Readonly<Record<string, (infrastructure: Infrastructure) => unknown>> = Object.fromEntries(
  ROLES.flatMap((role) =>
    Object.entries(FLEET_FIELDS).map(([name, key]) => [
      `emr.fleets.${role}.${name}`,
      ({ emr }: Infrastructure) => (emr?.capacity.kind === 'fleets' ? emr.capacity[role]?.[key] : undefined),
    ]),
  ),
)

const bucketName = ({ name, account }: Infrastructure['logs']): string =>
  account === true ? `${name}-<id of the account>` : name

const ofInfrastructure: Readonly<Record<string, (infrastructure: Infrastructure) => unknown>> = {
  zones: ({ zones }) => zones,
  tags: ({ tags }) => tags,
  'network.cidr': ({ network }) => network.cidr,
  'network.nat': ({ network }) => (network.kind === 'own' ? network.nat : undefined),
  'network.flowLogs': ({ network }) => (network.kind === 'own' ? network.flowLogs : undefined),
  'network.endpoints': ({ network }) => network.endpoints,
  'network.lms.port': ({ network }) => network.lms?.port,
  'keyPair.name': ({ keyPair }) => (keyPair.kind === 'none' ? undefined : keyPair.name),
  operators: ({ operators }) => operators,
  'buckets.logs.name': ({ logs }) => bucketName(logs),
  'buckets.configuration.name': ({ configuration }) => bucketName(configuration),
  'buckets.data': ({ dataBuckets }) => dataBuckets,
  'state.key': ({ state }) => (state.kind === 's3' ? state.key : undefined),
  'resultStore.kind': ({ resultStore }) => resultStore?.kind,
  'resultStore.engineVersion': ({ resultStore }) =>
    resultStore?.kind === 'rds' ? resultStore.engineVersion : undefined,
  'resultStore.instanceType': ({ resultStore }) => resultStore?.instanceType,
  'resultStore.storage': ({ resultStore }) => resultStore?.storageGb,
  'resultStore.maxStorage': ({ resultStore }) =>
    resultStore?.kind === 'rds' ? resultStore.maxStorageGb : undefined,
  'resultStore.database': ({ resultStore }) => resultStore?.database,
  'emr.release': ({ emr }) => emr?.release,
  'emr.applications': ({ emr }) => emr?.applications.map(({ name }) => name),
  'emr.subnets': ({ emr }) => emr?.subnets,
  'emr.sqoop': ({ emr }) => emr?.sqoop.kind,
  'emr.sqoop.version': ({ emr }) => emr?.sqoop.version,
  'emr.sqoop.tarball': ({ emr }) => (emr?.sqoop.kind === 'step' ? emr.sqoop.tarball : undefined),
  'emr.autoTermination': ({ emr }) => emr?.autoTerminationSeconds,
  'fleet.master.type': ({ fleet }) => fleet?.master.type,
  'fleet.workers.type': ({ fleet }) => fleet?.workers.type,
  'fleet.workers.count': ({ fleet }) => fleet?.workers.count,
  'fleet.placement': ({ fleet }) => fleet?.placement,
  'fleet.image': ({ fleet }) => fleet?.image,
  'fleet.sshUser': ({ fleet }) => fleet?.sshUser,
  'server.type': ({ server }) => server?.type,
  'server.image': ({ server }) => server?.image,
  'server.sshUser': ({ server }) => server?.sshUser,
  'scheduler.type': ({ scheduler }) => scheduler?.type,
  ...groupFields,
  ...fleetFields,
  ...appFields('api'),
  ...appFields('insights'),
}

/** The value of a field of `aws` after every default is filled in; undefined where there is no single one. */
export const infrastructureValue = (path: string, infrastructure: Infrastructure): unknown =>
  ofInfrastructure[path.replace(/^aws\./, '')]?.(infrastructure)
