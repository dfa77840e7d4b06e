import {
  CATALOG,
  type Daemon,
  daemonsWhere,
  SOFTWARE,
  type SoftwareName,
  softwareOf,
} from '../catalog/index.ts'
import type { Host } from './types.ts'

/**
 * Which hosts have which daemons. A daemon is asked for as a set of hosts; where one of them is enough, such as for an
 * address in a configuration file, `primaryOf` decides which.
 */

export const has = ({ daemons }: Pick<Host, 'daemons'>, daemon: Daemon): boolean => daemons.includes(daemon)

/** True when a host has one of the daemons. */
export const hasAny = (host: Pick<Host, 'daemons'>, daemons: readonly Daemon[]): boolean =>
  daemons.some((daemon) => has(host, daemon))

/** The hosts of a daemon, in the order of cluster.yml. */
export const hostsWith = <H extends Pick<Host, 'daemons'>>(
  { hosts }: { readonly hosts: readonly H[] },
  daemon: Daemon,
): readonly H[] => hosts.filter((host) => has(host, daemon))

/** The host that is asked where one of a daemon's hosts is enough: the first. Undefined when no host has it. */
export const primaryOf = <H extends Pick<Host, 'daemons'>>(
  cluster: { readonly hosts: readonly H[] },
  daemon: Daemon,
): H | undefined => hostsWith(cluster, daemon)[0]

const TASK_DAEMONS = daemonsWhere(({ runsTasks }) => runsTasks === true)
const STORING = daemonsWhere(({ usesDataDirs }) => usesDataDirs === true)

/** True when jobs run on a host: in containers of its NodeManager, or in slots of its TaskTracker. */
export const runsTasks = (host: Pick<Host, 'daemons'>): boolean => hasAny(host, TASK_DAEMONS)

/** True when one of these daemons uses the data disks of its host. */
export const usesDataDirs = (daemons: readonly Daemon[]): boolean => hasAny({ daemons }, STORING)

/** Software that must be on a host for the daemons that it has, and what that software needs in turn. */
export function softwareOn(host: Pick<Host, 'daemons'>): readonly SoftwareName[] {
  const own = host.daemons.flatMap((daemon) => softwareOf(daemon) ?? [])
  const needed = own.flatMap((name) => SOFTWARE[name].needs as readonly SoftwareName[])
  return [...new Set([...needed, ...own])]
}

/** True when the host has a daemon of Hadoop, Hive or Sqoop, or their commands: Hadoop's software is on it. */
export const isHadoopHost = (host: Pick<Host, 'daemons'>): boolean => softwareOn(host).includes('hadoop')

/** True when a daemon of the cluster runs on the host, or its commands are there; false for one with databases alone. */
export const isClusterHost = (host: Pick<Host, 'daemons'>): boolean =>
  softwareOn(host).length > 0 || host.daemons.some((daemon) => CATALOG[daemon].process !== undefined)
