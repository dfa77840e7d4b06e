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
 * The catalogue: one entry per daemon, and one per software. It is only data, and every folder may read it. Placement,
 * sizing, ports, units, accounts, checks and documents are derived from it. Code for services is in
 * `provisioners/services/`.
 */

export type * from './types.ts'
export { APPLICATION_MASTERS } from './yarn.ts'

/** Software of every cluster. The profiles have its versions. */
const CORE = { ...HDFS.software, ...HIVE.software, ...SQOOP.software } as const

/** Software of the clusters that have one of its daemons. */
const ADDED = { ...ZOOKEEPER.software } as const

/** The order in which a host's daemons are listed and get their memory. */
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

/** A daemon, or another role of a host. */
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

/** The default version and JDK of a software that only some clusters have. Throws for software of the profiles. */
export const standardOf = (name: SoftwareName): NonNullable<SoftwareEntry['standard']> => {
  const { standard } = SOFTWARE[name]
  if (standard) return standard
  throw new Error(`the profiles have the version of ${name}`)
}

export const titleOf = (name: SoftwareName): string => SOFTWARE[name].title

/** Files of properties that cluster.yml can change, by their keys, with their names on hosts. */
export const PROPERTY_FILES: Readonly<Record<string, string>> = Object.assign(
  {},
  ...SOFTWARE_NAMES.map((name) => SOFTWARE[name].properties),
)

/** The daemons that match a predicate, in the order of the catalogue. */
export const daemonsWhere = (holds: (entry: DaemonEntry, daemon: Daemon) => boolean): readonly Daemon[] =>
  DAEMONS.filter((daemon) => holds(CATALOG[daemon], daemon))

/** True when a generation has the daemon. */
export const isOf = (daemon: Daemon, generation: Generation): boolean =>
  CATALOG[daemon].generations?.includes(generation) ?? true

/** The software that must be installed for a daemon; undefined: Howdah unpacks nothing for it. */
export const softwareOf = (daemon: Daemon): SoftwareName | undefined =>
  CATALOG[daemon].software as SoftwareName | undefined

/** The process of a daemon. Throws for a daemon without one, such as `client`: a bug of the caller. */
export function processOf(daemon: Daemon): Process {
  const { process } = CATALOG[daemon]
  if (process) return process
  throw new Error(`${daemon} has no process of its own`)
}

/** Name of a daemon's unit, without `.service`. Throws for a daemon without one. */
export const unitOf = (daemon: Daemon): string => processOf(daemon).unit

/** Default number of a port in a generation. */
export const numberOf = ({ number }: Port, generation: Generation): number =>
  typeof number === 'number' ? number : number[generation]

/** Accounts that daemons run as, each once. */
export const accountsOf = (daemons: readonly Daemon[]): readonly string[] => [
  ...new Set(daemons.flatMap((daemon) => CATALOG[daemon].account ?? [])),
]
