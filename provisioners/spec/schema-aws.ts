import { z } from 'zod'
import { DEPLOYMENTS } from './ground-types.ts'
import {
  cidr,
  digits,
  dnsName,
  idOf,
  idsOf,
  image,
  instanceType,
  plainPath,
  rootVolume,
  textMap,
  volumes,
} from './schema-aws-fields.ts'
import { emr } from './schema-emr.ts'
import { choice, databaseName, login, matching, port, positive, text } from './schema-fields.ts'

/** The section `aws` of cluster.yml: the ground that `howdah apply` lays out. */

const region = matching(
  /^[a-z]{2}(-[a-z]+)+-\d$/,
  'a region, such as eu-west-1',
  'The region of AWS, such as eu-west-1.',
)

const vpc = z
  .strictObject({
    id: idOf('vpc', 'Its id.').optional(),
    publicSubnets: idsOf('subnet', 'Its public subnets, by id. With `id`.').optional(),
    privateSubnets: idsOf('subnet', 'Its private subnets, by id. With `id`.').optional(),
    tags: textMap('Tags to find it by, in place of `id`.').optional(),
    publicSubnetTags: textMap('Tags to find its public subnets by. With `tags`.').optional(),
    privateSubnetTags: textMap('Tags to find its private subnets by. With `tags`.').optional(),
  })
  .describe('A VPC that is there already, by ids or found by tags. Default: one is made.')

const lms = z
  .strictObject({
    peering: z
      .strictObject({
        vpc: idOf('vpc', "The LMS's VPC."),
        cidr: cidr("Addresses of the LMS's VPC."),
        account: digits('The account that owns it, where it is another.').optional(),
        region: region.describe('The region that it is in, where it is another.').optional(),
      })
      .describe('The LMS is in another VPC: the two are peered.')
      .optional(),
    securityGroup: idOf(
      'sg',
      'The LMS is in the same VPC: the security group of its database, which the cluster is let into.',
    ).optional(),
    port: port("Port of the LMS's MySQL. Default: 3306.").optional(),
  })
  .describe('How the cluster reaches a read replica of the LMS database. Default: not at all.')

const network = z
  .strictObject({
    cidr: cidr(
      'Addresses of the VPC. Needed for one that is there already, since rules are written with it. Default: 10.20.0.0/16.',
    ).optional(),
    nat: choice(
      ['none', 'single', 'per-zone'],
      'Ways out for private subnets: NAT gateways cost money while idle. Of a VPC that is made. Default: single in large deployments, else none.',
    ).optional(),
    flowLogs: z
      .boolean()
      .describe('Keep a log of the connections in the VPC. Of a VPC that is made. Default: true.')
      .optional(),
    endpoints: z
      .array(
        matching(
          /^[a-z][a-z0-9.-]*$/,
          'the short name of a service, such as ssm',
          'Short name of a service: ssm, logs, elasticmapreduce, ….',
        ),
      )
      .describe(
        'Interface endpoints, by which private subnets reach services of AWS without a way out. Default: what SSM and EMR need when hosts are in private subnets without NAT, else none.',
      )
      .optional(),
    vpc: vpc.optional(),
    lms: lms.optional(),
  })
  .describe('The network.')

const keyPair = z
  .strictObject({
    publicKeyFile: text('The public key to log in with, a file of this machine.').optional(),
    name: matching(
      /^[A-Za-z0-9._-]{1,255}$/,
      'letters, digits, dots, dashes and underscores',
      'Name of the key pair that is made of it. With `publicKeyFile`. Default: `name`.',
    ).optional(),
    existing: text('Name of a key pair of the account, in place of `publicKeyFile`.').optional(),
  })
  .describe('The key to log in with over SSH. Default: none, so hosts are reached through SSM alone.')

const bucket = (what: string, folder: string) =>
  z
    .strictObject({
      name: text(
        `Name of the bucket; it must be free in all of AWS. Default: <name>-<region>-${folder}.`,
      ).optional(),
      existing: z
        .boolean()
        .describe('It is there already: it is used and not made. Default: false.')
        .optional(),
      prefix: plainPath('A folder in the bucket. Default: none.').optional(),
    })
    .describe(what)
    .optional()

const state = z
  .strictObject({
    bucket: text('Bucket that holds the state.'),
    region: region.describe('Its region. Default: `aws.region`.').optional(),
    key: plainPath('Name of the state in the bucket. Default: <name>/terraform.tfstate.').optional(),
    create: z
      .boolean()
      .describe('Make the bucket, by a small stack of its own, before all else. Default: true.')
      .optional(),
  })
  .describe(
    "Where Terraform keeps what it knows, with a lock, so that several people can work. Default: a file in the cluster's state directory.",
  )

const database = z
  .strictObject({
    kind: choice(
      ['rds', 'host'],
      '`rds`: a managed MySQL. `host`: a server that `howdah bootstrap` makes the result store, with large-hadoop. Default: rds in large-emr, host in large-hadoop.',
    ).optional(),
    engineVersion: digits(
      'Version of MySQL: 8.4, 9.7, or in full, such as 8.4.10. With `kind: rds`. Default: 8.4.',
    ).optional(),
    instanceType: instanceType(
      'Instance type. Default: db.m7g.large with `kind: rds`, else m7i.large.',
    ).optional(),
    storage: positive('Disk in GB. Default: 100.').max(65536, { error: 'at most 65536' }).optional(),
    maxStorage: positive(
      'Disk in GB up to which it grows by itself. With `kind: rds`. Default: five times `storage`.',
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
      .describe('Refuse to delete it until this is switched off. With `kind: rds`. Default: true.')
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
  .describe('The result store. With large-emr and large-hadoop; in the others it is on the host of all.')

const sshUser = login(
  'Login user of the image. Default: admin on Debian, ubuntu on Ubuntu, ec2-user on Amazon Linux.',
).optional()

const fleet = z
  .strictObject({
    master: z
      .strictObject({
        type: instanceType('Instance type. Default: m7i.xlarge.').optional(),
        rootVolume: rootVolume(30),
        dataVolumes: volumes('EBS volumes, one a data directory. Default: one of 100 GB, gp3.'),
      })
      .describe('The master.')
      .optional(),
    workers: z
      .strictObject({
        count: positive('How many. Default: 3.').optional(),
        type: instanceType('Instance type. Default: m7i.xlarge.').optional(),
        rootVolume: rootVolume(30),
        dataVolumes: volumes('EBS volumes, one a data directory. Default: one of 100 GB, gp3.'),
      })
      .describe('The workers.')
      .optional(),
    placement: choice(
      ['none', 'spread', 'cluster', 'partition'],
      '`spread`: each on hardware of its own, at most 7. `partition`: groups that share no hardware. `cluster`: near each other. Default: spread up to 7 hosts, else partition.',
    ).optional(),
    image: image.optional(),
    sshUser,
  })
  .describe('The hosts of the Hadoop cluster. With large-hadoop.')

const server = z
  .strictObject({
    type: instanceType('Instance type. Default: m7i.2xlarge.').optional(),
    rootVolume: rootVolume(40),
    dataVolumes: volumes('EBS volumes, one a data directory. Default: one of 100 GB, gp3.'),
    image: image.optional(),
    sshUser,
  })
  .describe('The one host of everything. With single-server.')

const scheduler = z
  .strictObject({
    type: instanceType('Instance type. Default: m7i.large.').optional(),
    rootVolume: rootVolume(30),
    image: image.optional(),
    sshUser,
  })
  .describe('The host that runs the scheduler, in a private subnet. With large-emr and large-hadoop.')

const app = (what: string, listen: number, internal: boolean) =>
  z
    .union(
      [
        z.literal('none'),
        z.strictObject({
          domain: dnsName('Its name in DNS.'),
          type: instanceType('Instance type. Default: m7i.large.').optional(),
          min: positive('Fewest servers. Default: 2.').optional(),
          max: positive('Most servers. Default: twice `min`.').optional(),
          desired: positive('Servers to begin with. Default: `min`.').optional(),
          port: port(`Port that the application listens on. Default: ${listen}.`).optional(),
          healthPath: matching(
            /^\/\S*$/,
            'a path that begins with /',
            'Path that answers 200 when the application is well. Default: /health/.',
          ).optional(),
          certificateArn: matching(
            /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/\S+$/,
            'the ARN of a certificate of ACM',
            'A certificate of ACM. This or `hostedZone` is needed. Default: one is requested, and proved by a record in `hostedZone`.',
          ).optional(),
          hostedZone: dnsName(
            'Zone of Route 53 for its record and the proof of its certificate. Default: none, so the records are yours to make.',
          ).optional(),
          internal: z.boolean().describe(`Reachable in the VPC alone. Default: ${internal}.`).optional(),
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
    .describe(`${what} With large-emr and large-hadoop, where it must be given; \`none\` leaves it out.`)
    .optional()

export const aws = z
  .strictObject({
    deployment: choice(
      DEPLOYMENTS,
      '`small-emr`: EMR with one master that does everything, and one core node. `large-emr`: EMR, with scheduler, result store, API and Insights apart. `large-hadoop`: the same on hosts of EC2. `single-server`: one host.',
    ),
    region,
    zones: z
      .array(text('A zone, such as eu-west-1a.'))
      .min(1, { error: 'from 1 to 8 zones' })
      .max(8, { error: 'from 1 to 8 zones' })
      .describe(
        'Availability zones. Two or more where a database of RDS or a load balancer is. Default: the first two of the region in large deployments, else the first.',
      )
      .optional(),
    tags: textMap('Tags that everything gets. Default: none.').optional(),
    network: network.optional(),
    keyPair: keyPair.optional(),
    operators: z
      .array(cidr('Addresses.'))
      .describe('Addresses that people may log in from over SSH. Default: none.')
      .optional(),
    buckets: z
      .strictObject({
        logs: bucket('The bucket of logs.', 'logs'),
        configuration: bucket('The bucket of configuration and of the scripts that hosts run.', 'config'),
      })
      .describe('The buckets.')
      .optional(),
    state: state.optional(),
    resultStore: database.optional(),
    emr: emr.optional(),
    fleet: fleet.optional(),
    server: server.optional(),
    scheduler: scheduler.optional(),
    api: app('The Data API, on servers behind a load balancer that ends TLS.', 8100, true),
    insights: app('Insights, on servers behind a load balancer that ends TLS.', 8110, false),
  })
  .describe('The ground on AWS, which `howdah apply` lays out.')

export type AwsInput = z.infer<typeof aws>
