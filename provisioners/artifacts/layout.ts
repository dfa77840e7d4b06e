import { SOFTWARE, type SoftwareName } from '../catalog/index.ts'
import { HowdahError } from '../errors.ts'
import type { ArtifactName } from './types.ts'

export interface Layout {
  readonly fileName: string
  /** Path below a mirror, in Apache's own layout. */
  readonly layoutPath: string
  /** The one directory at the top of the tarball. */
  readonly root: string
}

/** Increase it whenever the content of the extras tarball changes. */
export const EXTRAS_VERSION = '2'

/** Version of Python, and a number to increase whenever the content of its tarball changes. */
export const PYTHON_VERSION = '2.7.18-1'

/** The Hadoop in the names of Sqoop's tarballs, by the major version of the installed Hadoop. */
const SQOOP_BUILDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '1.4.5': { 1: '1.0.0', 2: '2.0.4-alpha' },
  '1.4.6': { 1: '1.0.0', 2: '2.0.4-alpha' },
  '1.4.7': { 1: '2.6.0', 2: '2.6.0' },
}

/**
 * The path of a tarball in Apache's layout (the same on mirrors and on the archive).
 * @param hadoop version of the installed Hadoop: Sqoop before 1.4.7 has a build for Hadoop 1 and one for later
 * versions, which is the default.
 * @throws HowdahError ARTIFACT_VERSION when the version cannot be part of a path, or has no known build.
 */
export function layoutOf(
  name: Exclude<ArtifactName, 'jdk' | 'pipeline'>,
  version: string,
  hadoop?: string,
): Layout {
  if (!/^[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(version)) throw badVersion(name, version, 'such as 3.4.2')
  if (name === 'hadoop') return tarball('hadoop/common/', `hadoop-${version}`, `hadoop-${version}/`)
  if (name === 'hive') return tarball('hive/', hiveRoot(version), `hive-${version}/`)
  if (name === 'extras') return tarball('howdah/', `howdah-extras-${version}`, `extras-${version}/`)
  if (name === 'python') return tarball('howdah/', `howdah-python-${version}-amd64`, `python-${version}/`)
  if (name !== 'sqoop') return ofCatalogue(name, version)
  const builds = SQOOP_BUILDS[version]
  if (builds === undefined) throw badVersion(name, version, Object.keys(SQOOP_BUILDS).join(', '))
  const build = builds[hadoopGeneration(hadoop) === '1' ? 1 : 2]
  return tarball('sqoop/', `sqoop-${version}.bin__hadoop-${build}`, `${version}/`)
}

/** Software whose names and folders on Apache's servers the catalogue has. */
function ofCatalogue(name: SoftwareName, version: string): Layout {
  const { tarball: place } = SOFTWARE[name]
  if (place === undefined) throw new Error(`the catalogue has no tarball of ${name}`)
  const [folder, root] = [place.folder, place.root].map((text) => text.replaceAll('VERSION', version))
  return tarball(`${folder}/`, root ?? '', '')
}

/** `1` for 1.2.1. */
export const hadoopGeneration = (version: string | undefined): string | undefined => version?.split('.')[0]

/** Hive's names begin with `apache-` since 0.13. */
const hiveRoot = (version: string): string =>
  /^0\.(\d|1[012])\./.test(version) ? `hive-${version}-bin` : `apache-hive-${version}-bin`

function tarball(product: string, root: string, release: string): Layout {
  return { fileName: `${root}.tar.gz`, layoutPath: `${product}${release}${root}.tar.gz`, root }
}

function badVersion(name: string, version: string, expected: string): HowdahError {
  return new HowdahError({
    code: 'ARTIFACT_VERSION',
    exit: 'configuration',
    message: `${name} has no release '${version}'`,
    found: version,
    expected,
    where: `versions.${name}`,
  })
}
