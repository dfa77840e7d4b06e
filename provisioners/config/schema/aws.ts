import { z } from 'zod'
import { DEPLOYMENTS } from '../infrastructure/types.ts'
import { cidr, digits, idOf, idsOf, plainPath, textMap } from './aws-fields.ts'
import { app, database, fleet, scheduler, server } from './aws-hosts.ts'
import { emr } from './emr.ts'
import { choice, matching, port, text } from './fields.ts'

/** The section `aws` of cluster.yml: the infrastructure that `howdah apply` creates. */

const region = matching(
  /^[a-z]{2}(-[a-z]+)+-\d$/,
  'a region, such as eu-west-1',
  'The AWS region, such as eu-west-1.',
)

const vpc = z
  .strictObject({
    id: idOf('vpc', 'Id of the VPC.').optional(),
    publicSubnets: idsOf('subnet', 'Its public subnets, by id. With `id`.').optional(),
    privateSubnets: idsOf('subnet', 'Its private subnets, by id. With `id`.').optional(),
    tags: textMap('Tags to find the VPC by, instead of `id`.').optional(),
    publicSubnetTags: textMap('Tags to find its public subnets by. With `tags`.').optional(),
    privateSubnetTags: textMap('Tags to find its private subnets by. With `tags`.').optional(),
  })
  .describe('An existing VPC, by its id or by tags. Default: a new one is created.')

const lms = z
  .strictObject({
    peering: z
      .strictObject({
        vpc: idOf('vpc', "The LMS's VPC."),
        cidr: cidr("Addresses of the LMS's VPC."),
        account: digits('The AWS account that owns it, if it is another one.').optional(),
        region: region.describe('Its region, if it is another one.').optional(),
      })
      .describe('If the LMS is in another VPC: the two VPCs are peered.')
      .optional(),
    securityGroup: idOf(
      'sg',
      'If the LMS is in the same VPC: the security group of its database, which gets a rule that admits the cluster.',
    ).optional(),
    port: port("Port of the LMS's MySQL. Default: 3306.").optional(),
  })
  .describe('How the cluster reaches a read replica of the LMS database. Default: not at all.')

const network = z
  .strictObject({
    cidr: cidr(
      'Addresses of the VPC. Required for an existing VPC, because security rules need it. Default: 10.20.0.0/16.',
    ).optional(),
    nat: choice(
      ['none', 'single', 'per-zone'],
      'NAT gateways, which give private subnets internet access and cost money while idle. For a new VPC. Default: single in large deployments, else none.',
    ).optional(),
    flowLogs: z
      .boolean()
      .describe('Log the connections in the VPC. For a new VPC. Default: true.')
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
        'Interface endpoints, by which private subnets reach AWS services without internet access. Default: those that SSM and EMR need when hosts are in private subnets without NAT, else none.',
      )
      .optional(),
    vpc: vpc.optional(),
    lms: lms.optional(),
  })
  .describe('The network.')

const keyPair = z
  .strictObject({
    publicKeyFile: text('The public key to log in with, a file on this machine.').optional(),
    name: matching(
      /^[A-Za-z0-9._-]{1,255}$/,
      'letters, digits, dots, dashes and underscores',
      'Name of the key pair that is created from it. With `publicKeyFile`. Default: `name`.',
    ).optional(),
    existing: text('Name of an existing key pair of the account, instead of `publicKeyFile`.').optional(),
  })
  .describe('The key to log in with over SSH. Default: none, so hosts are reached only through SSM.')

const bucket = (what: string, folder: string) =>
  z
    .strictObject({
      name: text(
        `Name of the bucket; it must be unique in all of AWS. Default: <name>-<region>-${folder}-<id of the account>.`,
      ).optional(),
      existing: z
        .boolean()
        .describe('The bucket exists: use it, and do not create it. Default: false.')
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
      'The folder in the bucket that they may use. Default: none, so the whole bucket.',
    ).optional(),
    write: z.boolean().describe('Also allow them to write and delete there. Default: false.').optional(),
  })
  .describe('An existing bucket; it is never created or changed.')

/** Keeps the policies of roles below the limits of IAM and of S3's endpoint. */
const MOST_DATA_BUCKETS = 10

const key = matching(
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+|alias\/[A-Za-z0-9/_-]+)$/,
  'the ARN of a KMS key, or its alias, such as alias/analytics',
  'An existing KMS key, by ARN or alias, for disks, buckets, databases, logs and secrets. Several deployments can share one, and then read what the others wrote to S3. Default: a new key, which outlives the EMR cluster.',
)

const state = z
  .strictObject({
    bucket: text('Bucket that holds the state.'),
    region: region.describe('Region of the bucket. Default: `aws.region`.').optional(),
    key: plainPath('Name of the state in the bucket. Default: <name>/terraform.tfstate.').optional(),
    create: z
      .boolean()
      .describe('Create the bucket first, in a small separate stack. Default: true.')
      .optional(),
  })
  .describe(
    "Where Terraform keeps its state, with a lock, so that several operators can work. Default: a file in the cluster's state directory.",
  )

export const aws = z
  .strictObject({
    deployment: choice(
      DEPLOYMENTS,
      '`small-emr`: EMR with one master for all services, and one core node. `large-emr`: EMR, with scheduler, result store, API and Insights on separate servers. `large-hadoop`: the same with EC2 hosts instead of EMR. `single-server`: one host.',
    ),
    region,
    zones: z
      .array(text('A zone, such as eu-west-1a.'))
      .min(1, { error: 'from 1 to 8 zones' })
      .max(8, { error: 'from 1 to 8 zones' })
      .describe(
        'Availability zones. At least two if there is an RDS database or a load balancer. Default: the first two of the region in large deployments, else the first.',
      )
      .optional(),
    tags: textMap('Tags for every resource. Default: none.').optional(),
    network: network.optional(),
    keyPair: keyPair.optional(),
    operators: z
      .array(cidr('Addresses.'))
      .describe('Addresses that operators may log in from over SSH. Default: none.')
      .optional(),
    buckets: z
      .strictObject({
        logs: bucket('The bucket of logs.', 'logs'),
        configuration: bucket('The bucket of configuration and of the scripts that hosts run.', 'config'),
        data: z
          .array(dataBucket)
          .max(MOST_DATA_BUCKETS, { error: `at most ${MOST_DATA_BUCKETS} buckets` })
          .describe(
            'Buckets that the pipeline reads tracking logs from, or writes its warehouse and reports to. EMR nodes, Hadoop hosts with their scheduler, and the single server get access. If a bucket belongs to another account or has its own KMS key, the policies there must allow the access too. Default: none.',
          )
          .optional(),
      })
      .describe('The buckets.')
      .optional(),
    uploads: z
      .array(
        z
          .strictObject({
            file: text(
              'The file on this machine. A relative path is resolved from the directory of cluster.yml.',
            ),
            key: plainPath(
              'Its key in the configuration bucket, below the `prefix` of the bucket. The address is s3://BUCKET/KEY.',
            ),
          })
          .describe('A file.'),
      )
      .describe(
        'Files on this machine that `apply` uploads to the configuration bucket before it creates the EMR cluster: scripts of bootstrap actions and steps, jars, certificates. Default: none.',
      )
      .optional(),
    key: key.optional(),
    state: state.optional(),
    resultStore: database.optional(),
    emr: emr.optional(),
    fleet: fleet.optional(),
    server: server.optional(),
    scheduler: scheduler.optional(),
    api: app('The Data API, on servers behind a load balancer that terminates TLS.', 8100, true),
    insights: app('Insights, on servers behind a load balancer that terminates TLS.', 8110, false),
  })
  .describe('The infrastructure on AWS, which `howdah apply` creates.')

export type AwsInput = z.infer<typeof aws>
