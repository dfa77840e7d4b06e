import { z } from 'zod'
import {
  accountName,
  choice,
  databaseName,
  givenSecret,
  login,
  matching,
  port,
  positive,
  secret,
  text,
} from './fields.ts'

/** The `apps` section of cluster.yml: edX's Data API and Insights. */

const serverName = matching(
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
  'a DNS name in small letters, such as insights.example.org',
  'The name in its address, which its certificate is made out to.',
)

const tls = z
  .strictObject({
    certificate: text(
      'PEM file on this machine: the certificate, followed by those between it and its root.',
    ).optional(),
    key: givenSecret('Its private key, PEM without a passphrase: {file: …} or {env: …}.').optional(),
    selfSigned: z
      .literal(true)
      .describe(
        'Howdah makes a certificate, and a new one 30 days before it ends. For labs: no browser trusts it.',
      )
      .optional(),
  })
  .describe('The certificate of the proxy: `certificate` with `key`, or `selfSigned: true`.')

const hook = z
  .strictObject({
    script: text(
      'Program on this machine (first line `#!…`). It runs as root on the host when it, or a file that it is given, has changed.',
    ),
    timeout: positive('Seconds that it may take. Default: 1800.').optional(),
  })
  .describe('A script of yours that installs the application.')

const unitName = matching(
  /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,100}$/,
  'the name of a systemd unit without .service',
  'systemd unit of the application, without `.service`, which the package or the hook brings: enabled, started, and restarted when what it reads has changed.',
)

const database = (fallback: string) =>
  z
    .strictObject({
      name: databaseName(`Name of the database. Default: ${fallback}.`).optional(),
      user: accountName(`The account that owns it. Default: ${fallback}.`).optional(),
      password: secret('Its password. Default: {generate: true}.').optional(),
    })
    .describe(
      "The application's own database (logins, sessions), on the result store's server. Default: made there with these defaults, where there is a result store.",
    )
    .optional()

const app = (what: string, defaults: { port: number; account: string; database: string }) => ({
  serverName,
  tls,
  port: port(`Where ${what} listens on its host. Default: ${defaults.port}.`).optional(),
  healthPath: matching(
    /^\/[A-Za-z0-9._~/-]*$/,
    'a path such as /health/',
    'Path that answers 200 when all is well. Default: /health/.',
  ).optional(),
  hsts: positive(
    'Seconds that browsers are told to come by https alone (Strict-Transport-Security). Default: they are not told.',
  ).optional(),
  upstreams: choice(
    ['own', 'all'],
    '`own`: the proxy of a host serves the application there. `all`: every proxy balances over all hosts of the role, and leaves one out that fails; the application must then listen on all addresses. Default: own.',
  ).optional(),
  account: login(
    `User and group that ${what} runs as; only root and they can read its files. Default: ${defaults.account}.`,
  ).optional(),
  package: matching(
    /^[a-z0-9][a-z0-9+.-]+$/,
    'the name of an OS package',
    'OS package that is the application.',
  ).optional(),
  hook: hook.optional(),
  unit: unitName.optional(),
  readsResults: z
    .boolean()
    .describe('Give it the account that reads the result store. Default: true, where there is one.')
    .optional(),
  database: database(defaults.database),
})

export const apps = z
  .strictObject({
    api: z
      .strictObject(app('the Data API', { port: 8100, account: 'analytics_api', database: 'analytics_api' }))
      .describe('The Analytics Data API, on hosts with the role `api`.')
      .optional(),
    insights: z
      .strictObject({
        ...app('Insights', { port: 8110, account: 'insights', database: 'dashboard' }),
        apiUrl: matching(
          /^https?:\/\/[^\s"'\\]+$/,
          'an http or https address',
          'Where it asks the Data API. Default: https://<serverName of api>/api/v0.',
        ).optional(),
      })
      .describe('Insights, on hosts with the role `insights`.')
      .optional(),
    token: secret('What Insights shows the Data API. Default: {generate: true}.').optional(),
  })
  .describe(
    "edX's applications: what connects them to the result store, and an nginx before each that ends TLS. The applications themselves are installed by a package or a script that you name.",
  )

export type AppsInput = z.infer<typeof apps>
export type AppInput = NonNullable<AppsInput['api']>
