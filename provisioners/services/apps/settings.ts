import { stringify } from 'yaml'
import type { DatabaseAccount, DatabaseServer, ResultStore } from '../../config/types.ts'
import type { App } from '../../config/types-apps.ts'
import { addressOf, targetOf } from '../result-store/index.ts'
import type { ComponentContext } from '../types.ts'
import { appPaths } from './names.ts'

/** How edX's Data API calls the database of results among its own. */
const RESULTS = 'reports'

/** PEM that the result store's server must prove itself by; undefined where it is not asked to. */
export const storeAuthority = ({ cluster, authorities }: ComponentContext): string | undefined =>
  cluster.resultStore && authorities?.[targetOf(cluster.resultStore.server)]?.trusted

/** The account that reads results, in the form that the pipeline's own credentials files have. */
export function credentials(app: App, store: ResultStore, context: ComponentContext): string {
  const { server, api, database } = store
  const account = {
    host: addressOf(server),
    port: server.port,
    username: api.user,
    password: context.secret(api.password),
    database,
    ...(server.tls === 'required' && { tls: 'required' }),
    ...(storeAuthority(context) !== undefined && { ca: appPaths(app).storeAuthority }),
  }
  return `${JSON.stringify(account, null, 2)}\n`
}

/** What Django hands to its MySQL client: a server that can prove who it is must. */
function djangoOptions(app: App, server: DatabaseServer, context: ComponentContext): object {
  if (server.tls !== 'required') return {}
  if (storeAuthority(context) === undefined) return { OPTIONS: { ssl_mode: 'REQUIRED' } }
  return { OPTIONS: { ssl_mode: 'VERIFY_IDENTITY', ssl: { ca: appPaths(app).storeAuthority } } }
}

/** An entry of Django's DATABASES. */
function djangoDatabase(
  app: App,
  server: DatabaseServer,
  name: string,
  account: DatabaseAccount,
  context: ComponentContext,
) {
  return {
    ENGINE: 'django.db.backends.mysql',
    NAME: name,
    USER: account.user,
    PASSWORD: context.secret(account.password),
    HOST: addressOf(server),
    PORT: String(server.port),
    ...djangoOptions(app, server, context),
  }
}

function databases(app: App, context: ComponentContext): Record<string, object> {
  const store = context.cluster.resultStore
  if (store === undefined) return {}
  const { database, readsResults } = app
  return {
    ...(database && {
      default: djangoDatabase(app, store.server, database.name, database.account, context),
    }),
    ...(readsResults && {
      [RESULTS]: djangoDatabase(app, store.server, store.database, store.api, context),
    }),
  }
}

/** What each application calls its side of the token, and what else only it knows. */
function own(app: App, context: ComponentContext): Record<string, unknown> {
  const { apps } = context.cluster
  if (apps === undefined) return {}
  const token = context.secret(apps.token)
  if (app.name === 'api') {
    return { ...(app.readsResults && { ANALYTICS_DATABASE: RESULTS }), API_AUTH_TOKEN: token }
  }
  return {
    ...(apps.apiUrl !== undefined && { DATA_API_URL: apps.apiUrl }),
    DATA_API_AUTH_TOKEN: token,
    ...(apps.api?.tls.kind === 'made' && { DATA_API_CA: appPaths(app).authority }),
  }
}

/**
 * Settings of an application, as edX's read them: the Data API from the YAML file in ANALYTICS_API_CFG, Insights from
 * the one in ANALYTICS_DASHBOARD_CFG; each key becomes a setting of Django.
 */
export function settings(app: App, context: ComponentContext): string {
  const all = databases(app, context)
  const values = {
    SECRET_KEY: context.secret(app.secretKey),
    ...(Object.keys(all).length > 0 && { DATABASES: all }),
    ...own(app, context),
    // The proxy sets this header and takes away the client's own.
    SECURE_PROXY_SSL_HEADER: ['HTTP_X_FORWARDED_PROTO', 'https'],
  }
  return `# Written by Howdah from cluster.yml.\n${stringify(values, { lineWidth: 0 })}`
}
