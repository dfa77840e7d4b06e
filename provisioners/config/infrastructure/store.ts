import { defined } from '../resolve/context.ts'
import { checkInstanceType, type InfrastructureContext, inBounds, notUsed, refuse, shown } from './context.ts'
import type { InfrastructureDatabase } from './types.ts'

/** The result store of a large deployment. */

const DEFAULT_ENGINE = '8.4'

/** What only a managed server has. */
const RDS_ONLY = [
  'engineVersion',
  'majorUpgrade',
  'maxStorage',
  'multiAz',
  'backupDays',
  'deletionProtection',
  'charset',
  'requireTls',
] as const

const DEFAULTS = {
  engineVersion: DEFAULT_ENGINE,
  storageGb: 100,
  backupDays: 14,
  database: 'reports',
  charset: 'utf8mb4',
  requireTls: true,
} as const

export function resolveStore(context: InfrastructureContext): InfrastructureDatabase {
  const { storage, maxStorage, majorUpgrade, ...input } = context.aws.resultStore ?? {}
  const kind = input.kind ?? (context.deployment === 'large-emr' ? 'rds' : 'host')
  const rds = kind === 'rds'
  if (!rds && context.deployment === 'large-emr') {
    refuse(context, 'SPEC_OTHER_DEPLOYMENT', ['resultStore', 'kind'], {
      message: 'large-emr has its result store on RDS: no host of it is for `howdah bootstrap`',
      found: 'host',
      expected: 'rds, or host with deployment: large-hadoop',
      next: 'write kind: rds',
    })
  }
  const storageGb = storage ?? DEFAULTS.storageGb
  const ofKind = { instanceType: rds ? 'db.m7g.large' : 'm7i.large', multiAz: rds, deletionProtection: rds }
  const store: InfrastructureDatabase = {
    ...DEFAULTS,
    ...ofKind,
    ...defined(input),
    kind,
    engineVersion: String(input.engineVersion ?? DEFAULT_ENGINE),
    storageGb,
    maxStorageGb: maxStorage ?? Math.min(storageGb * 5, 65536),
    ...(rds && majorUpgrade !== undefined ? { majorUpgrade: true } : {}),
  }
  checkInstanceType(context, ['resultStore', 'instanceType'], store.instanceType, rds ? 'rds' : 'ec2')
  checkEngine(context, store.engineVersion)
  if (rds && majorUpgrade !== undefined) checkUpgrade(context, String(majorUpgrade), store.engineVersion)
  if (rds) checkStorage(context, storageGb)
  else refuseManaged(context)
  return store
}

function refuseManaged(context: InfrastructureContext): void {
  for (const key of RDS_ONLY) {
    if (context.aws.resultStore?.[key] === undefined) continue
    const where = key === 'charset' ? 'write it in resultStore.charset at the top level' : `remove ${key}`
    const next = `${where}, or write kind: rds`
    notUsed(context, ['resultStore', key], 'the result store is a host, not RDS', next)
  }
}

const GONE: readonly (readonly [RegExp, string])[] = [
  [/^5\./, 'RDS has no MySQL 5 any more, but under paid Extended Support'],
  [
    /^8\.0(\.|$)/,
    'MySQL 8.0 left standard support of RDS on 2026-07-31: from then on it costs Extended Support, which Howdah refuses',
  ],
]

function checkEngine(context: InfrastructureContext, version: string): void {
  const path = ['resultStore', 'engineVersion']
  const gone = GONE.find(([pattern]) => pattern.test(version))
  if (gone !== undefined) {
    refuse(context, 'SPEC_ENGINE_VERSION', path, {
      message: `${shown(path)} is ${version}: ${gone[1]}`,
      found: version,
      expected: '8.4 or 9.7',
      next: `write engineVersion: '${DEFAULT_ENGINE}'`,
    })
  } else if (!/^(8\.4|9\.7)(\.\d{1,3})?$/.test(version)) {
    refuse(context, 'SPEC_ENGINE_VERSION', path, {
      message: `${shown(path)} is ${version}, which is not a version of MySQL that Howdah knows on RDS`,
      found: version,
      expected: '8.4 or 9.7, or one of them in full, such as 8.4.10',
      next: `write engineVersion: '${DEFAULT_ENGINE}'`,
    })
  }
}

/** An upgrade is asked for by the version that it leads to, so that the line has no effect on the next one. */
function checkUpgrade(context: InfrastructureContext, upgrade: string, version: string): void {
  const series = version.split('.').slice(0, 2).join('.')
  if (upgrade === series) return
  refuse(context, 'SPEC_ENGINE_VERSION', ['resultStore', 'majorUpgrade'], {
    message: `aws.resultStore.majorUpgrade is ${upgrade}, and engineVersion is ${version}`,
    found: upgrade,
    expected: series,
    next: `write majorUpgrade: '${series}', or remove it`,
  })
}

function checkStorage(context: InfrastructureContext, storageGb: number): void {
  const most = context.aws.resultStore?.maxStorage
  // RDS takes gp3 from 20 GB up for MySQL.
  inBounds(context, ['resultStore', 'storage'], storageGb, [20, 65536], 'GB')
  if (most === undefined || most > storageGb) return
  refuse(context, 'SPEC_OUT_OF_BOUNDS', ['resultStore', 'maxStorage'], {
    message: `aws.resultStore.maxStorage is ${most}, and storage begins with ${storageGb}`,
    found: String(most),
    expected: `more than ${storageGb}`,
    next: 'write a larger number, or leave maxStorage out',
  })
}
