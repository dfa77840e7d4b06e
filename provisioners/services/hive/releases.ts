import { inRange } from '../../config/versions/matrix.ts'

/** The differences between releases of Hive, as data. */

/** Since 2.0 Hive logs with log4j 2, before with log4j 1 (HIVE-11304). */
export const loggingFiles = (hive: string): readonly string[] =>
  inRange(hive, ['>=2.0'])
    ? ['hive-log4j2.properties']
    : ['hive-log4j.properties', 'hive-exec-log4j.properties']

/** Since 0.12 a release has schematool, and its schema has a version (HIVE-3764, HIVE-5301). */
export const hasSchemaTool = (hive: string): boolean => inRange(hive, ['>=0.12'])

/** HiveServer2 has a web page since 2.0 (HIVE-12338). */
export const hasServerPage = (hive: string): boolean => inRange(hive, ['>=2.0'])

/** Hive changes its schema only with a minor version; 3.1.1 to 3.1.3 still write 3.1.0. */
const SCHEMAS: readonly (readonly [readonly string[], string])[] = [
  [['<0.12'], 'unversioned'],
  [['>=1.0', '<1.1'], '0.14.0'],
  [['>=2.2', '<2.3'], '2.2.0'],
]

/**
 * Schema version that a Hive release needs in its metastore. `unversioned` before 0.12: DataNucleus creates tables when
 * it needs them, and the database has no version of them.
 */
export function schemaVersion(hive: string): string {
  const known = SCHEMAS.find(([range]) => inRange(hive, range))
  return known?.[1] ?? `${hive.split('.').slice(0, 2).join('.')}.0`
}

/** Properties that not every release of Hive has, with the releases that have them. */
const PROPERTY_RELEASES: Readonly<Record<string, readonly string[]>> = {
  'hive.execution.engine': ['>=0.13'],
  'hive.metastore.schema.verification': ['>=0.12'],
  'hive.server2.sleep.interval.between.start.attempts': ['>=2.3'],
  'hive.server2.logging.operation.log.location': ['>=0.14'],
  'hive.metastore.event.db.notification.api.auth': ['>=3.0'],
  'datanucleus.autoCreateSchema': ['<2.0'],
  'datanucleus.fixedDatastore': ['>=0.12', '<2.0'],
  'datanucleus.schema.autoCreateAll': ['>=2.0'],
}

/** The properties that this release has. */
export const knownTo = (
  hive: string,
  properties: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(properties).filter(([name]) => inRange(hive, PROPERTY_RELEASES[name] ?? [])),
  )
