import { z } from 'zod'
import { accountName, address, choice, databaseName, givenSecret, port, secret, text } from './fields.ts'

/** The three database sections of cluster.yml. */

const external = z
  .strictObject({
    address: address('Address of the server.'),
    port: port('Port. Default: 3306.').optional(),
    admin: z
      .strictObject({
        user: accountName('An account that may create databases and users.'),
        password: givenSecret('Its password: {file: …}, {env: …}, {command: […]} or {stdin: true}.'),
      })
      .describe('The account that Howdah uses to set up the server.'),
    via: text(
      'A host of the cluster through which the server is reached. Default: directly from this machine.',
    ).optional(),
    tls: choice(
      ['preferred', 'required', 'off'],
      'Encryption of the connections: `preferred` where the server offers it, `required` always. Neither makes the server prove its identity; `ca` does. Default: preferred; with `ca`: required.',
    ).optional(),
    ca: text(
      'A PEM file on this machine: the certificate of the server must be issued by one of these certificates, for the name in `address`. Applies to connections of this machine, of the Data API and of Insights; the JDBC drivers encrypt, and accept any certificate.',
    ).optional(),
  })
  .describe('An existing MySQL or MariaDB server.')

const server = {
  host: text('The host of the cluster that runs the server. Default: the one with the role.').optional(),
  external: external.optional(),
  flavor: choice(
    ['mariadb', 'mysql'],
    'The server that is installed on the host. Default: mariadb.',
  ).optional(),
  port: port('Port of the server on the host. Default: 3306.').optional(),
  tls: choice(
    ['preferred', 'required'],
    'Encryption of the connections to the server on the host. `preferred`: its clients choose. `required`: it accepts none without TLS, and proves its identity by a certificate that Howdah makes. All sections on one host must have the same value. Default: preferred.',
  ).optional(),
}

export const metastore = z
  .strictObject({
    ...server,
    database: databaseName("The metastore's database. Default: metastore.").optional(),
    user: accountName('The account that Hive uses. Default: hive.').optional(),
    password: secret('Its password. Default: {generate: true}.').optional(),
  })
  .describe("The database of Hive's metastore.")

const account = (who: string, user: string) =>
  z
    .strictObject({
      user: accountName(`Name of the account. Default: ${user}.`).optional(),
      password: secret('Its password. Default: {generate: true}.').optional(),
    })
    .describe(who)
    .optional()

export const resultStore = z
  .strictObject({
    ...server,
    database: databaseName('The database of the results. Default: reports.').optional(),
    charset: choice(
      ['auto', 'utf8mb3', 'utf8mb4'],
      'Character set; its binary collation is the default of the server, of the database and therefore of every column. `auto`: utf8mb4 where the server has it. Default: auto.',
    ).optional(),
    pipeline: account(
      'The account that writes results: it may create databases, tables and indexes, and change any row.',
      'pipeline',
    ),
    api: account('The account that can only read results.', 'api'),
  })
  .describe('The database that results are published to. Keep it apart from the LMS database.')

export const lms = z
  .strictObject({
    ...server,
    database: databaseName("The LMS's database. Default: edxapp.").optional(),
    reader: account('The account that Sqoop reads with.', 'reader'),
  })
  .describe("The LMS's database, which Sqoop reads.")

export type SecretInput = z.infer<ReturnType<typeof secret>>
