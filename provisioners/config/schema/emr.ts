import { z } from 'zod'
import {
  artifactAddress,
  digits,
  idOf,
  idsOf,
  instanceType,
  label,
  listOf,
  s3Address,
  textMap,
  texts,
  volumes,
} from './aws-fields.ts'
import { choice, matching, positive, sha256, text, versionNumber } from './fields.ts'

/** The section `aws.emr` of cluster.yml. */

const bidPrice = digits('The highest price for one instance, in US dollars per hour.').optional()

const group = (what: string, type: string, count: string) =>
  z
    .strictObject({
      type: instanceType(`Instance type. Default: ${type}.`).optional(),
      count: positive(`Number of instances. Default: ${count}.`).optional(),
      market: choice(
        ['ON_DEMAND', 'SPOT'],
        'How the instances are bought. SPOT needs `bidPrice`, because EMR recognises Spot in an instance group by its bid. Default: ON_DEMAND.',
      ).optional(),
      bidPrice,
      volumes: volumes('EBS volumes of each instance. Default: one of 100 GB, gp3.'),
    })
    .describe(what)
    .optional()

const fleetType = z.union(
  [
    text('An instance type.'),
    z.strictObject({
      type: instanceType('Instance type.'),
      weight: positive('How many units of the capacity one instance counts for. Default: 1.').optional(),
      bidPrice,
      bidPricePercent: positive(
        'The highest price, in percent of the On-Demand price. Default: that of AWS, 100.',
      ).optional(),
      volumes: volumes('EBS volumes of each instance. Default: one of 100 GB, gp3.'),
    }),
  ],
  { error: 'an instance type, or {type: …, weight: …}' },
)

const fleet = (what: string, capacity: string) =>
  z
    .strictObject({
      onDemand: z
        .int()
        .min(0, { error: '0 or more' })
        .describe(`Units bought On-Demand. Default: ${capacity}.`)
        .optional(),
      spot: z
        .int()
        .min(0, { error: '0 or more' })
        .describe('Units bought as Spot. Default: 0, for tasks 4.')
        .optional(),
      types: listOf(
        fleetType.describe('An instance type, or one with its weight, bid and volumes.'),
        'Instance types to choose from, at most 30. Default: m5.xlarge, m5a.xlarge, m6i.xlarge.',
      ).optional(),
      onTimeout: choice(
        ['SWITCH_TO_ON_DEMAND', 'TERMINATE_CLUSTER'],
        'What to do when no Spot capacity is available in time. Default: SWITCH_TO_ON_DEMAND.',
      ).optional(),
      timeoutMinutes: z
        .int()
        .min(5, { error: 'from 5 to 1440' })
        .max(1440, { error: 'from 5 to 1440' })
        .describe('How long to wait for Spot capacity. Default: 15.')
        .optional(),
      allocation: choice(
        ['price-capacity-optimized', 'capacity-optimized', 'lowest-price', 'diversified'],
        'How Spot instances are chosen. Default: price-capacity-optimized.',
      ).optional(),
    })
    .describe(what)
    .optional()

const properties = textMap('Properties, as EMR takes them.').optional()
const classification = text('Name of the classification: yarn-site, mapred-site, hive-site, hadoop-env, ….')
const configuration = z
  .strictObject({
    classification,
    properties,
    get configurations() {
      return z
        .array(configuration)
        .describe(
          'Classifications inside this one, such as `export` inside `hadoop-env`. They may contain others.',
        )
        .optional()
    },
  })
  // The JSON Schema refers to it by this id, also from inside itself.
  .meta({ id: 'emrConfiguration', description: 'A classification with its properties.' })

const step = z
  .strictObject({
    type: choice(
      ['script', 'jar', 'streaming', 'command', 'hive-script', 'pig-script'],
      '`script`: a shell script in S3. `jar`: a jar. `streaming`: Hadoop streaming. `command`: a program on the master. `hive-script`, `pig-script`: a file in S3.',
    ),
    name: label('Name of the step. Default: its type.').optional(),
    path: s3Address('Address of the script. With `script`, `hive-script` and `pig-script`.').optional(),
    jar: text('Address of the jar, in S3 or on the master. With `jar`.').optional(),
    mainClass: text('Main class, if the jar names none. With `jar`.').optional(),
    args: texts('Arguments.').optional(),
    properties: textMap('Java properties. With `jar`.').optional(),
    actionOnFailure: choice(
      ['TERMINATE_CLUSTER', 'CANCEL_AND_WAIT', 'CONTINUE'],
      'What to do when the step fails. Default: CONTINUE.',
    ).optional(),
  })
  .describe('A step, run on the master.')

const bootstrapAction = z
  .strictObject({
    name: label("Name of the action. Default: the script's file name.").optional(),
    path: s3Address('Address of the script.'),
    args: texts('Arguments.').optional(),
  })
  .describe('A script that every instance runs before Hadoop starts.')

const sqoop = z
  .union(
    [
      z.literal('none'),
      z.strictObject({
        version: versionNumber('Version of Sqoop. Default: 1.4.7.').optional(),
        tarball: artifactAddress(
          "Address of the tarball, https or s3. Default: Apache's archive.",
        ).optional(),
        sha512: matching(
          /^[0-9a-f]{128}$/,
          '128 hexadecimal digits, as sha512sum prints',
          'SHA-512 of the tarball. This or `sha256` is required with `tarball`.',
        ).optional(),
        sha256: sha256('SHA-256 of the tarball.').optional(),
        driver: artifactAddress(
          'Address of the JDBC driver (a jar), https or s3. Default: MySQL Connector/J 8.4.0 of Maven Central.',
        ).optional(),
        driverSha256: sha256('SHA-256 of the driver. Required with `driver`.').optional(),
      }),
    ],
    { error: 'none, or a map of keys' },
  )
  .describe(
    'Sqoop. EMR contains it up to emr-7.4.0; on later releases Howdah installs it in a step. `none` leaves it out.',
  )

const managedScaling = z
  .strictObject({
    min: positive('Fewest instances (units of fleets), core and task together.'),
    max: positive('Most instances (units of fleets), core and task together.'),
    maxCore: positive('Most core instances. Default: none, so `max`.').optional(),
    maxOnDemand: z
      .int()
      .min(0, { error: '0 or more' })
      .describe('Most On-Demand instances. Default: none, so `max`.')
      .optional(),
  })
  .describe('Bounds within which EMR resizes the cluster automatically.')

const securityGroups = z
  .strictObject({
    master: idsOf('sg', 'Security groups of the master. Default: none.').optional(),
    core: idsOf('sg', 'Security groups of core and task instances. Default: none.').optional(),
  })
  .describe('Security groups for the instances, in addition to those of the stack.')

const managedSecurityGroups = z
  .strictObject({
    master: idOf('sg', "EMR's security group of the master."),
    core: idOf('sg', "EMR's security group of core and task instances."),
    service: idOf('sg', "EMR's service access group. Required in private subnets.").optional(),
  })
  .describe(
    'Existing security groups of the account, instead of those of the stack. EMR writes rules into them.',
  )

export const emr = z
  .strictObject({
    release: text(
      'Release label of EMR. Default: emr-7.13.0. AMI versions (2.x, 3.x) no longer exist. Sqoop is part of EMR up to emr-7.4.0.',
    ).optional(),
    applications: z
      .array(
        z
          .union(
            [
              text('Name of the application.'),
              z.strictObject({
                name: text('Name of the application.'),
                args: texts('Arguments of the application.').optional(),
              }),
            ],
            { error: 'a name, or {name: …, args: […]}' },
          )
          .describe('An application.'),
      )
      .describe('Applications of EMR, by name or as {name, args}. Default: [Hadoop, Hive].')
      .optional(),
    master: group('The master, as an instance group.', 'm5.xlarge', '1'),
    core: group('Core instances, with HDFS, as an instance group.', 'm5.xlarge', '1 in small-emr, else 2'),
    task: group('Task instances, without HDFS, as an instance group. Default: none.', 'm5.xlarge', '2'),
    fleets: z
      .strictObject({
        master: fleet('The master.', '1'),
        core: fleet('Core instances, with HDFS.', '1 in small-emr, else 2'),
        task: fleet('Task instances, without HDFS.', '0'),
      })
      .describe(
        'Instance fleets: several instance types over several zones, for the best Spot price. Instead of `master`, `core`, `task`. Default: fleets in large-emr, groups in small-emr.',
      )
      .optional(),
    subnets: choice(
      ['public', 'private'],
      'Subnets of the cluster: a fleet uses the best of them, a group the first. Default: public.',
    ).optional(),
    configurations: z
      .array(configuration)
      .describe('Configuration of the applications, by classification. Default: none.')
      .optional(),
    bootstrapActions: z
      .array(bootstrapAction)
      .describe('Scripts that every instance runs before Hadoop starts, in this order. Default: none.')
      .optional(),
    steps: z.array(step).describe('Steps, in this order. Default: none.').optional(),
    sqoop: sqoop.optional(),
    security: z
      .strictObject({
        atRest: z
          .boolean()
          .describe('Encrypt EBS volumes and data in S3, with the key of the deployment. Default: true.')
          .optional(),
        s3: choice(
          ['sse-kms', 'sse-s3'],
          "How the cluster encrypts what it writes to S3. `sse-kms`: with the key of the deployment (`aws.key`). `sse-s3`: with S3's own key, so that everybody who may read the bucket can read it, other clusters included. With `atRest`. Default: sse-kms.",
        ).optional(),
        inTransitCertificates: s3Address(
          'A zip file of PEM certificates in S3, to encrypt the traffic between instances. Default: none, so it is not encrypted.',
        ).optional(),
      })
      .describe('Encryption.')
      .optional(),
    managedScaling: managedScaling.optional(),
    autoTermination: z
      .union([z.int(), text('A duration.')], {
        error: 'a duration such as 2h or 90m, or a number of seconds',
      })
      .describe(
        'How long the cluster may be idle before it is terminated, 1 minute to 7 days: `90m`, `2h`, `1h30m`, or seconds. Default: none, so it runs until it is destroyed.',
      )
      .optional(),
    terminationProtection: z
      .boolean()
      .describe('Refuse to terminate the cluster until this is switched off. Default: false.')
      .optional(),
    rootVolume: positive('Size of the root volumes in GB. Default: that of EMR.')
      .max(100, { error: 'at most 100' })
      .optional(),
    stepConcurrency: positive('Steps that run at the same time. Default: 1.')
      .max(256, { error: 'at most 256' })
      .optional(),
    additionalSecurityGroups: securityGroups.optional(),
    managedSecurityGroups: managedSecurityGroups.optional(),
    serviceRole: text(
      'An existing service role of the account, by name or ARN. Default: a new one is created.',
    ).optional(),
    instanceProfile: text(
      'An existing instance profile of the account, by name or ARN. Default: a new one is created.',
    ).optional(),
  })
  .describe('The EMR cluster. With small-emr and large-emr.')

export type EmrInput = z.infer<typeof emr>
