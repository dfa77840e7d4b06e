import type { Generation, JavaUser, JdkMajor } from '../types.ts'
import type { Component } from './rules.ts'

/** Sets of versions that were certified together: bootstrapped on real hosts and verified from end to end. */

export const PROFILE_NAMES = ['seed', 'classic', 'legacy', 'stable', 'modern'] as const
export type ProfileName = (typeof PROFILE_NAMES)[number]

export interface Profile {
  readonly versions: Readonly<Record<Component, string>>
  readonly java: Readonly<Record<JavaUser, JdkMajor>>
  /** The daemon that accepts jobs. Its host is the master. */
  readonly master: 'JobTracker' | 'ResourceManager'
  readonly text: string
}

const ON_8 = { hadoop: 8, hive: 8, sqoop: 8 } as const

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  seed: {
    versions: { hadoop: '1.2.1', hive: '0.11.0', sqoop: '1.4.5' },
    java: ON_8,
    master: 'JobTracker',
    text: "what edX's guide was written for",
  },
  classic: {
    versions: { hadoop: '1.2.1', hive: '1.2.2', sqoop: '1.4.6' },
    java: ON_8,
    master: 'JobTracker',
    text: 'the last releases that run on Hadoop 1',
  },
  legacy: {
    versions: { hadoop: '2.10.2', hive: '2.3.9', sqoop: '1.4.7' },
    java: ON_8,
    master: 'ResourceManager',
    text: 'the last releases of Hadoop 2 and of Hive for it',
  },
  stable: {
    versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
    java: ON_8,
    master: 'ResourceManager',
    text: 'Hadoop 3, all of it on Java 8',
  },
  modern: {
    versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
    java: { hadoop: 17, hive: 8, sqoop: 8 },
    master: 'ResourceManager',
    text: 'Hadoop 3 on Java 17; Hive and Sqoop keep Java 8, which they need',
  },
}

export const DEFAULT_PROFILE: ProfileName = 'stable'

/** The generation of a Hadoop release, by its first number; a later one is treated like 3. */
export function generationOf(hadoop: string): Generation {
  const major = Number(hadoop.split('.')[0])
  if (major <= 1) return 'hadoop1'
  return major === 2 ? 'hadoop2' : 'hadoop3'
}

/** The defaults for a Hadoop release without a profile: the newest certified set of its generation on Java 8. */
export const profileFor = (hadoop: string): ProfileName =>
  (({ hadoop1: 'classic', hadoop2: 'legacy', hadoop3: 'stable' }) as const)[generationOf(hadoop)]

/** The profile with exactly these versions and JDKs; undefined when they were not certified together. */
export const certifiedAs = (
  versions: Readonly<Record<Component, string>>,
  java: Readonly<Record<JavaUser, JdkMajor>>,
): ProfileName | undefined =>
  PROFILE_NAMES.find((name) => {
    const profile = PROFILES[name]
    return (Object.keys(profile.versions) as Component[]).every(
      (part) => profile.versions[part] === versions[part] && profile.java[part] === java[part],
    )
  })
