import type { Path } from '../document/document.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { DatabaseAccount, DatabaseServer, LmsDatabase, Metastore, ResultStore } from '../types.ts'
import { checkHostName, defined, type ResolveContext, secretRef } from './context.ts'
import { type DraftHost, isLoopback } from './hosts.ts'
import type { Claim } from './placement.ts'
import {
  checkPorts,
  chosenOnHosts,
  type OnHost,
  type PlaceOf,
  SECTIONS,
  type Section,
  type ServerInput,
} from './servers.ts'
import { checkSameTls, resolveTls } from './tls.ts'

/** The places of the servers, as the sections have them. */
export function storeClaims(
  input: ClusterInput,
  hosts: readonly DraftHost[],
  context: ResolveContext,
): Claim[] {
  return SECTIONS.flatMap(([section, daemon]): Claim[] => {
    const server = input[section]
    if (server?.host !== undefined && server.external !== undefined) {
      context.problems.add({
        code: 'SPEC_TWO_HOLDERS',
        path: [section, 'external'],
        at: 'key',
        message: `${section} is both on the host ${server.host} and external`,
        expected: 'host or external',
        next: 'keep one of them',
      })
    }
    if (server?.external !== undefined) return [{ daemon, host: undefined, path: [section, 'external'] }]
    if (server?.host === undefined) return []
    const known = checkHostName(server.host, [section, 'host'], hosts, context)
    return known ? [{ daemon, host: server.host, path: [section, 'host'] }] : []
  })
}

export interface Stores {
  readonly metastore: Metastore
  readonly resultStore?: ResultStore
  readonly lms?: LmsDatabase
}

/** `at` gives the host that a database daemon was placed on. */
export function resolveStores(
  input: ClusterInput,
  at: PlaceOf,
  hosts: readonly DraftHost[],
  context: ResolveContext,
): Stores {
  const chosen = chosenOnHosts(input, at, context)
  const servers = Object.fromEntries(
    SECTIONS.map(([section, daemon]) => [
      section,
      serverOf(input[section], section, at(daemon), chosen, hosts, context),
    ]),
  ) as Record<Section, DatabaseServer | undefined>
  checkPorts(servers, input, context)
  checkSameTls(servers, context)
  warnShared(servers, context)
  return defined({
    metastore: {
      // Without a server there is already an error, and this value is not used.
      server: servers.metastore ?? { kind: 'host', host: '', port: 3306, ...chosen('') },
      database: input.metastore?.database ?? 'metastore',
      account: account(input.metastore, ['metastore'], 'hive', 'metastore-hive', context),
    },
    resultStore: servers.resultStore && resultStore(input, servers.resultStore, context),
    lms: servers.lms && {
      server: servers.lms,
      database: input.lms?.database ?? 'edxapp',
      reader: account(input.lms?.reader, ['lms', 'reader'], 'reader', 'lms-reader', context),
    },
  })
}

function resultStore(input: ClusterInput, server: DatabaseServer, context: ResolveContext): ResultStore {
  const section = input.resultStore
  const pipeline = account(
    section?.pipeline,
    ['resultStore', 'pipeline'],
    'pipeline',
    'result-store-pipeline',
    context,
  )
  const api = account(section?.api, ['resultStore', 'api'], 'api', 'result-store-api', context)
  if (pipeline.user === api.user) {
    context.problems.add({
      code: 'SPEC_SAME_ACCOUNT',
      path: ['resultStore', 'api', 'user'],
      message: `pipeline and api are the same account ${api.user}, so the reader could write`,
      found: api.user,
      expected: 'two accounts',
    })
  }
  return {
    server,
    database: section?.database ?? 'reports',
    charset: section?.charset ?? 'auto',
    pipeline,
    api,
  }
}

function account(
  input: { readonly user?: string | undefined; readonly password?: object | undefined } | undefined,
  path: Path,
  user: string,
  secretName: string,
  context: ResolveContext,
): DatabaseAccount {
  const password = secretRef(input?.password, [...path, 'password'], secretName, context)
  return { user: input?.user ?? user, password: password ?? { kind: 'generate', name: secretName } }
}

function serverOf(
  input: ServerInput | undefined,
  section: Section,
  host: string | undefined,
  chosen: (host: string) => OnHost,
  hosts: readonly DraftHost[],
  context: ResolveContext,
): DatabaseServer | undefined {
  if (input?.external !== undefined) return external(input, input.external, section, hosts, context)
  if (host !== undefined) {
    return { kind: 'host', host, port: input?.port ?? 3306, ...chosen(host) }
  }
  if (input !== undefined && input.host === undefined && section !== 'metastore') {
    const role = section === 'lms' ? 'lms-database' : 'result-store'
    context.problems.add({
      code: 'SPEC_NO_SERVER',
      path: [section],
      at: 'key',
      message: `${section} has no server`,
      expected: `a host with the role ${role}, or ${section}.host, or ${section}.external`,
      next: `give a host the role ${role}`,
    })
  }
  return undefined
}

function external(
  input: ServerInput,
  server: NonNullable<ServerInput['external']>,
  section: Section,
  hosts: readonly DraftHost[],
  context: ResolveContext,
): DatabaseServer {
  for (const key of ['flavor', 'port', 'tls'] as const) {
    if (input[key] === undefined) continue
    const below = key !== 'flavor'
    context.problems.add({
      code: 'SPEC_KEY_NOT_USED',
      path: [section, key],
      at: 'key',
      message: `${section}.${key} is of a server that Howdah installs, and this one is external`,
      found: String(input[key]),
      expected: below ? `${section}.external.${key}` : 'no flavor: an external server reports its own',
      next: below ? `write ${key} below external` : 'remove flavor',
    })
  }
  checkReachable(server.address, section, hosts, context)
  if (server.via !== undefined) checkHostName(server.via, [section, 'external', 'via'], hosts, context)
  const path: Path = [section, 'external', 'admin', 'password']
  const password = secretRef(server.admin.password, path, undefined, context)
  return defined({
    kind: 'external' as const,
    address: server.address,
    port: server.port ?? 3306,
    // When there is none, an error has been added already.
    admin: { user: server.admin.user, password: password ?? ({ kind: 'stdin' } as const) },
    via: server.via,
    ...resolveTls(server, [section, 'external'], context),
  })
}

/** Each host would connect to itself. With one host, that may be where the server runs. */
function checkReachable(
  address: string,
  section: Section,
  hosts: readonly DraftHost[],
  { problems }: ResolveContext,
): void {
  if (hosts.length <= 1 || !isLoopback(address)) return
  const daemon = SECTIONS.find(([name]) => name === section)?.[1]
  problems.add({
    code: 'SPEC_BAD_ADDRESS',
    path: [section, 'external', 'address'],
    message: `${section}.external.address is ${address}, a loopback address: each host would connect to itself`,
    found: address,
    expected: 'an address by which every host reaches the server',
    next: `write the address of its host (on the host: hostname -I), or, for a server that Howdah installs, give a host the role ${daemon}`,
  })
}

function warnShared(
  servers: Readonly<Record<Section, DatabaseServer | undefined>>,
  context: ResolveContext,
): void {
  const { resultStore: store, lms } = servers
  const place = (server: DatabaseServer | undefined): string | undefined =>
    server?.kind === 'host' ? server.host : server && `${server.address}:${server.port}`
  if (store === undefined || place(store) !== place(lms)) return
  context.problems.warn(
    context.problems.document.has(['resultStore']) ? ['resultStore'] : ['hosts'],
    `the result store is on the same server as the LMS database (${place(store)}): its heavy queries slow the LMS down; give the result store a host of its own`,
  )
}
