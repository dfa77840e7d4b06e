import type { DatabaseAccount, SecretRef } from './types.ts'

/** edX's two applications on top of the result store. The name is the role of the hosts that run each. */
export const APP_NAMES = ['api', 'insights'] as const
export type AppName = (typeof APP_NAMES)[number]

/** The proxy's certificate. `made`: Howdah makes one that proves nothing to a stranger, for labs. */
export interface AppTls {
  readonly kind: 'given' | 'made'
  /** PEM on this machine: the certificate, then those between it and its root. */
  readonly certificate: string
  readonly key: SecretRef
}

/** What installs an application: a script of the operator's, run as root on the host. */
export interface AppHookSpec {
  /** On this machine. */
  readonly script: string
  readonly timeoutSeconds: number
}

/** One application: where it listens, by what name it is reached, what installs it. */
export interface App {
  readonly name: AppName
  /** The name in its address and in its certificate. */
  readonly serverName: string
  /** Where the application listens on its host. */
  readonly port: number
  readonly tls: AppTls
  /** Asked for its health, with the slash at its end that Django wants. */
  readonly healthPath: string
  /** Seconds that browsers keep to https; 0: not told. */
  readonly hstsSeconds: number
  /** `own`: each proxy serves the application of its host; `all`: of every host with the role. */
  readonly upstreams: 'own' | 'all'
  /** User and group that the application runs as: may read its files, and write nothing of them. */
  readonly account: string
  readonly package?: string
  readonly hook?: AppHookSpec
  /** systemd unit that the package or the hook brings. */
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
  /** What Insights shows the Data API. */
  readonly token: SecretRef
  /** Where Insights asks the Data API. */
  readonly apiUrl?: string
}

/** The applications that are there, in the order of APP_NAMES. */
export const appsOf = (apps: Apps | undefined): readonly App[] =>
  APP_NAMES.flatMap((name) => apps?.[name] ?? [])
