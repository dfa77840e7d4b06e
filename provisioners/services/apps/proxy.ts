import { render } from '../../../hadoop-templates/index.ts'
import type { Host } from '../../config/types.ts'
import type { App } from '../../config/types-apps.ts'
import type { Action, Fact, Resource, Unit } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { clusterAddress, hostsWith } from '../support/hosts.ts'
import { directory, file } from '../support/resources.ts'
import { portsScript } from '../system/port-fact.ts'
import type { ComponentContext } from '../types.ts'
import { appPaths, CHECK_PROXY, COMPONENT, PROXY_CONF, PROXY_PATH, TLS_DIR } from './names.ts'

/** nginx in front of the applications of a host. It terminates TLS, and other machines connect only to it. */

const NGINX = 'package:nginx'
const RESTART_CONF = '/etc/systemd/system/nginx.service.d/restart.conf'
const PORTS = [80, 443] as const

/** `host:port` of each application behind the proxy of this host. */
function servers(app: App, host: Host, { cluster, facts }: ComponentContext): string[] {
  if (app.upstreams === 'own') return [`127.0.0.1:${app.port}`]
  const address = (other: Host): string =>
    other.name === host.name ? '127.0.0.1' : (clusterAddress(other, facts[other.name]) ?? other.address)
  return hostsWith(cluster, app.name).map((other) => `${address(other)}:${app.port}`)
}

/** The configuration of the proxy of one host. */
export function proxyConf(apps: readonly App[], host: Host, context: ComponentContext): string {
  const all = apps.map((app) => ({
    ...{ name: app.name, serverName: app.serverName, hstsSeconds: app.hstsSeconds },
    servers: servers(app, host, context),
    certificate: appPaths(app).certificate,
    key: appPaths(app).key,
  }))
  return render('nginx/proxy.conf', { apps: all, fallback: all[0], proxyPath: PROXY_PATH })
}

function tlsFiles(app: App, context: ComponentContext): Resource[] {
  const { certificate, key } = appPaths(app)
  const read = context.apps?.certificates[app.name]
  if (read === undefined) return []
  const after = [`directory:${TLS_DIR}`, NGINX, `file:${CHECK_PROXY}`]
  return [
    // A new certificate restarts nginx. Another broken file of its configuration would prevent the start, so check
    // first.
    file(COMPONENT, certificate, read.certificate, { validate: `${CHECK_PROXY} /dev/null`, after }),
    file(COMPONENT, key, read.key, { mode: '0600', sensitive: true, after }),
  ]
}

/** Debian's welcome page would answer for every unknown name. A page that was edited is in use, and stays. */
const welcomeOff: Action = {
  type: 'action',
  id: 'action:nginx-welcome',
  component: COMPONENT,
  title: "disable the welcome page of nginx's package",
  probe: [
    'link=/etc/nginx/sites-enabled/default',
    'page=/etc/nginx/sites-available/default',
    // Before the package is installed, its files are not known.
    'if [ ! -d /etc/nginx ]; then echo done=no; exit 0; fi',
    'if [ ! -L "$link" ] || [ "$(readlink -f "$link")" != "$page" ]; then echo done=yes; exit 0; fi',
    `sum=$(md5sum <"$page"); sum=\${sum%% *}`,
    `if dpkg-query -W -f='\${Conffiles}\\n' nginx-common 2>/dev/null | grep -qF " $page $sum"; then echo done=no; else echo done=yes; fi`,
  ].join('\n'),
  run: 'rm -f /etc/nginx/sites-enabled/default',
  after: [NGINX],
  timeoutSeconds: 30,
}

function portsFact(host: Host): Fact {
  return {
    type: 'fact',
    id: 'fact:proxy-ports',
    component: COMPONENT,
    title: 'ports of the proxy',
    script: portsScript(PORTS.map((port) => ({ port, unit: 'nginx' }))),
    must: PORTS.map((port) => ({
      key: `port-${port}`,
      oneOf: ['free', 'ours'],
      message: `port ${port} of ${host.name}, which the proxy needs, is held by {value}`,
      next: `stop that process on ${host.name}, or give the application another host`,
    })),
  }
}

/** A curl command that asks the proxy of this host by the application's name, and trusts only its certificate. */
export function askProxy(app: App, path: string, ...more: readonly string[]): string {
  const { certificate } = appPaths(app)
  const resolve = `${app.serverName}:443:127.0.0.1`
  const url = `https://${app.serverName}${path}`
  return sh`curl --silent --show-error --noproxy '*' --max-time 10 --cacert ${certificate} --resolve ${resolve} ${more} ${url}`
}

function unit(apps: readonly App[]): Unit {
  const files = apps.flatMap((app) => [appPaths(app).certificate, appPaths(app).key])
  return {
    type: 'unit',
    id: 'unit:nginx',
    component: COMPONENT,
    name: 'nginx',
    effective: [PROXY_CONF, RESTART_CONF, ...files],
    ready: {
      script: apps.map((app) => askProxy(app, PROXY_PATH, '--fail')).join(' &&\n'),
      timeoutSeconds: 30,
      title: `speaks TLS as ${apps.map(({ serverName }) => serverName).join(' and ')}`,
    },
    logs: ['/var/log/nginx/error.log'],
    after: [`file:${PROXY_CONF}`, welcomeOff.id],
  }
}

/** Package, certificates, configuration and unit of the proxy. */
export function proxy(apps: readonly App[], host: Host, context: ComponentContext): Resource[] {
  const files = apps.flatMap((app) => tlsFiles(app, context))
  return [
    portsFact(host),
    { type: 'package', id: NGINX, component: COMPONENT, names: ['nginx', 'curl', 'openssl'] },
    directory(COMPONENT, TLS_DIR),
    ...files,
    directory(COMPONENT, dirOf(CHECK_PROXY)),
    file(COMPONENT, CHECK_PROXY, render('nginx/check.sh', { conf: PROXY_CONF }), {
      mode: '0755',
      after: [`directory:${dirOf(CHECK_PROXY)}`],
    }),
    directory(COMPONENT, dirOf(RESTART_CONF)),
    file(COMPONENT, RESTART_CONF, render('nginx/restart.conf', {}), {
      after: [`directory:${dirOf(RESTART_CONF)}`],
    }),
    file(COMPONENT, PROXY_CONF, proxyConf(apps, host, context), {
      validate: `${CHECK_PROXY} {}`,
      after: [NGINX, `file:${CHECK_PROXY}`, ...files.map(({ id }) => id)],
    }),
    welcomeOff,
    unit(apps),
  ]
}

const dirOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))
