import { z } from 'zod'
import { DEPLOYMENTS } from '../infrastructure/types.ts'
import { cidr, digits, idOf, idsOf, plainPath, textMap } from './aws-fields.ts'
import { app, database, fleet, scheduler, server } from './aws-hosts.ts'
import { emr } from './emr.ts'
import { choice, matching, port, text } from './fields.ts'

/** The section `aws` of cluster.yml: the infrastructure that `howdah apply` lays out. */

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

const dataBucket = z
  .strictObject({
    name: text('Name of the bucket.'),
    prefix: matching(
      /^[A-Za-z0-9!_.'()=/-]+$/,
      "letters, digits, slashes and !_.'()=-",
      'The folder in it that they get into. Default: none, so all of it.',
    ).optional(),
    write: z.boolean().describe('They may write and delete there too. Default: false.').optional(),
  })
  .describe('A bucket that is there already; it is never made or changed.')

/** So that the policies of roles stay below what IAM and S3's endpoint take. */
const MOST_DATA_BUCKETS = 10

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
    "Where Terraform keeps what it knows, with a lock, so that several users can work. Default: a file in the cluster's state directory.",
  )

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
      .describe('Addresses that users may log in from over SSH. Default: none.')
      .optional(),
    buckets: z
      .strictObject({
        logs: bucket('The bucket of logs.', 'logs'),
        configuration: bucket('The bucket of configuration and of the scripts that hosts run.', 'config'),
        data: z
          .array(dataBucket)
          .max(MOST_DATA_BUCKETS, { error: `at most ${MOST_DATA_BUCKETS} buckets` })
          .describe(
            'Buckets that the pipeline reads tracking logs from, or writes its warehouse and reports to. Nodes of EMR, hosts of Hadoop with their scheduler, and the single server are let in; where a bucket is of another account or has a KMS key of its own, the policies there must let them in too. Default: none.',
          )
          .optional(),
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
  .describe('The infrastructure on AWS, which `howdah apply` lays out.')

export type AwsInput = z.infer<typeof aws>
