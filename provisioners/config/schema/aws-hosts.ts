import { z } from 'zod'
import { cidr, digits, dnsName, image, instanceType, rootVolume, volumes } from './aws-fields.ts'
import { choice, databaseName, login, matching, port, positive } from './fields.ts'

/** The servers in `aws`: the result store, hosts of EC2, and applications behind load balancers. */

export const database = z
  .strictObject({
    kind: choice(
      ['rds', 'host'],
      '`rds`: a managed MySQL. `host`: a server that `howdah bootstrap` turns into the result store, with large-hadoop. Default: rds in large-emr, host in large-hadoop.',
    ).optional(),
    engineVersion: digits(
      'Version of MySQL: 8.4, 9.7, or in full, such as 8.4.10. With `kind: rds`. Default: 8.4.',
    ).optional(),
    majorUpgrade: digits(
      'Allow the upgrade to this version, such as 9.7, which must be that of `engineVersion`. RDS refuses a major upgrade without it. With `kind: rds`. Default: none.',
    ).optional(),
    instanceType: instanceType(
      'Instance type. With `kind: rds`, a change restarts the database when you apply it. Default: db.m7g.large with `kind: rds`, else m7i.large.',
    ).optional(),
    storage: positive('Disk in GB. Default: 100.').max(65536, { error: 'at most 65536' }).optional(),
    maxStorage: positive(
      'Disk in GB up to which it grows automatically. With `kind: rds`. Default: five times `storage`.',
    )
      .max(65536, { error: 'at most 65536' })
      .optional(),
    multiAz: z
      .boolean()
      .describe('Keep a copy in a second zone that takes over. With `kind: rds`. Default: true.')
      .optional(),
    backupDays: z
      .int()
      .min(1, { error: 'from 1 to 35' })
      .max(35, { error: 'from 1 to 35' })
      .describe('Days that backups are kept. With `kind: rds`. Default: 14.')
      .optional(),
    deletionProtection: z
      .boolean()
      .describe('Refuse to delete the database until this is switched off. With `kind: rds`. Default: true.')
      .optional(),
    database: databaseName('The database of the results. Default: reports.').optional(),
    charset: choice(
      ['utf8mb3', 'utf8mb4'],
      'Character set; its binary collation is the default of every column. With `kind: rds`. Default: utf8mb4.',
    ).optional(),
    requireTls: z
      .boolean()
      .describe('Refuse connections without TLS. With `kind: rds`. Default: true.')
      .optional(),
  })
  .describe(
    'The result store. With large-emr and large-hadoop; in the other deployments it is on the master or the single server.',
  )

const sshUser = login(
  'Login user of the image. Default: admin on Debian, ubuntu on Ubuntu, ec2-user on Amazon Linux.',
).optional()

export const fleet = z
  .strictObject({
    master: z
      .strictObject({
        type: instanceType('Instance type. Default: m7i.xlarge.').optional(),
        rootVolume: rootVolume(30),
        dataVolumes: volumes('EBS volumes, one per data directory. Default: one of 100 GB, gp3.'),
      })
      .describe('The master.')
      .optional(),
    workers: z
      .strictObject({
        count: positive('Number of workers. Default: 3.').optional(),
        type: instanceType('Instance type. Default: m7i.xlarge.').optional(),
        rootVolume: rootVolume(30),
        dataVolumes: volumes('EBS volumes, one per data directory. Default: one of 100 GB, gp3.'),
      })
      .describe('The workers.')
      .optional(),
    placement: choice(
      ['none', 'spread', 'cluster', 'partition'],
      '`spread`: each on separate hardware, at most 7. `partition`: groups that share no hardware. `cluster`: near each other. Default: spread up to 7 hosts, else partition.',
    ).optional(),
    image: image.optional(),
    sshUser,
  })
  .describe('The hosts of the Hadoop cluster. With large-hadoop.')

export const server = z
  .strictObject({
    type: instanceType('Instance type. Default: m7i.2xlarge.').optional(),
    rootVolume: rootVolume(40),
    dataVolumes: volumes('EBS volumes, one per data directory. Default: one of 100 GB, gp3.'),
    image: image.optional(),
    sshUser,
  })
  .describe('The single host. With single-server.')

export const scheduler = z
  .strictObject({
    type: instanceType('Instance type. Default: m7i.large.').optional(),
    rootVolume: rootVolume(30),
    image: image.optional(),
    sshUser,
  })
  .describe('The host that runs the scheduler, in a private subnet. With large-emr and large-hadoop.')

export const app = (what: string, listen: number, internal: boolean) =>
  z
    .union(
      [
        z.literal('none'),
        z.strictObject({
          domain: dnsName('The DNS name of the application.'),
          type: instanceType('Instance type. Default: m7i.large.').optional(),
          min: positive('Fewest servers. Default: 2.').optional(),
          max: positive('Most servers. Default: twice `min`.').optional(),
          desired: positive('Number of servers at the start. Default: `min`.').optional(),
          port: port(`Port that the application listens on. Default: ${listen}.`).optional(),
          healthPath: matching(
            /^\/\S*$/,
            'a path that begins with /',
            'Path that returns 200 when the application is healthy. Default: /health/.',
          ).optional(),
          certificateArn: matching(
            /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/\S+$/,
            'the ARN of a certificate of ACM',
            'A certificate of ACM. This or `hostedZone` is required. Default: one is requested, and validated by a record in `hostedZone`.',
          ).optional(),
          hostedZone: dnsName(
            'Zone of Route 53 for the DNS record and the validation record of the certificate. Default: none, so you must make the records.',
          ).optional(),
          internal: z.boolean().describe(`Reachable only inside the VPC. Default: ${internal}.`).optional(),
          allow: z
            .array(cidr('Addresses.'))
            .min(1, { error: 'one range or more' })
            .describe(`Who may reach it. Default: ${internal ? 'the VPC' : '[0.0.0.0/0]'}.`)
            .optional(),
          waf: z
            .boolean()
            .describe('Put a web application firewall in front. Default: true unless `internal`.')
            .optional(),
        }),
      ],
      { error: 'none, or {domain: …}' },
    )
    .describe(`${what} With large-emr and large-hadoop, where it is required; \`none\` leaves it out.`)
    .optional()
