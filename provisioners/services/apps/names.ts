import type { App, AppName } from '../../config/types-apps.ts'

/** Names that several files of this service use. */

export const COMPONENT = 'apps'

/** The names of the applications in messages. */
export const TITLES: Readonly<Record<AppName, string>> = { api: 'the Data API', insights: 'Insights' }

/** Files that an application reads. Only root and the application's group can read them. */
export const FILES_DIR = '/etc/howdah/apps'
export const TLS_DIR = '/etc/howdah/tls'
export const HOOKS_DIR = '/usr/local/lib/howdah/apps'

export const appPaths = ({ name }: Pick<App, 'name'>) => ({
  /** Settings, as edX's applications read them. */
  settings: `${FILES_DIR}/${name}.yml`,
  /** The account that reads the result store. */
  credentials: `${FILES_DIR}/${name}-result-store.json`,
  /** The Data API's certificate, for a client that must trust a certificate that Howdah made. */
  authority: `${FILES_DIR}/${name}-api-ca.pem`,
  /** The certificate that the result store's server is verified with, where cluster.yml requires that. */
  storeAuthority: `${FILES_DIR}/${name}-result-store-ca.pem`,
  /** The environment of the hook, as a file: when it changes, whatever reads it runs or restarts. */
  variables: `${FILES_DIR}/${name}.env`,
  certificate: `${TLS_DIR}/${name}.crt`,
  key: `${TLS_DIR}/${name}.key`,
  hook: `${HOOKS_DIR}/${name}-hook`,
  hookRan: `/var/lib/howdah/apps/${name}-hook`,
  hookLog: `/var/log/howdah/${name}-hook.log`,
})

/** Howdah's configuration of nginx, in a directory that the package's own configuration includes. */
export const PROXY_CONF = '/etc/nginx/conf.d/howdah.conf'
export const CHECK_PROXY = '/usr/local/lib/howdah/check-nginx'

/** A path that the proxy answers on its own, also when the application is down. */
export const PROXY_PATH = '/.well-known/howdah-proxy'
