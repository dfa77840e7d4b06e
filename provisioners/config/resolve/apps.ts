import { join } from 'node:path'
import type { Path } from '../document/document.ts'
import { showPath } from '../document/problems.ts'
import { has, hostsWith, primaryOf } from '../placed.ts'
import type { AppInput, AppsInput } from '../schema/apps.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { Cluster, DatabaseAccount, Host, SecretRef } from '../types.ts'
import { APP_NAMES, type App, type AppHookSpec, type AppName, type AppTls } from '../types-apps.ts'
import { defined, localPath, type ResolveContext, secretRef } from './context.ts'

/** Defaults: the ports are those that edX's own installer gave to gunicorn. */
const DEFAULTS = {
  api: { port: 8100, account: 'analytics_api', database: 'analytics_api' },
  insights: { port: 8110, account: 'insights', database: 'dashboard' },
} as const satisfies Record<AppName, object>

const HOOK_SECONDS = 1800

/** The ports of the proxy on every host of an application. */
const PROXY_PORTS: readonly number[] = [80, 443]

/** Resolves the `apps` section. An application without a host is left out, with a warning. */
export function resolveApps(
  input: ClusterInput,
  cluster: Cluster,
  context: ResolveContext,
): Pick<Cluster, 'apps'> {
  const { apps } = input
  for (const name of APP_NAMES) warnMissing(name, apps, cluster.hosts, context)
  if (apps === undefined) return {}
  const made = (name: AppName): App | undefined => {
    const entry = apps[name]
    if (entry === undefined || !hasRole(name, cluster.hosts)) return undefined
    return resolveApp(name, entry, cluster, context)
  }
  const [api, insights] = [made('api'), made('insights')]
  checkTogether(api, insights, cluster.hosts, context)
  for (const app of [api, insights]) if (app !== undefined) checkUsers(app, cluster, context)
  const token = madeUp(secretRef(apps.token, ['apps', 'token'], 'api-token', context), 'api-token')
  const apiUrl = insights && apiAddress(apps, context)
  if (api === undefined && insights === undefined) return {}
  return { apps: defined({ api, insights, token, apiUrl }) }
}

const hasRole = (name: AppName, hosts: readonly Host[]): boolean => hostsWith({ hosts }, name).length > 0

const madeUp = (ref: SecretRef | undefined, name: string): SecretRef => ref ?? { kind: 'generate', name }

function warnMissing(
  name: AppName,
  apps: AppsInput | undefined,
  hosts: readonly Host[],
  { problems }: ResolveContext,
): void {
  const host = primaryOf({ hosts }, name)
  if (apps?.[name] !== undefined && host === undefined) {
    problems.warn(['apps', name], `no host has the role ${name}, so nothing of apps.${name} is installed`)
  }
  if (apps?.[name] === undefined && host !== undefined) {
    problems.warn(
      ['hosts'],
      `${host.name} has the role ${name}, and there is no apps.${name}: nothing is installed there for it`,
    )
  }
}

function resolveApp(name: AppName, input: AppInput, cluster: Cluster, context: ResolveContext): App {
  const at: Path = ['apps', name]
  const { port, account } = DEFAULTS[name]
  const secretKey: SecretRef = { kind: 'generate', name: `${name}-secret-key` }
  const app: App = defined({
    name,
    serverName: input.serverName,
    port: input.port ?? port,
    tls: resolveTls(name, input, cluster.stateDir, context),
    healthPath: input.healthPath ?? '/health/',
    hstsSeconds: input.hsts ?? 0,
    upstreams: input.upstreams ?? 'own',
    account: input.account ?? account,
    package: input.package,
    hook: resolveHook(input, context),
    unit: input.unit,
    readsResults: input.readsResults ?? cluster.resultStore !== undefined,
    database: resolveDatabase(name, input, cluster, context),
    secretKey,
  })
  checkStore(input, at, cluster, context)
  checkNames(app, at, cluster, context)
  checkPort(app, at, cluster, context)
  if (app.tls.kind === 'made' && app.hstsSeconds > 0) {
    context.problems.add({
      code: 'SPEC_APP_HSTS',
      path: [...at, 'hsts'],
      message: `browsers do not trust the certificate of apps.${name}, and hsts lets nobody accept it`,
      expected: 'a certificate that is given, or no hsts',
    })
  }
  return app
}

function resolveTls(name: AppName, input: AppInput, stateDir: string, context: ResolveContext): AppTls {
  const at: Path = ['apps', name, 'tls']
  const { certificate, key, selfSigned } = input.tls
  const made: AppTls = {
    kind: 'made',
    certificate: join(stateDir, 'tls', `${name}.crt`),
    key: { kind: 'file', path: join(stateDir, 'tls', `${name}.key`) },
  }
  const given = certificate !== undefined && key !== undefined && selfSigned === undefined
  const own = certificate === undefined && key === undefined && selfSigned === true
  if (!given && !own) {
    context.problems.add({
      code: 'SPEC_APP_TLS',
      path: at,
      message: `${showPath(at)} names ${Object.keys(input.tls).join(' and ') || 'no certificate'}`,
      expected: '{certificate: file.pem, key: {file: file.key}}, or {selfSigned: true} in a lab',
    })
    return made
  }
  if (!given) {
    context.problems.warn(
      at,
      `the certificate of ${input.serverName} is self-signed: no browser trusts it, so use it in labs alone`,
    )
    return made
  }
  const ref = secretRef(key, [...at, 'key'], undefined, context)
  return { kind: 'given', certificate: localPath(certificate, context), key: ref ?? made.key }
}

function resolveHook(input: AppInput, context: ResolveContext): AppHookSpec | undefined {
  if (input.hook === undefined) return undefined
  return {
    script: localPath(input.hook.script, context),
    timeoutSeconds: input.hook.timeout ?? HOOK_SECONDS,
  }
}

function resolveDatabase(
  name: AppName,
  { database: input }: AppInput,
  { resultStore }: Cluster,
  context: ResolveContext,
): App['database'] {
  if (resultStore === undefined) return undefined
  const fallback = DEFAULTS[name].database
  const secretName = `${name}-database`
  const ref = secretRef(input?.password, ['apps', name, 'database', 'password'], secretName, context)
  const account: DatabaseAccount = { user: input?.user ?? fallback, password: madeUp(ref, secretName) }
  return { name: input?.name ?? fallback, account }
}

function checkStore(input: AppInput, at: Path, { resultStore }: Cluster, { problems }: ResolveContext): void {
  if (resultStore !== undefined) return
  for (const key of ['readsResults', 'database'] as const) {
    if (input[key] === undefined || input[key] === false) continue
    problems.add({
      code: 'SPEC_APP_NO_STORE',
      path: [...at, key],
      at: 'key',
      message: `${showPath([...at, key])} is of the result store's server, and there is no result store`,
      expected: 'a host with the role result-store, or resultStore.external',
    })
  }
}

/** Accounts and databases of the server that are already in use. */
function checkNames(
  app: App,
  at: Path,
  { resultStore, metastore, lms }: Cluster,
  { problems }: ResolveContext,
): void {
  if (app.database === undefined) return
  const { name, account } = app.database
  const clash = (what: string, found: string, holder: string): void =>
    problems.add({
      code: 'SPEC_APP_CLASH',
      path: [...at, 'database'],
      message: `the ${what} ${found} of apps.${app.name} is the one of ${holder}`,
      found,
      expected: `a ${what} of its own`,
    })
  const sections = { resultStore, metastore, lms }
  const holder = Object.entries(sections).find(([, section]) => section?.database === name)
  if (holder) clash('database', name, holder[0])
  const accounts = {
    'resultStore.pipeline': resultStore?.pipeline,
    'resultStore.api': resultStore?.api,
    metastore: metastore.account,
    'lms.reader': lms?.reader,
  }
  const user = Object.entries(accounts).find(([, one]) => one?.user === account.user)
  if (user) clash('account', account.user, user[0])
}

function checkPort(app: App, at: Path, cluster: Cluster, { problems }: ResolveContext): void {
  const servers = [cluster.metastore.server, cluster.resultStore?.server, cluster.lms?.server]
  const hosts = hostsWith(cluster, app.name)
  const database = servers.find(
    (server) =>
      server?.kind === 'host' && server.port === app.port && hosts.some(({ name }) => name === server.host),
  )
  const holder = PROXY_PORTS.includes(app.port) ? 'the proxy before it' : database && 'the database server'
  if (holder === undefined) return
  problems.add({
    code: 'SPEC_APP_PORT',
    path: [...at, 'port'],
    message: `the application of apps.${app.name} can't listen on ${app.port}, which ${holder} has`,
    found: String(app.port),
    expected: 'a port that is free on its hosts',
  })
}

function checkUsers(app: App, { users }: Cluster, { problems }: ResolveContext): void {
  if (!users.some(({ name }) => name === app.account)) return
  problems.add({
    code: 'SPEC_APP_CLASH',
    path: ['apps', app.name, problems.document.has(['apps', app.name, 'account']) ? 'account' : 'serverName'],
    message: `${app.account} is one of users, and apps.${app.name} would run as that user`,
    found: app.account,
    expected: 'an account of its own',
  })
}

/** Refuses what two applications can't share. */
function checkTogether(
  api: App | undefined,
  insights: App | undefined,
  hosts: readonly Host[],
  { problems }: ResolveContext,
): void {
  if (api === undefined || insights === undefined) return
  const both = hosts.find((host) => has(host, 'api') && has(host, 'insights'))
  const clash = (field: string, found: string, why: string): void =>
    problems.add({
      code: 'SPEC_APP_CLASH',
      path: ['apps', 'insights', field],
      message: `apps.api and apps.insights have the same ${field} ${found}${why}`,
      found,
      expected: 'one for each',
    })
  for (const field of ['port', 'account', 'package', 'unit'] as const) {
    const value = api[field]
    if (!both || value === undefined || value !== insights[field]) continue
    clash(field, String(value), `, and ${both.name} runs both`)
  }
  if (api.serverName === insights.serverName) clash('serverName', api.serverName, '')
  const [one, other] = [api.database, insights.database]
  if (one && other && one.name === other.name) clash('database', one.name, '')
  else if (one && other && one.account.user === other.account.user)
    clash('database', one.account.user, ', as the account')
}

function apiAddress({ api, insights }: AppsInput, { problems }: ResolveContext): string | undefined {
  if (insights?.apiUrl !== undefined) return insights.apiUrl
  if (api !== undefined) return `https://${api.serverName}/api/v0`
  problems.add({
    code: 'SPEC_APP_NO_API',
    path: ['apps', 'insights'],
    at: 'key',
    message:
      'Insights shows what the Data API knows, and neither apps.api nor apps.insights.apiUrl says where that is',
    expected: 'apps.api, or apps.insights.apiUrl',
  })
  return undefined
}
