import type { App } from '../../config/types-apps.ts'
import type { Group, Resource, Unit, User } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { targetOf } from '../result-store/index.ts'
import { file } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import type { AppHook } from './hook.ts'
import { appPaths, COMPONENT, FILES_DIR, HOOKS_DIR, PROXY_CONF, TITLES } from './names.ts'
import { credentials, settings, storeAuthority } from './settings.ts'

/** An application on its host, without the proxy in front of it. */

const groupId = ({ account }: App): string => `group:${account}`
const userId = ({ account }: App): string => `user:${account}`

function account(app: App): readonly [Group, User] {
  const { account: name } = app
  return [
    { type: 'group', id: groupId(app), component: COMPONENT, name },
    {
      type: 'user',
      id: userId(app),
      component: COMPONENT,
      name,
      group: name,
      groups: [],
      home: `/var/lib/${name}`,
      shell: '/usr/sbin/nologin',
      system: true,
      after: [groupId(app)],
    },
  ]
}

/** The environment of a hook or of an application's unit. It has paths of secrets, never the secrets. */
function variables(app: App): Record<string, string> {
  const paths = appPaths(app)
  return {
    HOWDAH_APP: app.name,
    HOWDAH_ACCOUNT: app.account,
    HOWDAH_LISTEN: listenAddress(app),
    HOWDAH_PORT: String(app.port),
    HOWDAH_SETTINGS: paths.settings,
    ...(app.readsResults && { HOWDAH_CREDENTIALS: paths.credentials }),
    ...(app.unit !== undefined && { HOWDAH_UNIT: app.unit }),
  }
}

const variableLines = (app: App): string =>
  Object.entries(variables(app))
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

const usesStore = ({ readsResults, database }: App): boolean => readsResults || database !== undefined

/** Files that belong to root, and that only the application's group can read. */
function files(app: App, context: ComponentContext): Resource[] {
  const paths = appPaths(app)
  const after = [`directory:${FILES_DIR}`, groupId(app)]
  const closed = { group: app.account, mode: '0640', sensitive: true, after }
  const { cluster, apps } = context
  const api = cluster.apps?.api
  const ofStore = usesStore(app) ? storeAuthority(context) : undefined
  const certificate = api?.tls.kind === 'made' ? apps?.certificates.api?.certificate : undefined
  return [
    file(COMPONENT, paths.variables, variableLines(app), { after: [`directory:${FILES_DIR}`] }),
    file(COMPONENT, paths.settings, settings(app, context), closed),
    ...(app.readsResults && cluster.resultStore
      ? [file(COMPONENT, paths.credentials, credentials(app, cluster.resultStore, context), closed)]
      : []),
    ...(ofStore === undefined ? [] : [file(COMPONENT, paths.storeAuthority, ofStore, { after })]),
    ...(app.name === 'insights' && certificate !== undefined
      ? [file(COMPONENT, paths.authority, certificate, { after })]
      : []),
  ]
}

/** The files that the application reads. It is installed and started again when one of them has changed. */
const readsOf = (resources: readonly Resource[]): string[] =>
  resources.flatMap((one) => (one.type === 'file' ? [(one as { path: string }).path] : []))

/** The address that an application must listen on: all addresses where proxies of other hosts connect to it. */
const listenAddress = (app: App): string => (app.upstreams === 'all' ? '0.0.0.0' : '127.0.0.1')

/** The application comes after the database accounts that it logs in with. */
function afterStore(app: App, { cluster }: ComponentContext): string[] {
  if (cluster.resultStore === undefined) return []
  const target = targetOf(cluster.resultStore.server)
  return [
    ...(app.readsResults ? [`${target}!database-user:${cluster.resultStore.api.user}`] : []),
    ...(app.database ? [`${target}!database-user:${app.database.account.user}`] : []),
  ]
}

function hook(
  app: App,
  reads: readonly string[],
  context: ComponentContext,
  after: readonly string[],
): Resource[] {
  const text = context.apps?.hooks[app.name]
  if (app.hook === undefined || text === undefined) return []
  const paths = appPaths(app)
  const run: AppHook = {
    type: 'x-app-hook',
    id: `app-hook:${app.name}`,
    component: COMPONENT,
    title: `the hook that installs ${TITLES[app.name]}`,
    program: paths.hook,
    reads,
    environment: variables(app),
    record: paths.hookRan,
    log: paths.hookLog,
    timeoutSeconds: app.hook.timeoutSeconds,
    after: [...after, `file:${paths.hook}`, ...reads.map((path) => `file:${path}`)],
  }
  return [file(COMPONENT, paths.hook, text, { mode: '0700', after: [`directory:${HOOKS_DIR}`] }), run]
}

function unit(app: App, reads: readonly string[], hooked: boolean, after: readonly string[]): Unit[] {
  if (app.unit === undefined) return []
  const url = `http://127.0.0.1:${app.port}${app.healthPath}`
  const host = `Host: ${app.serverName}`
  return [
    {
      type: 'unit',
      id: `unit:${app.unit}`,
      component: COMPONENT,
      name: app.unit,
      effective: [...reads, ...(hooked ? [appPaths(app).hook] : [])],
      ready: {
        // Django redirects every request by http, except one whose header says that the client used https.
        script: sh`curl --silent --show-error --fail --output /dev/null --noproxy '*' --max-time 5 --header ${host} --header 'X-Forwarded-Proto: https' ${url}`,
        timeoutSeconds: 120,
        title: `answers ${app.healthPath} on ${app.port}`,
      },
      logs: [],
      after: [...after, ...(hooked ? [`app-hook:${app.name}`] : [])],
    },
  ]
}

/** An application's account, files, package or hook, and unit. */
export function software(app: App, context: ComponentContext): Resource[] {
  const written = files(app, context)
  const reads = readsOf(written)
  const packages: Resource[] =
    app.package === undefined
      ? []
      : [{ type: 'package', id: `package:${app.package}`, component: COMPONENT, names: [app.package] }]
  // If nginx refuses the new configuration, the application keeps the port that the proxy uses now.
  const ready = [
    userId(app),
    `file:${PROXY_CONF}`,
    ...packages.map(({ id }) => id),
    ...afterStore(app, context),
  ]
  const installed = hook(app, reads, context, ready)
  return [
    ...account(app),
    ...packages,
    ...written,
    ...installed,
    ...unit(app, reads, installed.length > 0, ready),
  ]
}
