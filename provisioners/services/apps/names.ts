import type { App, AppName } from '../../config/types-apps.ts'

/** What the parts of this component call each other's things. */

export const COMPONENT = 'apps'

/** Every word for users that an application has. */
export const TITLES: Readonly<Record<AppName, string>> = { api: 'the Data API', insights: 'Insights' }

/** Files that an application reads; each is closed to all but root and the application's group. */
export const FILES_DIR = '/etc/howdah/apps'
export const TLS_DIR = '/etc/howdah/tls'
export const HOOKS_DIR = '/usr/local/lib/howdah/apps'

export const appPaths = ({ name }: Pick<App, 'name'>) => ({
  /** Settings, as edX's applications read them. */
  settings: `${FILES_DIR}/${name}.yml`,
  /** The account that reads the result store. */
  credentials: `${FILES_DIR}/${name}-result-store.json`,
  /** The Data API's certificate, for a client that is to trust one which Howdah made. */
  authority: `${FILES_DIR}/${name}-api-ca.pem`,
  /** What the result store's server proves itself by, where it is asked to. */
  storeAuthority: `${FILES_DIR}/${name}-result-store-ca.pem`,
  /** What the hook is told, as a file: whoever reads it is due when it changes. */
  variables: `${FILES_DIR}/${name}.env`,
  certificate: `${TLS_DIR}/${name}.crt`,
  key: `${TLS_DIR}/${name}.key`,
  hook: `${HOOKS_DIR}/${name}-hook`,
  hookRan: `/var/lib/howdah/apps/${name}-hook`,
  hookLog: `/var/log/howdah/${name}-hook.log`,
})

/** The whole of what the hosts' nginx is told, in a directory that the package's own configuration reads. */
export const PROXY_CONF = '/etc/nginx/conf.d/howdah.conf'
export const CHECK_PROXY = '/usr/local/lib/howdah/check-nginx'

/** What the proxy answers by itself, whatever becomes of the application. */
export const PROXY_PATH = '/.well-known/howdah-proxy'
