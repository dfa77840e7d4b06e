import { compareVersions } from '../../config/versions/matrix.ts'

/**
 * Versions of a metastore's schema, from the first release that has versions. Source: upgrade.order.mysql of Hive's
 * releases.
 */
const VERSIONS = [
  '0.12.0',
  '0.13.0',
  '0.14.0',
  '1.1.0',
  '1.2.0',
  '2.0.0',
  '2.1.0',
  '2.2.0',
  '2.3.0',
  '3.0.0',
  '3.1.0',
  '3.2.0',
  '4.0.0',
  '4.1.0',
  '4.2.0',
] as const

/** From here on every tarball has the scripts that upgrade a schema, also the tarballs from Maven. */
const UPGRADABLE_FROM = '1.2.0'

/** Versions that schematool can upgrade to this one; none for an unversioned schema. */
export const olderThan = (wanted: string): readonly string[] =>
  wanted === 'unversioned'
    ? []
    : VERSIONS.filter(
        (version) => compareVersions(version, UPGRADABLE_FROM) >= 0 && compareVersions(version, wanted) < 0,
      )

/** Versions that only a newer Hive can read. */
export const newerThan = (wanted: string): readonly string[] =>
  wanted === 'unversioned' ? VERSIONS : VERSIONS.filter((version) => compareVersions(version, wanted) > 0)
