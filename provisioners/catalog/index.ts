import { APPLICATIONS, CLIENT } from './around.ts'
import { DATABASES } from './databases.ts'
import { HDFS } from './hdfs.ts'
import { HIVE } from './hive.ts'
import { MAPREDUCE1 } from './mapreduce1.ts'
import { SQOOP } from './sqoop.ts'
import type { DaemonEntry, Generation, Port, Process, SoftwareEntry } from './types.ts'
import { YARN } from './yarn.ts'
import { ZOOKEEPER } from './zookeeper.ts'

/**
 * The catalogue: one entry a daemon, and one a software. Data alone, which everything may read; placement, sizing,
 * ports, units, accounts, checks and documents are derived from it. What data cannot say is in
 * `provisioners/services/`.
 */

export type * from './types.ts'

/** Software of every cluster: the profiles say its versions. */
const CORE = { ...HDFS.software, ...HIVE.software, ...SQOOP.software } as const

/** Software of the clusters that have one of its daemons. */
const ADDED = { ...ZOOKEEPER.software } as const

/** In this order a host's daemons are listed and budgeted. */
const ENTRIES = {
  ...HDFS.daemons,
  ...YARN.daemons,
  ...MAPREDUCE1.daemons,
  ...HIVE.daemons,
  ...SQOOP.daemons,
  ...ZOOKEEPER.daemons,
  ...DATABASES.daemons,
  ...CLIENT.daemons,
  ...APPLICATIONS.daemons,
} as const

/** A daemon or a place that a host can hold. */
export type Daemon = keyof typeof ENTRIES

export type CoreSoftware = keyof typeof CORE
export type AddedSoftware = keyof typeof ADDED
export type SoftwareName = CoreSoftware | AddedSoftware

export const CATALOG: Readonly<Record<Daemon, DaemonEntry>> = ENTRIES

export const SOFTWARE: Readonly<Record<SoftwareName, SoftwareEntry>> = { ...CORE, ...ADDED }

const namesOf = <K extends string>(entries: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(entries) as K[]

export const CORE_SOFTWARE: readonly CoreSoftware[] = namesOf(CORE)
export const ADDED_SOFTWARE: readonly AddedSoftware[] = namesOf(ADDED)
export const SOFTWARE_NAMES: readonly SoftwareName[] = [...CORE_SOFTWARE, ...ADDED_SOFTWARE]

export const DAEMONS: readonly Daemon[] = namesOf(ENTRIES)

/** Version and JDK of a software that only some clusters have, if cluster.yml names none. */
export const standardOf = (name: SoftwareName): NonNullable<SoftwareEntry['standard']> => {
  const { standard } = SOFTWARE[name]
  if (standard) return standard
  throw new Error(`the profiles say the version of ${name}`)
}

export const titleOf = (name: SoftwareName): string => SOFTWARE[name].title

/** Files of properties that cluster.yml may add to, by their keys, with their names on hosts. */
export const PROPERTY_FILES: Readonly<Record<string, string>> = Object.assign(
  {},
  ...SOFTWARE_NAMES.map((name) => SOFTWARE[name].properties),
)

/** The daemons for which something holds, in the order of the catalogue. */
export const daemonsWhere = (holds: (entry: DaemonEntry, daemon: Daemon) => boolean): readonly Daemon[] =>
  DAEMONS.filter((daemon) => holds(CATALOG[daemon], daemon))

/** True when a generation has the daemon. */
export const isOf = (daemon: Daemon, generation: Generation): boolean =>
  CATALOG[daemon].generations?.includes(generation) ?? true

/** What must be installed for a daemon; undefined: nothing of ours. */
export const softwareOf = (daemon: Daemon): SoftwareName | undefined =>
  CATALOG[daemon].software as SoftwareName | undefined

/** The process of a daemon. Throws for one that has none, such as `client`: a bug of the caller. */
export function processOf(daemon: Daemon): Process {
  const { process } = CATALOG[daemon]
  if (process) return process
  throw new Error(`${daemon} has no process of its own`)
}

/** Name of a daemon's unit, without `.service`. Throws for one that has none. */
export const unitOf = (daemon: Daemon): string => processOf(daemon).unit

/** Default number of a port in a generation. */
export const numberOf = ({ number }: Port, generation: Generation): number =>
  typeof number === 'number' ? number : number[generation]

/** Accounts that daemons run as, each once. */
export const accountsOf = (daemons: readonly Daemon[]): readonly string[] => [
  ...new Set(daemons.flatMap((daemon) => CATALOG[daemon].account ?? [])),
]
