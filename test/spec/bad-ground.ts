import type { BadSpec } from './bad-form.ts'

/** Line 1 is the name, and everything of aws stands in line 2 unless it says otherwise. */
const aws = (deployment: string, rest = ''): string =>
  `name: insights\naws: {deployment: ${deployment}, region: eu-west-1${rest}}\n`
const small = (rest: string): string => aws('small-emr', `, ${rest}`)
const single = (rest: string): string => aws('single-server', `, ${rest}`)
/** Nothing is behind load balancers. */
const bare = (rest: string): string => aws('large-emr', `, api: none, insights: none, ${rest}`)
const app = (rest: string): string => aws('large-hadoop', `, api: none, insights: {${rest}}`)
const KEY = 'SPEC_KEY_NOT_USED'

/** What is wrong with the file, its deployment, the network and the buckets. */
export const badGround: readonly BadSpec[] = [
  ['neither aws nor hosts', 'name: x\n', ['SPEC_NO_AWS 1:1'], /neither aws nor hosts/, /add aws, or hosts/],
  [
    'hosts alone',
    'name: x\nhosts: [{name: m, address: 10.0.0.1, roles: [master, worker]}]\n',
    ['SPEC_NO_AWS 1:1'],
    /no section aws/,
    /bootstrap/,
  ],
  [
    'no deployment',
    'name: x\naws: {region: eu-west-1}\n',
    ['SPEC_MISSING_KEY 2:6'],
    /aws\.deployment is missing/,
  ],
  [
    'no region',
    'name: x\naws: {deployment: small-emr}\n',
    ['SPEC_MISSING_KEY 2:6'],
    /aws\.region is missing/,
  ],
  [
    'an unknown deployment',
    aws('large-emrs'),
    ['SPEC_INVALID_VALUE 2:19'],
    /"large-emrs".*small-emr, large-emr/,
    /large-emr\?/,
  ],
  [
    'a zone as region',
    'name: x\naws: {deployment: small-emr, region: eu-west-1a}\n',
    ['SPEC_INVALID_VALUE 2:38'],
    /"eu-west-1a".*a region/,
  ],
  ['an unknown key', small('keypair: {existing: x}'), ['SPEC_UNKNOWN_KEY 2:49'], /aws\.keypair/, /keyPair\?/],
  [
    'an unknown key of an app',
    app('domain: a.example.org, hostedzone: example.org'),
    ['SPEC_UNKNOWN_KEY 2:97'],
    /aws\.insights\.hostedzone/,
    /hostedZone\?/,
  ],
  [
    'an app that is a word',
    aws('large-emr', ', api: nothing, insights: none'),
    ['SPEC_INVALID_VALUE 2:54'],
    /"nothing".*none, or \{domain/,
  ],

  [
    'emr on a single server',
    single('emr: {release: emr-7.13.0}'),
    ['SPEC_OTHER_DEPLOYMENT 2:53'],
    /aws\.emr belongs to small-emr and large-emr.*single-server/,
    /remove emr/,
  ],
  [
    'a fleet on EMR',
    small('fleet: {}'),
    ['SPEC_OTHER_DEPLOYMENT 2:49'],
    /aws\.fleet belongs to large-hadoop/,
  ],
  [
    'a server on EMR',
    small('server: {}'),
    ['SPEC_OTHER_DEPLOYMENT 2:49'],
    /aws\.server belongs to single-server/,
  ],
  [
    'a scheduler of its own in small-emr',
    small('scheduler: {}'),
    ['SPEC_OTHER_DEPLOYMENT 2:49'],
    /aws\.scheduler belongs to large-emr and large-hadoop/,
  ],
  [
    'a store of its own in small-emr',
    small('resultStore: {}'),
    ['SPEC_OTHER_DEPLOYMENT 2:49'],
    /aws\.resultStore belongs/,
  ],
  [
    'an app in small-emr',
    small('api: none, insights: none'),
    ['SPEC_OTHER_DEPLOYMENT 2:49', 'SPEC_OTHER_DEPLOYMENT 2:60'],
    /aws\.api belongs/,
  ],
  [
    'a host as store of large-emr',
    bare('resultStore: {kind: host}'),
    ['SPEC_OTHER_DEPLOYMENT 2:96'],
    /large-emr has its result store on RDS/,
  ],

  [
    'a zone of another region',
    small('zones: [us-east-1a]'),
    ['SPEC_ZONE 2:57'],
    /us-east-1a is not a zone of eu-west-1/,
    /eu-west-1a/,
  ],
  ['a zone by its letter', small('zones: [b]'), ['SPEC_ZONE 2:57'], /b is not a zone/, /write eu-west-1b/],
  ['a zone twice', small('zones: [eu-west-1a, eu-west-1a]'), ['SPEC_ZONE 2:69'], /twice/],
  [
    'a region of uneven zones',
    'name: x\naws: {deployment: small-emr, region: us-west-1}\n',
    ['SPEC_ZONE 2:38'],
    /zones is missing/,
    /describe-availability-zones/,
  ],
  [
    'one zone for RDS',
    bare('zones: [eu-west-1a]'),
    ['SPEC_ONE_ZONE 2:83'],
    /RDS needs subnets in two zones/,
    /add a zone/,
  ],
  [
    'one zone for a load balancer',
    aws(
      'large-hadoop',
      ', api: none, insights: {domain: i.example.org, hostedZone: example.org}, zones: [eu-west-1a]',
    ),
    ['SPEC_ONE_ZONE 2:130'],
    /a load balancer needs subnets/,
  ],

  ['a range that is none', small('network: {cidr: 10.20.0.300/16}'), ['SPEC_BAD_CIDR 2:65'], /is no range/],
  [
    'a range with bits behind its prefix',
    small('network: {cidr: 10.20.1.0/16}'),
    ['SPEC_BAD_CIDR 2:65'],
    /bits set/,
  ],
  ['a VPC too large', small('network: {cidr: 10.0.0.0/8}'), ['SPEC_BAD_CIDR 2:65'], /larger than a VPC/],
  ['a VPC too small', small('network: {cidr: 10.0.0.0/26}'), ['SPEC_BAD_CIDR 2:65'], /too small/],
  [
    'peering with a range of our own',
    small('network: {lms: {peering: {vpc: vpc-01234567, cidr: 10.20.8.0/24}}}'),
    ['SPEC_CIDR_OVERLAP 2:100'],
    /10\.20\.8\.0\/24 and the VPC's 10\.20\.0\.0\/16/,
    /another range/,
  ],
  [
    'an account that is none',
    small('network: {lms: {peering: {vpc: vpc-01234567, cidr: 10.40.0.0/16, account: 12345}}}'),
    ['SPEC_INVALID_VALUE 2:123'],
    /no account/,
  ],
  [
    'two ways to the LMS',
    small('network: {lms: {securityGroup: sg-01234567, peering: {vpc: vpc-01234567, cidr: 10.40.0.0/16}}}'),
    ['SPEC_LMS 2:59'],
    /two ways/,
  ],
  ['no way to the LMS', small('network: {lms: {port: 3307}}'), ['SPEC_LMS 2:59'], /no way/],
  [
    'a security group of another VPC',
    small('network: {lms: {securityGroup: sg-01234567}}'),
    ['SPEC_LMS 2:80'],
    /only from the same VPC/,
    /network\.vpc/,
  ],
  [
    'a VPC without its addresses',
    small('network: {vpc: {id: vpc-01234567, publicSubnets: [subnet-01234567]}}'),
    ['SPEC_MISSING_KEY 2:59'],
    /cidr is missing/,
    /describe-vpcs/,
  ],
  [
    'a VPC that is not named',
    small('network: {cidr: 10.0.0.0/16, vpc: {publicSubnetTags: {a: b}}}'),
    ['SPEC_MISSING_KEY 2:78'],
    /names no VPC/,
  ],
  [
    'NAT in a VPC that is there',
    small(
      'network: {cidr: 10.0.0.0/16, nat: single, vpc: {id: vpc-01234567, publicSubnets: [subnet-01234567]}}',
    ),
    [`${KEY} 2:78`],
    /nat has no effect/,
    /remove nat/,
  ],
  [
    'a VPC by id and tags',
    small(
      'network: {cidr: 10.0.0.0/16, vpc: {id: vpc-01234567, publicSubnets: [subnet-01234567], tags: {a: b}}}',
    ),
    [`${KEY} 2:136`],
    /tags has no effect/,
  ],
  [
    'a VPC by tags and subnets by id',
    small(
      'network: {cidr: 10.0.0.0/16, vpc: {tags: {a: b}, publicSubnetTags: {a: b}, privateSubnets: [subnet-01234567]}}',
    ),
    [`${KEY} 2:124`],
    /privateSubnets has no effect/,
    /privateSubnetTags/,
  ],
  [
    'peering with a range that is none',
    small('network: {lms: {peering: {vpc: vpc-01234567, cidr: 10.40.0.0/64}}}'),
    ['SPEC_BAD_CIDR 2:100'],
    /is no range/,
  ],
  [
    'operators with bits behind the prefix',
    small('keyPair: {existing: k}, operators: [203.0.113.7/24]'),
    ['SPEC_BAD_CIDR 2:85'],
    /bits set/,
  ],
  [
    'no subnet for EMR',
    small('network: {cidr: 10.0.0.0/16, vpc: {id: vpc-01234567}}'),
    ['SPEC_SUBNETS 2:83'],
    /publicSubnets is missing/,
    /add publicSubnets/,
  ],
  [
    'one private subnet for RDS',
    bare(
      'network: {cidr: 10.0.0.0/16, vpc: {id: vpc-01234567, publicSubnets: [subnet-01234567], privateSubnets: [subnet-01234568]}}',
    ),
    ['SPEC_SUBNETS 2:179'],
    /names one subnet.*two in two zones/,
    /add a subnet/,
  ],

  [
    'a bucket with an underscore',
    small('buckets: {logs: {name: my_logs}}'),
    ['SPEC_BUCKET_NAME 2:72'],
    /my_logs.*other characters/,
  ],
  [
    'a bucket by its address',
    small("buckets: {logs: {name: 's3://logs'}}"),
    ['SPEC_BUCKET_NAME 2:72'],
    /is an address/,
  ],
  ['a bucket name too short', small('buckets: {logs: {name: ab}}'), ['SPEC_BUCKET_NAME 2:72'], /3 to 63/],
  [
    'a bucket name too long',
    small(`buckets: {logs: {name: ${'a'.repeat(64)}}}`),
    ['SPEC_BUCKET_NAME 2:72'],
    /3 to 63/,
  ],
  [
    'a bucket like an address of IPv4',
    small('buckets: {logs: {name: 10.0.0.1}}'),
    ['SPEC_BUCKET_NAME 2:72'],
    /IPv4/,
  ],
  [
    'a bucket name of S3 itself',
    small('buckets: {logs: {name: xn--logs}}'),
    ['SPEC_BUCKET_NAME 2:72'],
    /keeps to itself/,
  ],
  [
    'an existing bucket without a name',
    small('buckets: {logs: {existing: true}}'),
    ['SPEC_MISSING_KEY 2:65'],
    /name is missing/,
  ],
  [
    'one bucket made twice',
    small('buckets: {logs: {name: one-b}, configuration: {name: one-b}}'),
    ['SPEC_BUCKET_TWICE 2:102'],
    /made twice/,
  ],
  [
    'the state in a bucket of the deployment',
    small('state: {bucket: insights-eu-west-1-logs}'),
    ['SPEC_BUCKET_TWICE 2:65'],
    /a bucket of the deployment/,
  ],
  ['a state bucket that is none', small('state: {bucket: State}'), ['SPEC_BUCKET_NAME 2:65'], /"State"/],

  ['a tag of AWS', small("tags: {'aws:x': y}"), ['SPEC_TAG 2:56'], /aws:/],
  ['a tag too long', small(`tags: {x: ${'y'.repeat(257)}}`), ['SPEC_TAG 2:56'], /256/],
  [
    'too many tags',
    small(`tags: {${Array.from({ length: 41 }, (_, i) => `t${i}: v`).join(', ')}}`),
    ['SPEC_TAG 2:49'],
    /41 tags/,
  ],
  [
    'SSH for all',
    small('keyPair: {existing: k}, operators: [0.0.0.0/0]'),
    ['SPEC_OPEN_TO_ALL 2:85'],
    /whole internet/,
    /your own range/,
  ],
  ['operators without a key', small('operators: [203.0.113.7/32]'), [`${KEY} 2:49`], /no keyPair/],
  [
    'an operator without a prefix',
    small('keyPair: {existing: k}, operators: [203.0.113.7]'),
    ['SPEC_INVALID_VALUE 2:85'],
    /"203\.0\.113\.7".*range/,
  ],
  [
    'a name with two dashes',
    'name: a--b\naws: {deployment: small-emr, region: eu-west-1}\n',
    ['SPEC_AWS_NAME 1:7'],
    /two dashes/,
  ],
  [
    'a name that ends with a dash',
    'name: ab-\naws: {deployment: small-emr, region: eu-west-1}\n',
    ['SPEC_AWS_NAME 1:7'],
    /ends with a dash/,
  ],
  [
    'a name of internal load balancers',
    'name: internal-a\naws: {deployment: small-emr, region: eu-west-1}\n',
    ['SPEC_AWS_NAME 1:7'],
    /internal-/,
  ],
]
