import type { Cluster } from '../../config/types.ts'
import { appsOf } from '../../config/types-apps.ts'
import type { Resource } from '../../engine/types.ts'
import type { Grant } from '../../mysql/grants.ts'
import type { SqlDatabase, SqlServerDefault, SqlUser } from '../../mysql/types.ts'
import { type Purpose, type SqlServer, sqlServers } from './servers.ts'

const COMPONENT = 'result-store'

/** Databases on a server that the pipeline's account must not access. */
function foreignDatabases(cluster: Cluster, purposes: readonly Purpose[]): string[] {
  return [
    'mysql',
    'sys',
    ...(purposes.includes('metastore') ? [cluster.metastore.database] : []),
    ...(purposes.includes('lms') && cluster.lms ? [cluster.lms.database] : []),
    ...appsOf(cluster.apps).flatMap(({ database: own }) => own?.name ?? []),
  ]
}

/**
 * "May create databases, tables, indexes and issue arbitrary DML", and nothing else. A grant on `*.*` would include the
 * server's own `mysql` database, and an account that can write there is as powerful as root. So the grant is on `%`,
 * any database, with a minimal grant (SHOW VIEW) on each database that the account must not access: the server uses
 * only the most specific database grant that matches a name, so the minimal grant replaces the wide one.
 * (performance_schema has no SHOW VIEW; the least that can be granted there is SELECT.) DROP and ALTER are needed for
 * loading a new table and renaming it over the old one.
 */
export function pipelineGrants(foreign: readonly string[]): Grant[] {
  const work = [
    'SELECT',
    'INSERT',
    'UPDATE',
    'DELETE',
    'CREATE',
    'DROP',
    'ALTER',
    'INDEX',
    'CREATE TEMPORARY TABLES',
    'LOCK TABLES',
  ]
  return [
    { privileges: work, on: '%' },
    { privileges: ['SELECT'], on: 'performance_schema' },
    ...foreign.map((on) => ({ privileges: ['SHOW VIEW'], on })),
  ]
}

type Named<R> = Omit<R, 'component' | 'type' | 'id'>
const database = (rest: Named<SqlDatabase>): SqlDatabase => ({
  type: 'x-database',
  id: `database:${rest.name}`,
  component: COMPONENT,
  ...rest,
})
const user = (rest: Named<SqlUser>): SqlUser => ({
  type: 'x-database-user',
  id: `database-user:${rest.user}`,
  component: COMPONENT,
  ...rest,
})

function resultStoreResources(cluster: Cluster, { purposes, server }: SqlServer, after: readonly string[]) {
  const store = cluster.resultStore
  if (!store) return []
  const { pipeline, api, charset } = store
  const foreign = foreignDatabases(cluster, purposes)
  const serverDefault: SqlServerDefault = {
    type: 'x-server-default',
    id: 'server-default:collation',
    component: COMPONENT,
    charset,
    managed: server.kind === 'host',
    after,
  }
  const made = [...after, `database:${store.database}`]
  return [
    database({ name: store.database, charset, collation: 'bin', after }),
    user({ ...pipeline, host: '%', grants: pipelineGrants(foreign), after: made }),
    user({ ...api, host: '%', grants: [{ privileges: ['SELECT'], on: store.database }], after: made }),
    // Last: if it cannot be changed from here, everything else is already done.
    serverDefault,
  ]
}

function lmsResources(cluster: Cluster, { server }: SqlServer, after: readonly string[]) {
  const { lms } = cluster
  if (!lms) return []
  const grants = [{ privileges: ['SELECT'], on: lms.database }]
  // An LMS that runs elsewhere has created its database itself; Howdah only creates the reader there.
  const own =
    server.kind === 'host'
      ? [
          database({
            name: lms.database,
            charset: 'utf8mb4',
            collation: 'utf8mb4_unicode_ci',
            adopt: true,
            after,
          }),
        ]
      : []
  return [...own, user({ ...lms.reader, host: '%', grants, after })]
}

/** Hive's schema has keys that only fit into an index with one-byte characters, so the default charset is not used. */
function metastoreResources(cluster: Cluster, after: readonly string[]) {
  const { database: name, account } = cluster.metastore
  return [
    database({ name, charset: 'latin1', collation: 'bin', after }),
    user({
      ...account,
      host: '%',
      grants: [{ privileges: ['ALL PRIVILEGES'], on: name }],
      after: [...after, `database:${name}`],
    }),
  ]
}

const BY_PURPOSE = {
  'result-store': resultStoreResources,
  lms: lmsResources,
  metastore: (cluster: Cluster, _server: SqlServer, after: readonly string[]) =>
    metastoreResources(cluster, after),
} as const

/** The resources of each database server, by its target. */
export function sqlTargets({ cluster }: { readonly cluster: Cluster }): Record<string, Resource[]> {
  const targets: Record<string, Resource[]> = {}
  for (const server of sqlServers(cluster)) {
    const after = server.server.kind === 'host' ? [`${server.server.host}!action:database-admin`] : []
    targets[server.target] = server.purposes.flatMap((purpose): Resource[] =>
      BY_PURPOSE[purpose](cluster, server, after),
    )
  }
  return targets
}
