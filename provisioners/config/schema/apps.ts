import { z } from 'zod'
import {
  accountName,
  choice,
  databaseName,
  givenSecret,
  matching,
  newAccount,
  port,
  positive,
  secret,
  text,
} from './fields.ts'

/** The `apps` section of cluster.yml: edX's Data API and Insights. */

const serverName = matching(
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
  'a DNS name in small letters, such as insights.example.org',
  'The DNS name of the application; its certificate must contain it.',
)

const tls = z
  .strictObject({
    certificate: text(
      'PEM file on this machine: the certificate, followed by the intermediate certificates.',
    ).optional(),
    key: givenSecret(
      'The private key of the certificate, in PEM form without a passphrase: {file: …} or {env: …}.',
    ).optional(),
    selfSigned: z
      .literal(true)
      .describe(
        'Howdah makes a certificate, and a new one 30 days before it ends. For labs, because browsers do not trust it.',
      )
      .optional(),
  })
  .describe('The certificate of the proxy: `certificate` with `key`, or `selfSigned: true`.')

const hook = z
  .strictObject({
    script: text(
      'Program on this machine (first line `#!…`). It runs as root on the host when the program, or a file that it gets, has changed.',
    ),
    timeout: positive('Seconds that the script may take. Default: 1800.').optional(),
  })
  .describe('A script of yours that installs the application.')

const unitName = matching(
  /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,100}$/,
  'the name of a systemd unit without .service',
  'systemd unit of the application, without `.service`. The package or the hook must install it. Howdah enables and starts it, and restarts it when a file that it reads has changed.',
)

const database = (fallback: string) =>
  z
    .strictObject({
      name: databaseName(`Name of the database. Default: ${fallback}.`).optional(),
      user: accountName(`The account that owns it. Default: ${fallback}.`).optional(),
      password: secret('Its password. Default: {generate: true}.').optional(),
    })
    .describe(
      'The database of the application (logins, sessions), on the server of the result store. Default: created there with these defaults, if there is a result store.',
    )
    .optional()

const app = (what: string, defaults: { port: number; account: string; database: string }) => ({
  serverName,
  tls,
  port: port(`Port that ${what} listens on. Default: ${defaults.port}.`).optional(),
  healthPath: matching(
    /^\/[A-Za-z0-9._~/-]*$/,
    'a path such as /health/',
    'Path that returns 200 when the application is healthy. Default: /health/.',
  ).optional(),
  hsts: positive(
    'Seconds for which browsers must use https only (the header Strict-Transport-Security). Default: no such header.',
  ).optional(),
  upstreams: choice(
    ['own', 'all'],
    '`own`: the proxy of a host serves the application there. `all`: every proxy balances over all hosts of the role, and skips a host that fails; the application must then listen on all addresses. Default: own.',
  ).optional(),
  account: newAccount(
    `User and group that ${what} runs as; only they and root can read its files. Default: ${defaults.account}.`,
  ).optional(),
  package: matching(
    /^[a-z0-9][a-z0-9+.-]+$/,
    'the name of an OS package',
    'OS package that contains the application.',
  ).optional(),
  hook: hook.optional(),
  unit: unitName.optional(),
  readsResults: z
    .boolean()
    .describe(
      'Give the application the account that reads the result store. Default: true, if there is a result store.',
    )
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
          'Address of the Data API. Default: https://<serverName of api>/api/v0.',
        ).optional(),
      })
      .describe('Insights, on hosts with the role `insights`.')
      .optional(),
    token: secret(
      'The token by which Insights logs in to the Data API. Default: {generate: true}.',
    ).optional(),
  })
  .describe(
    "edX's applications: what connects them to the result store, and an nginx in front of each that terminates TLS. A package or a script that you name installs the applications.",
  )

export type AppsInput = z.infer<typeof apps>
export type AppInput = NonNullable<AppsInput['api']>
