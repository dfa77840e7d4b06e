import { stringify } from 'yaml'
import type { App } from '../../spec/apps-types.ts'
import type { DatabaseAccount, DatabaseServer, ResultStore } from '../../spec/types.ts'
import { addressOf, tlsOf } from '../result-store/index.ts'
import type { ComponentContext } from '../types.ts'
import { appPaths } from './names.ts'

/** How edX's Data API calls the database of results among its own. */
const RESULTS = 'reports'

/** The account that reads results, in the form that the pipeline's own credentials files have. */
export function credentials(store: ResultStore, context: ComponentContext): string {
  const { server, api, database } = store
  const account = {
    host: addressOf(server),
    port: server.port,
    username: api.user,
    password: context.secret(api.password),
    database,
    ...(tlsOf(server) === 'required' && { tls: 'required' }),
  }
  return `${JSON.stringify(account, null, 2)}\n`
}

/** An entry of Django's DATABASES. */
function djangoDatabase(
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
    ...(tlsOf(server) === 'required' && { OPTIONS: { ssl_mode: 'REQUIRED' } }),
  }
}

function databases(app: App, context: ComponentContext): Record<string, object> {
  const store = context.cluster.resultStore
  if (store === undefined) return {}
  const { database, readsResults } = app
  return {
    ...(database && {
      default: djangoDatabase(store.server, database.name, database.account, context),
    }),
    ...(readsResults && {
      [RESULTS]: djangoDatabase(store.server, store.database, store.api, context),
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
