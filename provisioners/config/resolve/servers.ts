import type { Path } from '../document/document.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { DatabaseServer } from '../types.ts'
import type { ResolveContext } from './context.ts'

/** The three database sections, and the daemon that each one places. */
export const SECTIONS = [
  ['metastore', 'metastore-database'],
  ['resultStore', 'result-store'],
  ['lms', 'lms-database'],
] as const
export type Section = (typeof SECTIONS)[number][0]
export type ServerInput = Pick<
  NonNullable<ClusterInput['metastore']>,
  'host' | 'external' | 'flavor' | 'port' | 'tls'
>

/** Returns the host where a database daemon was placed. */
export type PlaceOf = (daemon: (typeof SECTIONS)[number][1]) => string | undefined

/** Settings of the server on a host, whichever section has them. */
export type OnHost = Pick<Extract<DatabaseServer, { kind: 'host' }>, 'flavor' | 'tls'>

interface Choice {
  readonly section: Section
  readonly host: string
  readonly first: string
  readonly firstSection: Section
  readonly found: string
}

/** How two choices for one server are refused. */
const CLASHES = {
  flavor: {
    code: 'SPEC_TWO_FLAVORS',
    message: ({ host, first, firstSection, found, section }: Choice) =>
      `${host} would run ${first} for ${firstSection} and ${found} for ${section}, and the two can't be installed together`,
  },
  tls: {
    code: 'SPEC_TWO_TLS',
    message: ({ host, first, firstSection, found, section }: Choice) =>
      `${host} runs one database server, and TLS is ${first} for ${firstSection} and ${found} for ${section}`,
  },
} as const

/** One host runs one server. The choice of one section holds for all sections on that host; two choices are an error. */
export function chosenOnHosts(
  input: ClusterInput,
  at: PlaceOf,
  context: ResolveContext,
): (host: string) => OnHost {
  const flavors = byHost('flavor', input, at, context)
  const tls = byHost('tls', input, at, context)
  return (host) => ({ flavor: flavors.get(host) ?? 'mariadb', tls: tls.get(host) ?? 'preferred' })
}

function byHost<K extends keyof OnHost>(
  key: K,
  input: ClusterInput,
  at: PlaceOf,
  { problems }: ResolveContext,
): ReadonlyMap<string, OnHost[K]> {
  const chosen = new Map<string, { found: OnHost[K]; section: Section }>()
  for (const [section, daemon] of SECTIONS) {
    const host = at(daemon)
    const found = input[section]?.[key] as OnHost[K] | undefined
    if (host === undefined || found === undefined) continue
    const first = chosen.get(host)
    if (first === undefined) chosen.set(host, { found, section })
    else if (first.found !== found) {
      const choice = { section, host, found, first: first.found, firstSection: first.section }
      problems.add({
        code: CLASHES[key].code,
        path: [section, key],
        message: CLASHES[key].message(choice),
        found,
        expected: first.found,
        next: `write \`${key}: ${first.found}\`, or move one of them to another host`,
      })
    }
  }
  return new Map([...chosen].map(([host, { found }]) => [host, found]))
}

/** Two sections on one host must have the same port, since it runs one server. */
export function checkPorts(
  servers: Readonly<Record<Section, DatabaseServer | undefined>>,
  input: ClusterInput,
  context: ResolveContext,
): void {
  const seen = new Map<string, { port: number; section: Section }>()
  for (const [section] of SECTIONS) {
    const server = servers[section]
    if (server?.kind !== 'host') continue
    const first = seen.get(server.host)
    if (first === undefined) seen.set(server.host, { port: server.port, section })
    else if (first.port !== server.port) {
      const path: Path = input[section]?.port === undefined ? [first.section, 'port'] : [section, 'port']
      context.problems.add({
        code: 'SPEC_TWO_PORTS',
        path,
        message: `${server.host} runs one database server, and ${first.section} wants port ${first.port}, ${section} port ${server.port}`,
        expected: 'one port for both',
        next: 'write the same port in both sections',
      })
    }
  }
}
