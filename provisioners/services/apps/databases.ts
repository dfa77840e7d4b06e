import type { Cluster, ResultStore } from '../../config/types.ts'
import { type App, appsOf } from '../../config/types-apps.ts'
import type { Resource } from '../../engine/types.ts'
import type { SqlDatabase, SqlUser } from '../../mysql/types.ts'
import { targetOf } from '../result-store/index.ts'
import { COMPONENT } from './names.ts'

/** The database of an application's own tables. Its account may do anything there, and nothing in another database. */
function ownDatabase({ database }: App, { charset }: ResultStore, after: readonly string[]): Resource[] {
  if (database === undefined) return []
  const { name, account } = database
  const made: SqlDatabase = {
    ...{ type: 'x-database', id: `database:${name}`, component: COMPONENT, name, after },
    // edX's guide requires one collation in all databases of this server.
    ...{ charset, collation: 'bin', adopt: true },
  }
  const user: SqlUser = {
    ...{ type: 'x-database-user', id: `database-user:${account.user}`, component: COMPONENT },
    ...{ ...account, host: '%', grants: [{ privileges: ['ALL PRIVILEGES'], on: name }] },
    after: [...after, made.id],
  }
  return [made, user]
}

/** What the applications need in the result store's server, by its target. */
export function appSqlTargets({ cluster }: { readonly cluster: Cluster }): Record<string, Resource[]> {
  const store = cluster.resultStore
  const apps = appsOf(cluster.apps)
  if (store === undefined || apps.length === 0) return {}
  const { server } = store
  const after = server.kind === 'host' ? [`${server.host}!action:database-admin`] : []
  return { [targetOf(server)]: apps.flatMap((app) => ownDatabase(app, store, after)) }
}
