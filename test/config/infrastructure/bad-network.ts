import type { BadSpec } from '../bad-form.ts'
import { bare, NOT_USED, small } from './lines.ts'

/** What is wrong with the network, the buckets and the state. */
export const badInfrastructureNetwork: readonly BadSpec[] = [
  ['an invalid range', small('network: {cidr: 10.20.0.300/16}'), ['SPEC_BAD_CIDR 2:65'], /is not a range/],
  [
    'a range with bits set after its prefix',
    small('network: {cidr: 10.20.1.0/16}'),
    ['SPEC_BAD_CIDR 2:65'],
    /bits set/,
  ],
  [
    'a VPC that is too large',
    small('network: {cidr: 10.0.0.0/8}'),
    ['SPEC_BAD_CIDR 2:65'],
    /larger than a VPC/,
  ],
  ['a VPC that is too small', small('network: {cidr: 10.0.0.0/26}'), ['SPEC_BAD_CIDR 2:65'], /too small/],
  [
    'peering with a range that overlaps the VPC',
    small('network: {lms: {peering: {vpc: vpc-01234567, cidr: 10.20.8.0/24}}}'),
    ['SPEC_CIDR_OVERLAP 2:100'],
    /10\.20\.8\.0\/24 and the VPC's 10\.20\.0\.0\/16/,
    /another range/,
  ],
  [
    'an invalid account',
    small('network: {lms: {peering: {vpc: vpc-01234567, cidr: 10.40.0.0/16, account: 12345}}}'),
    ['SPEC_INVALID_VALUE 2:123'],
    /not an account/,
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
    'a VPC without its range',
    small('network: {vpc: {id: vpc-01234567, publicSubnets: [subnet-01234567]}}'),
    ['SPEC_MISSING_KEY 2:59'],
    /cidr is missing/,
    /describe-vpcs/,
  ],
  [
    'a VPC without id and tags',
    small('network: {cidr: 10.0.0.0/16, vpc: {publicSubnetTags: {a: b}}}'),
    ['SPEC_MISSING_KEY 2:78'],
    /names no VPC/,
  ],
  [
    'NAT in an existing VPC',
    small(
      'network: {cidr: 10.0.0.0/16, nat: single, vpc: {id: vpc-01234567, publicSubnets: [subnet-01234567]}}',
    ),
    [`${NOT_USED} 2:78`],
    /nat has no effect/,
    /remove nat/,
  ],
  [
    'a VPC by id and tags',
    small(
      'network: {cidr: 10.0.0.0/16, vpc: {id: vpc-01234567, publicSubnets: [subnet-01234567], tags: {a: b}}}',
    ),
    [`${NOT_USED} 2:136`],
    /tags has no effect/,
  ],
  [
    'a VPC by tags and subnets by id',
    small(
      'network: {cidr: 10.0.0.0/16, vpc: {tags: {a: b}, publicSubnetTags: {a: b}, privateSubnets: [subnet-01234567]}}',
    ),
    [`${NOT_USED} 2:124`],
    /privateSubnets has no effect/,
    /privateSubnetTags/,
  ],
  [
    'peering with an invalid range',
    small('network: {lms: {peering: {vpc: vpc-01234567, cidr: 10.40.0.0/64}}}'),
    ['SPEC_BAD_CIDR 2:100'],
    /is not a range/,
  ],
  [
    'operators with bits set after the prefix',
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
    'the address of a bucket as its name',
    small("buckets: {logs: {name: 's3://logs'}}"),
    ['SPEC_BUCKET_NAME 2:72'],
    /is an address/,
  ],
  [
    'a bucket name that is too short',
    small('buckets: {logs: {name: ab}}'),
    ['SPEC_BUCKET_NAME 2:72'],
    /3 to 63/,
  ],
  [
    'a bucket name that is too long',
    small(`buckets: {logs: {name: ${'a'.repeat(64)}}}`),
    ['SPEC_BUCKET_NAME 2:72'],
    /3 to 63/,
  ],
  [
    'a bucket name like an IPv4 address',
    small('buckets: {logs: {name: 10.0.0.1}}'),
    ['SPEC_BUCKET_NAME 2:72'],
    /IPv4/,
  ],
  [
    'a bucket name that S3 reserves',
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
    'one name for two new buckets',
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
  [
    'an invalid name of the state bucket',
    small('state: {bucket: State}'),
    ['SPEC_BUCKET_NAME 2:65'],
    /"State"/,
  ],
  [
    'the address of a data bucket as its name',
    small("buckets: {data: [{name: 's3://tracking/logs'}]}"),
    ['SPEC_BUCKET_NAME 2:73'],
    /is an address/,
  ],
  [
    'a pattern as a folder of data',
    small("buckets: {data: [{name: tracking, prefix: 'logs/*'}]}"),
    ['SPEC_INVALID_VALUE 2:91'],
    /"logs\/\*".*letters, digits, slashes/,
  ],
  [
    'a folder of data twice',
    small('buckets: {data: [{name: a-b, prefix: x}, {name: a-b}, {name: a-b, prefix: /x/}]}'),
    ['SPEC_BUCKET_TWICE 2:110'],
    /a-b is named twice/,
  ],
  [
    'data in a bucket of the deployment',
    small('buckets: {data: [{name: insights-eu-west-1-logs}]}'),
    ['SPEC_BUCKET_TWICE 2:73'],
    /is made for the deployment/,
    /name another/,
  ],
  [
    'data in the state bucket',
    small('state: {bucket: s-bucket}, buckets: {data: [{name: s-bucket}]}'),
    ['SPEC_BUCKET_TWICE 2:100'],
    /no host may see/,
  ],
  [
    'more data buckets than policies can list',
    small(`buckets: {data: [${Array.from({ length: 11 }, (_, i) => `{name: data-${i}}`).join(', ')}]}`),
    ['SPEC_INVALID_VALUE 2:65'],
    /at most 10 buckets/,
  ],
]
