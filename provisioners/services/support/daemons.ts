import { CATALOG, type Daemon, processOf, unitOf } from '../../catalog/index.ts'
import { hostsWith } from '../../config/placed.ts'
import type { Cluster } from '../../config/types.ts'
import { generationOf } from './generation.ts'

/** The entries of the catalogue about daemons, in the forms that services need. */

/** Id of a daemon's unit among the resources of its host. */
export const unitId = (daemon: Daemon): string => `unit:${unitOf(daemon)}`

/** Refs of a daemon's unit on every host that has it, for `after` on any host. */
export const unitRefs = (cluster: Cluster, daemon: Daemon): readonly string[] =>
  hostsWith(cluster, daemon).map(({ name }) => `${name}!${unitId(daemon)}`)

/** The account that a daemon runs as. Throws for a daemon without one: a bug of the caller. */
export function accountOf(daemon: Daemon): string {
  const { account } = CATALOG[daemon]
  if (account !== undefined) return account
  throw new Error(`${daemon} has no account`)
}

/** Directory of a daemon's log, and the log. */
export function logOf(
  { directories }: Cluster,
  daemon: Daemon,
): { readonly dir: string; readonly file: string } {
  const file = `${directories.logs}/${processOf(daemon).log}`
  return { dir: file.slice(0, file.lastIndexOf('/')), file }
}

/** Hadoop's files of properties that a daemon reads at its start, in this generation. */
export function hadoopFilesOf(cluster: Cluster, daemon: Daemon): readonly string[] {
  const { sites } = generationOf(cluster)
  return processOf(daemon)
    .configuration.filter((name) => sites.includes(name))
    .map((name) => `${name}.xml`)
}

/** The command that shows the last lines of a daemon's journal. */
export const journalOf = (daemon: Daemon): string => `journalctl -u ${unitOf(daemon)} -n 50`
