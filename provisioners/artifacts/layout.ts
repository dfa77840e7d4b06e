import { HowdahError } from '../errors.ts'
import type { ArtifactName } from './types.ts'

export interface Layout {
  readonly fileName: string
  /** Path below a mirror, in Apache's own layout. */
  readonly layoutPath: string
  /** The one directory at the top of the tarball. */
  readonly root: string
}

/** Counts up whenever the content of the extras tarball changes. */
export const EXTRAS_VERSION = '2'

/** Sqoop's binaries carry the Hadoop they were built for in their name; 1.4.7 was built for 2.6.0 alone. */
const SQOOP_BUILDS: Readonly<Record<string, string>> = {
  '1.4.5': '2.0.4-alpha',
  '1.4.6': '2.0.4-alpha',
  '1.4.7': '2.6.0',
}

/**
 * Where a tarball stands in Apache's layout (the same on mirrors and on the archive).
 * @throws HowdahError ARTIFACT_VERSION when the version cannot be part of a path, or has no known build.
 */
export function layoutOf(name: Exclude<ArtifactName, 'jdk'>, version: string): Layout {
  if (!/^[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(version)) throw badVersion(name, version, 'such as 3.4.2')
  if (name === 'hadoop') return tarball('hadoop/common/', `hadoop-${version}`, `hadoop-${version}/`)
  if (name === 'hive') return tarball('hive/', `apache-hive-${version}-bin`, `hive-${version}/`)
  if (name === 'extras') return tarball('howdah/', `howdah-extras-${version}`, `extras-${version}/`)
  const build = SQOOP_BUILDS[version]
  if (build === undefined) throw badVersion(name, version, Object.keys(SQOOP_BUILDS).join(', '))
  return tarball('sqoop/', `sqoop-${version}.bin__hadoop-${build}`, `${version}/`)
}

function tarball(product: string, root: string, release: string): Layout {
  return { fileName: `${root}.tar.gz`, layoutPath: `${product}${release}${root}.tar.gz`, root }
}

function badVersion(name: string, version: string, expected: string): HowdahError {
  return new HowdahError({
    code: 'ARTIFACT_VERSION',
    exit: 'configuration',
    message: `${name} has no release that is called '${version}'`,
    found: version,
    expected,
    where: `versions.${name}`,
  })
}
