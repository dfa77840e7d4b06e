/** Which cluster this is. Its id is drawn once; the mark on the host of the NameNode decides, so all operators have one. */

import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from '../config/types.ts'
import { FORMAT_RECORD } from '../services/hdfs/index.ts'
import type { Identity } from '../services/types.ts'
import { sh } from '../shell.ts'
import { ask } from './ask.ts'
import { lockHost } from './lock.ts'
import { makeOnce } from './make-once.ts'
import { MARK_FILE } from './mark.ts'
import type { Session } from './session.ts'

/** What a host reports about the cluster that it belongs to. */
export interface HostReport {
  readonly mark?: { readonly id: string; readonly name: string; readonly clusterId: string }
  /** The clusterID of a recorded format. */
  readonly formatted?: string
  /** The clusterIDs in the NameNode directories. */
  readonly versions: readonly string[]
}

/** What the state directory of this machine knows. */
export interface KnownId {
  readonly id: string
  /** A host had a mark with this id: the cluster exists. Without it the id was drawn for a first plan. */
  readonly seen: boolean
}

export interface IdentityInput {
  readonly cluster: Pick<Cluster, 'name' | 'clusterId'>
  /** The host of the NameNode. */
  readonly nameNode: string
  /** By host; only hosts that were read. */
  readonly reports: Readonly<Record<string, HostReport>>
  readonly known: KnownId
}

/**
 * The id of the cluster and the clusterID of its HDFS. Pure. A mark of the same name on the host of the NameNode wins
 * over an id that no host has, since another operator made the cluster. An id that a host had is never given up: a
 * namesake is another cluster. Without a mark an HDFS keeps its clusterID, also the `CID-<name>` of earlier versions.
 */
export function identityOf({ cluster, nameNode, reports, known }: IdentityInput): {
  readonly identity: Identity
  readonly known: KnownId
} {
  const marks = Object.values(reports).flatMap(({ mark }) => mark ?? [])
  const first = reports[nameNode]
  const heard = first === undefined ? marks : [first.mark].flatMap((mark) => mark ?? [])
  const namesake = heard.find(({ name }) => name === cluster.name)
  const id = known.seen || namesake === undefined ? known.id : namesake.id
  const ours = marks.filter((mark) => mark.id === id)
  const former = `CID-${cluster.name}`
  const clusterId =
    cluster.clusterId ??
    first?.formatted ??
    ours.find((mark) => mark.clusterId !== '')?.clusterId ??
    (first?.versions.includes(former) ? former : `CID-${id}`)
  return { identity: { id, clusterId }, known: { id, seen: known.seen || ours.length > 0 } }
}

/** The script that a host answers. It only reads. */
export const reportScript = (
  nameDirs: readonly string[],
  { mark, record }: { readonly mark: string; readonly record: string } = {
    mark: MARK_FILE,
    record: FORMAT_RECORD,
  },
): string =>
  [
    sh`if [ -f ${mark} ]; then sed -n 's/^\\(id\\|name\\|clusterId\\)=/mark.&/p' ${mark}; fi`,
    sh`if [ -f ${record} ]; then sed -n 's/.*"clusterId": *"\\([^"]*\\)".*/formatted=\\1/p' ${record}; fi`,
    ...nameDirs.map(
      (dir) =>
        sh`if [ -f ${`${dir}/current/VERSION`} ]; then sed -n 's/^clusterID=/version=/p' ${`${dir}/current/VERSION`}; fi`,
    ),
    '',
  ].join('\n')

/** Reads the answer to `reportScript`. */
export function parseReport(text: string): HostReport {
  const values = (key: string): string[] =>
    text.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))
  const [id = ''] = values('mark.id')
  const [name = ''] = values('mark.name')
  const [clusterId = ''] = values('mark.clusterId')
  const [formatted] = values('formatted')
  return {
    versions: values('version'),
    ...(id === '' ? {} : { mark: { id, name, clusterId } }),
    ...(formatted === undefined ? {} : { formatted }),
  }
}

const READ_MS = 60_000

async function readHosts({ cluster, transports, signal }: Session): Promise<Record<string, HostReport>> {
  const script = reportScript(cluster.directories.nameDirs)
  const read = Object.keys(transports).map(async (host): Promise<[string, HostReport]> => {
    const question = { title: 'the mark of the cluster', script, as: 'root', timeoutMs: READ_MS }
    const { stdout } = await ask(transports, host, { ...question, ...(signal && { signal }) })
    return [host, parseReport(stdout)]
  })
  return Object.fromEntries(await Promise.all(read))
}

const stateFile = (stateDir: string): string => join(stateDir, 'cluster-id')

const stateText = ({ id, seen }: KnownId): string => `${id}\n${seen ? 'seen\n' : ''}`

function readState(stateDir: string): KnownId | undefined {
  try {
    const [id = '', seen] = readFileSync(stateFile(stateDir), 'utf8').split('\n')
    return id === '' ? undefined : { id, seen: seen === 'seen' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

/** The id in the state directory; draws one when there is none. When two runs draw at once, both use the first. */
export function knownId(stateDir: string): KnownId {
  const known = readState(stateDir)
  if (known) return known
  const drawn: KnownId = { id: randomUUID(), seen: false }
  makeOnce(stateFile(stateDir), stateText(drawn))
  return readState(stateDir) ?? drawn
}

function keepId(stateDir: string, known: KnownId): void {
  const part = `${stateFile(stateDir)}.${process.pid}.part`
  writeFileSync(part, stateText(known), { mode: 0o600 })
  renameSync(part, stateFile(stateDir))
}

/** Asks the hosts which cluster this is. Changes no host. */
export async function identify(session: Session): Promise<Identity> {
  const { cluster } = session
  const known = knownId(cluster.stateDir)
  const reports = await readHosts(session)
  const found = identityOf({ cluster, nameNode: lockHost(cluster), reports, known })
  if (found.known.id !== known.id || found.known.seen !== known.seen) keepId(cluster.stateDir, found.known)
  return found.identity
}
