import { stringify } from 'yaml'
import type { DatabaseAccount, DatabaseServer, ResultStore } from '../../config/types.ts'
import type { App } from '../../config/types-apps.ts'
import { addressOf, targetOf } from '../result-store/index.ts'
import type { ComponentContext } from '../types.ts'
import { appPaths } from './names.ts'

/** The name of the database of results in edX's Data API. */
const RESULTS = 'reports'

/** PEM that the result store's server is verified with; undefined where cluster.yml does not require that. */
export const storeAuthority = ({ cluster, authorities }: ComponentContext): string | undefined =>
  cluster.resultStore && authorities?.[targetOf(cluster.resultStore.server)]?.trusted

/** The account that reads results, in the format of the pipeline's credentials files. */
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

/** Django's options for its MySQL client. Where there is a certificate to verify the server with, verify it. */
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

/** The settings that differ between the two applications, such as their names for the token. */
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
 * Settings of an application, as edX's applications read them: the Data API from the YAML file that ANALYTICS_API_CFG
 * names, Insights from the file that ANALYTICS_DASHBOARD_CFG names. Each key becomes a setting of Django.
 */
export function settings(app: App, context: ComponentContext): string {
  const all = databases(app, context)
  const values = {
    SECRET_KEY: context.secret(app.secretKey),
    ...(Object.keys(all).length > 0 && { DATABASES: all }),
    ...own(app, context),
    // The proxy sets this header, and removes the one of the client.
    SECURE_PROXY_SSL_HEADER: ['HTTP_X_FORWARDED_PROTO', 'https'],
  }
  return `# Written by Howdah from cluster.yml.\n${stringify(values, { lineWidth: 0 })}`
}
