import type { JdkMajor } from '../types.ts'

/**
 * Builds of JDKs that Howdah fetches and checks alone. Debian 11 to 13 have no package of JDK 8, and the one of Debian
 * sid needs a newer C library than Debian 12 and Ubuntu 22.04 have; these run on all of them. Data only.
 */

/** A processor as `uname -m` names it. */
export type Processor = 'x86_64' | 'aarch64'

export interface JdkBuild {
  readonly major: JdkMajor
  readonly version: string
  readonly processor: Processor
  readonly url: string
  readonly sha256: string
}

const TEMURIN_8 = 'https://github.com/adoptium/temurin8-binaries/releases/download/jdk8u492-b09'

/**
 * Eclipse Temurin (GPL-2.0 with the Classpath Exception), of which the first of a version is the default. The checksums
 * are Adoptium's, as the official Docker images of the same release check them in their build.
 */
export const JDK_BUILDS: readonly JdkBuild[] = [
  {
    major: 8,
    version: '8u492-b09',
    processor: 'x86_64',
    url: `${TEMURIN_8}/OpenJDK8U-jdk_x64_linux_hotspot_8u492b09.tar.gz`,
    sha256: 'da257f161d7f8c6ca5b0e5d9e4090f65ac28c5e398072e68b8ae87988b1d1a2e',
  },
  {
    major: 8,
    version: '8u492-b09',
    processor: 'aarch64',
    url: `${TEMURIN_8}/OpenJDK8U-jdk_aarch64_linux_hotspot_8u492b09.tar.gz`,
    sha256: '3c2253b986909c20f79d6de7a0cb957f89c243df57615897836046e24d2e5257',
  },
]

/** The build that is installed where cluster.yml names none; undefined: the distribution's package. */
export const defaultBuild = (major: JdkMajor): JdkBuild | undefined =>
  JDK_BUILDS.find((build) => build.major === major)

/** The same build for another processor. */
export const buildFor = (major: JdkMajor, processor: Processor): JdkBuild | undefined =>
  JDK_BUILDS.find((build) => build.major === major && build.processor === processor)

/** The build whose file an address or a path names: a mirror's copy needs no checksum in cluster.yml. */
export const buildOfFile = (major: JdkMajor, address: string): JdkBuild | undefined =>
  JDK_BUILDS.find(
    ({ major: of, url }) => of === major && fileName(url) === fileName(address.split(/[?#]/)[0] ?? ''),
  )

const fileName = (address: string): string => address.split('/').at(-1) ?? ''
