import type { DatabaseAccount, SecretRef } from './types.ts'

/** edX's two applications on top of the result store. The name is the role of the hosts that run each. */
export const APP_NAMES = ['api', 'insights'] as const
export type AppName = (typeof APP_NAMES)[number]

/** The proxy's certificate. `made`: Howdah makes a self-signed one, for labs. */
export interface AppTls {
  readonly kind: 'given' | 'made'
  /** PEM on this machine: the certificate, then the intermediate certificates. */
  readonly certificate: string
  readonly key: SecretRef
}

/** The script that installs an application. The operator writes it; it runs as root on the host. */
export interface AppHookSpec {
  /** On this machine. */
  readonly script: string
  readonly timeoutSeconds: number
}

/** One application: its port, its name in DNS, and the script that installs it. */
export interface App {
  readonly name: AppName
  /** The name in its address and in its certificate. */
  readonly serverName: string
  /** Where the application listens on its host. */
  readonly port: number
  readonly tls: AppTls
  /** Path of the health check, with the slash at its end that Django needs. */
  readonly healthPath: string
  /** Seconds for which browsers use only https; 0: no such header. */
  readonly hstsSeconds: number
  /** `own`: each proxy serves the application of its host; `all`: of every host with the role. */
  readonly upstreams: 'own' | 'all'
  /** User and group that the application runs as: it may read its files, and not write them. */
  readonly account: string
  readonly package?: string
  readonly hook?: AppHookSpec
  /** systemd unit that the package or the hook installs. */
  readonly unit?: string
  /** Whether it gets the account that reads the result store. */
  readonly readsResults: boolean
  /** Its own database, on the result store's server. */
  readonly database?: { readonly name: string; readonly account: DatabaseAccount }
  /** Django's SECRET_KEY. */
  readonly secretKey: SecretRef
}

export interface Apps {
  readonly api?: App
  readonly insights?: App
  /** The token that Insights sends to the Data API. */
  readonly token: SecretRef
  /** The address of the Data API for Insights. */
  readonly apiUrl?: string
}

/** The applications of the cluster, in the order of APP_NAMES. */
export const appsOf = (apps: Apps | undefined): readonly App[] =>
  APP_NAMES.flatMap((name) => apps?.[name] ?? [])
