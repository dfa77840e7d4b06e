import type { BadSpec } from '../bad-form.ts'

/** Line 3 has the fields of EMR, from column 3 on. */
const emr = (rest: string, deployment = 'small-emr'): string =>
  `name: insights\naws: {deployment: ${deployment}, region: eu-west-1, ${deployment === 'large-emr' ? 'api: none, insights: none, ' : ''}emr: {\n  ${rest}}}\n`
const KEY = 'SPEC_KEY_NOT_USED'

/** What is wrong with EMR. */
export const badInfrastructureEmr: readonly BadSpec[] = [
  [
    'an application that has left EMR',
    emr('applications: [Hadoop, ganglia]'),
    ['SPEC_RELEASE_LACKS 3:26'],
    /emr-7\.13\.0 has no Ganglia/,
  ],
  [
    'an application that is not there yet',
    emr(
      'release: emr-4.9.6, master: {type: m4.xlarge}, core: {type: m4.xlarge}, applications: [Hive, Oozie]',
    ),
    ['SPEC_RELEASE_LACKS 3:96'],
    /emr-4\.9\.6 has no Oozie/,
  ],
  [
    'a release without security configurations',
    emr('release: emr-4.7.2, master: {type: m4.xlarge}, core: {type: m4.xlarge}'),
    ['SPEC_RELEASE_LACKS 3:12'],
    /no security configuration/,
  ],
  [
    'features of later releases',
    emr('release: emr-5.27.0, managedScaling: {min: 1, max: 2}, stepConcurrency: 2'),
    ['SPEC_RELEASE_LACKS 3:40', 'SPEC_RELEASE_LACKS 3:75'],
    /no managedScaling/,
  ],
  [
    'an instance type of a later release',
    emr('release: emr-5.12.0, master: {type: m4.xlarge}, core: {type: m5.xlarge}'),
    ['SPEC_RELEASE_LACKS 3:64'],
    /emr-5\.12\.0 has no m5\.xlarge/,
  ],
  [
    'a type of volume that EMR does not attach',
    emr('core: {volumes: [{type: io2, size: 100, iops: 1000}]}'),
    ['SPEC_INVALID_VALUE 3:27'],
    /io2, which EMR does not attach/,
  ],
  [
    'a version of the old images',
    emr('release: 3.11.0'),
    ['SPEC_AMI_VERSION 3:12'],
    /3\.11\.0 is a version of EMR's old images/,
    /emr-7\.13\.0; howdah emr translate/,
  ],
  ['a version of the oldest images', emr("release: '2.4'"), ['SPEC_AMI_VERSION 3:12'], /2023-12-04/],
  [
    'an unknown key deep in configurations',
    emr(
      'configurations: [{classification: a, configurations: [{classification: b, configurations: [{classification: c, propertys: {}}]}]}]',
    ),
    ['SPEC_UNKNOWN_KEY 3:114'],
    /configurations\[0\]\.propertys is not a key/,
    /properties\?/,
  ],
  [
    'a classification twice, deep in configurations',
    emr(
      'configurations: [{classification: a, configurations: [{classification: b, configurations: [{classification: c}, {classification: c}]}]}]',
    ),
    ['SPEC_DUPLICATE_CLASSIFICATION 3:132'],
    /c is configured twice/,
  ],
  [
    'a release without its prefix',
    emr('release: 7.13.0'),
    ['SPEC_RELEASE 3:12'],
    /not a release label/,
    /write emr-7\.13\.0/,
  ],
  ['an unknown release', emr('release: latest'), ['SPEC_RELEASE 3:12'], /"latest"/],
  [
    'Sqoop on a release without it',
    emr('applications: [Hadoop, Sqoop]'),
    ['SPEC_NO_SQOOP 3:26'],
    /emr-7\.13\.0 has no application Sqoop: emr-7\.4\.0/,
    /remove/,
  ],
  [
    'Sqoop in applications, and sqoop: none',
    emr('release: emr-7.4.0, applications: [Hadoop, Sqoop], sqoop: none'),
    ['SPEC_SQOOP_TWICE 3:61'],
    /sqoop is none/,
  ],
  [
    'a tarball without a checksum',
    emr('sqoop: {tarball: https://files.example.org/s.tar.gz}'),
    ['SPEC_CHECKSUM 3:11'],
    /no checksum/,
    /sha512/,
  ],
  ['a checksum without a tarball', emr(`sqoop: {sha512: ${'a'.repeat(128)}}`), [`${KEY} 3:11`], /no tarball/],
  [
    'a Sqoop without a known address',
    emr('sqoop: {version: 1.4.6}'),
    ['SPEC_CHECKSUM 3:20'],
    /where Sqoop 1\.4\.6 is/,
  ],
  [
    'a driver without a checksum',
    emr('sqoop: {driver: https://files.example.org/d.jar}'),
    ['SPEC_CHECKSUM 3:11'],
    /driver and no driverSha256/,
  ],
  [
    'a driver by http',
    emr(`sqoop: {driver: http://files.example.org/d.jar, driverSha256: ${'a'.repeat(64)}}`),
    ['SPEC_INVALID_VALUE 3:19'],
    /https:/,
  ],

  [
    'a retired type',
    emr('master: {type: m1.medium}'),
    ['SPEC_RETIRED_TYPE 3:18'],
    /aws\.emr\.master\.type is m1\.medium/,
    /write m5\.xlarge/,
  ],
  [
    'a retired type of c1',
    emr('core: {type: c1.medium}'),
    ['SPEC_RETIRED_TYPE 3:16'],
    /c1\.medium/,
    /write c5\.xlarge/,
  ],
  [
    'a type that is too small',
    emr('core: {type: m5.medium}'),
    ['SPEC_TYPE_TOO_SMALL 3:16'],
    /too small for EMR/,
    /m5\.xlarge/,
  ],
  ['two masters', emr('master: {count: 2}'), ['SPEC_OUT_OF_BOUNDS 3:19'], /count is 2/],
  [
    'Spot without a bid',
    emr('task: {market: SPOT}'),
    ['SPEC_SPOT_WITHOUT_BID 3:18'],
    /aws\.emr\.task is SPOT without a bidPrice/,
    /add bidPrice/,
  ],
  [
    'a bid that is not a price',
    emr('task: {market: SPOT, bidPrice: cheap}'),
    ['SPEC_INVALID_VALUE 3:34'],
    /"cheap"/,
  ],
  ['a bid of zero', emr('task: {market: SPOT, bidPrice: 0.00}'), ['SPEC_INVALID_VALUE 3:34'], /"0\.00"/],
  [
    'groups and fleets',
    emr('task: {count: 2}, fleets: {core: {onDemand: 2}}'),
    ['SPEC_GROUPS_AND_FLEETS 3:3'],
    /group task and fleets/,
    /below fleets/,
  ],
  [
    'a fleet with two masters',
    emr('fleets: {master: {onDemand: 1, spot: 1}}'),
    ['SPEC_OUT_OF_BOUNDS 3:20'],
    /1 On-Demand and 1 Spot/,
  ],
  [
    'two bids in a fleet',
    emr('fleets: {task: {spot: 2, types: [{type: m5.xlarge, bidPrice: 0.1, bidPricePercent: 50}]}}'),
    ['SPEC_TWO_BIDS 3:69'],
    /bidPrice and a bidPricePercent/,
  ],
  [
    'a retired type in a fleet',
    emr('fleets: {task: {spot: 2, types: [m5.xlarge, m3.xlarge]}}'),
    ['SPEC_RETIRED_TYPE 3:47'],
    /types\[1\] is m3\.xlarge/,
  ],
  [
    'too many types',
    emr(`fleets: {task: {types: [${Array.from({ length: 31 }, () => 'm5.xlarge').join(', ')}]}}`),
    ['SPEC_OUT_OF_BOUNDS 3:26'],
    /types is 31/,
  ],
  [
    'a fleet that waits too long',
    emr('fleets: {task: {timeoutMinutes: 2000}}'),
    ['SPEC_INVALID_VALUE 3:35'],
    /2000.*5 to 1440/,
  ],

  [
    'a min above max',
    emr('managedScaling: {min: 5, max: 3}'),
    ['SPEC_OUT_OF_BOUNDS 3:25'],
    /min is 5, and max is 3/,
  ],
  [
    'a maxCore above max',
    emr('managedScaling: {min: 1, max: 3, maxCore: 4}'),
    ['SPEC_OUT_OF_BOUNDS 3:45'],
    /maxCore is 4/,
  ],
  [
    'a maxOnDemand above max',
    emr('managedScaling: {min: 1, max: 3, maxOnDemand: 9}'),
    ['SPEC_OUT_OF_BOUNDS 3:49'],
    /maxOnDemand is 9/,
  ],
  ['idle too short', emr('autoTermination: 59'), ['SPEC_OUT_OF_BOUNDS 3:20'], /autoTermination is 59/],
  ['idle too long', emr('autoTermination: 8d'), ['SPEC_OUT_OF_BOUNDS 3:20'], /691200/],
  ['an invalid duration', emr('autoTermination: soon'), ['SPEC_INVALID_VALUE 3:20'], /"soon"/],

  ['a script without a path', emr('steps: [{type: script}]'), ['SPEC_MISSING_KEY 3:11'], /path is missing/],
  [
    'a jar step without a jar',
    emr('steps: [{type: jar, args: [x]}]'),
    ['SPEC_MISSING_KEY 3:11'],
    /jar is missing/,
  ],
  [
    'a command without arguments',
    emr('steps: [{type: command, args: []}]'),
    ['SPEC_MISSING_KEY 3:11'],
    /args is missing/,
  ],
  [
    'a key of another type of step',
    emr('steps: [{type: command, args: [ls], mainClass: x}]'),
    [`${KEY} 3:39`],
    /mainClass has no effect/,
  ],
  [
    'an unknown type of step',
    emr('steps: [{type: hive_install}]'),
    ['SPEC_INVALID_VALUE 3:18'],
    /"hive_install".*script, jar/,
  ],
  [
    'a script outside of S3',
    emr('steps: [{type: script, path: /tmp/x.sh}]'),
    ['SPEC_INVALID_VALUE 3:32'],
    /s3:/,
  ],
  [
    'a classification twice',
    emr('configurations: [{classification: hive-site}, {classification: hive-site}]'),
    ['SPEC_DUPLICATE_CLASSIFICATION 3:66'],
    /hive-site is configured twice/,
  ],
  [
    'too many bootstrap actions',
    emr(`bootstrapActions: [${Array.from({ length: 17 }, (_, i) => `{path: 's3://b/${i}'}`).join(', ')}]`),
    ['SPEC_OUT_OF_BOUNDS 3:21'],
    /17 bootstrap actions/,
  ],
  [
    'no service group in private subnets',
    emr('subnets: private, managedSecurityGroups: {master: sg-01234567, core: sg-01234568}'),
    ['SPEC_MISSING_KEY 3:44'],
    /service is missing/,
  ],
  [
    'a service group in public subnets',
    emr('managedSecurityGroups: {master: sg-01234567, core: sg-01234568, service: sg-01234569}'),
    [`${KEY} 3:67`],
    /private subnets only/,
  ],
]
