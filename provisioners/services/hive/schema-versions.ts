import { compareVersions } from '../../config/versions/matrix.ts'

/**
 * Versions that a metastore's schema can be of, since there are versions. Source: upgrade.order.mysql of Hive's
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

/** From here on every tarball holds the scripts that bring a schema forward, those out of Maven too. */
const UPGRADABLE_FROM = '1.2.0'

/** Versions that schematool may bring forward to this one; none where nothing is versioned. */
export const olderThan = (wanted: string): readonly string[] =>
  wanted === 'unversioned'
    ? []
    : VERSIONS.filter(
        (version) => compareVersions(version, UPGRADABLE_FROM) >= 0 && compareVersions(version, wanted) < 0,
      )

/** Versions that only a newer Hive understands. */
export const newerThan = (wanted: string): readonly string[] =>
  wanted === 'unversioned' ? VERSIONS : VERSIONS.filter((version) => compareVersions(version, wanted) > 0)
