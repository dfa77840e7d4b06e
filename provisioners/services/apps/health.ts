import { type App, appsOf } from '../../config/types-apps.ts'
import { sh } from '../../shell.ts'
import { hostsWith } from '../support/hosts.ts'
import type { ComponentContext, HealthCheck } from '../types.ts'
import { appPaths, PROXY_PATH, TITLES } from './names.ts'
import { askProxy } from './proxy.ts'

/**
 * Checks that TLS works with the right name, with the installed certificate, and that it is valid for a day or more.
 */
function proxyScript(app: App): string {
  const { certificate } = appPaths(app)
  return [
    `state=$(systemctl is-active nginx) || { echo "the unit nginx is $state"; exit 1; }`,
    sh`wanted=$(openssl x509 -in ${certificate} -noout -fingerprint -sha256) || exit 1`,
    sh`shown=$(echo | openssl s_client -connect 127.0.0.1:443 -servername ${app.serverName} 2>/dev/null | openssl x509 -noout -fingerprint -sha256 2>/dev/null)`,
    `[ "$shown" = "$wanted" ] || { echo "nginx shows another certificate than ${certificate}: \${shown:-none}"; exit 1; }`,
    sh`openssl x509 -in ${certificate} -noout -checkend 86400 >/dev/null || { echo "the certificate ends: $(openssl x509 -in ${certificate} -noout -enddate)"; exit 1; }`,
    `${askProxy(app, PROXY_PATH, '--fail')} || exit 1`,
    sh`echo ${`TLS as ${app.serverName}, `}"$(openssl x509 -in ${certificate} -noout -enddate)"`,
  ].join('\n')
}

function applicationScript(app: App): string {
  const ask = askProxy(app, app.healthPath, '--output', '/dev/null', '--write-out', '%{http_code}')
  return [
    `code=$(${ask}) || exit 1`,
    'case $code in',
    sh`  200) echo ${`${app.healthPath} answers 200`} ;;`,
    sh`  502 | 503 | 504) echo ${`the proxy finds no application on port ${app.port}`} "($code)"; exit 1 ;;`,
    sh`  *) echo ${`${app.healthPath} answers`} "$code"; exit 1 ;;`,
    'esac',
  ].join('\n')
}

function appChecks(app: App, host: string): HealthCheck[] {
  const command =
    app.unit === undefined ? `ss -ltnp (on ${host})` : `journalctl -u ${app.unit} -n 50 (on ${host})`
  return [
    {
      name: `${app.name}-proxy ${host}`,
      host,
      title: `the proxy before ${TITLES[app.name]} on ${host}`,
      script: proxyScript(app),
      next: `journalctl -u nginx -n 50 (on ${host}), then howdah apps update`,
    },
    {
      name: `${app.name} ${host}`,
      host,
      title: `${TITLES[app.name]} on ${host}`,
      script: applicationScript(app),
      next: `${command}, then howdah apps update`,
    },
  ]
}

/** Two checks per application and host: one asks the proxy, the other asks the application through the proxy. */
export const appHealthChecks = ({ cluster }: Pick<ComponentContext, 'cluster'>): HealthCheck[] =>
  appsOf(cluster.apps).flatMap((app) =>
    hostsWith(cluster, app.name).flatMap(({ name }) => appChecks(app, name)),
  )
