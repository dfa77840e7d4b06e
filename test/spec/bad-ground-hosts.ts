import type { BadSpec } from './bad-form.ts'

/** Line 1 is the name, and everything of aws stands in line 2 unless it says otherwise. */
const aws = (deployment: string, rest = ''): string =>
  `name: insights\naws: {deployment: ${deployment}, region: eu-west-1${rest}}\n`
const small = (rest: string): string => aws('small-emr', `, ${rest}`)
const single = (rest: string): string => aws('single-server', `, ${rest}`)
/** Nothing is behind load balancers. */
const bare = (rest: string): string => aws('large-emr', `, api: none, insights: none, ${rest}`)
const fleet = (rest: string): string => aws('large-hadoop', `, api: none, insights: none, ${rest}`)
const app = (rest: string): string => aws('large-hadoop', `, api: none, insights: {${rest}}`)
const KEY = 'SPEC_KEY_NOT_USED'

/** What is wrong with keys, the result store, hosts and applications. */
export const badGroundHosts: readonly BadSpec[] = [
  [
    'no key in keyPair',
    small('keyPair: {name: x}'),
    ['SPEC_MISSING_KEY 2:49'],
    /names no key/,
    /publicKeyFile/,
  ],
  [
    'two keys',
    small('keyPair: {publicKeyFile: key.pub, existing: y}'),
    ['SPEC_TWO_KEYS 2:59'],
    /publicKeyFile and existing/,
  ],
  [
    'a key file that is not there',
    small('keyPair: {publicKeyFile: none.pub}'),
    ['SPEC_KEY_FILE 2:74'],
    /\/srv\/site\/none\.pub can't be read \(ENOENT\)/,
    /ssh-keygen/,
  ],
  [
    'a private key',
    small('keyPair: {publicKeyFile: private}'),
    ['SPEC_PRIVATE_KEY 2:74'],
    /private is a private key/,
    /private\.pub/,
  ],
  [
    'a private key of PuTTY',
    small('keyPair: {publicKeyFile: putty.ppk}'),
    ['SPEC_PRIVATE_KEY 2:74'],
    /is a private key/,
  ],
  ['two keys in a file', small('keyPair: {publicKeyFile: two.pub}'), ['SPEC_KEY_FILE 2:74'], /holds 2 keys/],
  [
    'a file that is no key',
    small('keyPair: {publicKeyFile: notes.txt}'),
    ['SPEC_KEY_FILE 2:74'],
    /no public key/,
  ],
  [
    'a key that was cut',
    small('keyPair: {publicKeyFile: cut.pub}'),
    ['SPEC_KEY_FILE 2:74'],
    /holds no key to use/,
  ],
  [
    'a key of a type that EC2 does not take',
    small('keyPair: {publicKeyFile: ecdsa.pub}'),
    ['SPEC_KEY_FILE 2:74'],
    /ecdsa-sha2-nistp256, which EC2 does not take/,
  ],

  [
    'MySQL 5.6',
    bare('resultStore: {engineVersion: 5.6}'),
    ['SPEC_ENGINE_VERSION 2:105'],
    /5\.6: RDS has no MySQL 5/,
    /8\.4/,
  ],
  [
    'MySQL 5.7',
    bare('resultStore: {engineVersion: 5.7.44}'),
    ['SPEC_ENGINE_VERSION 2:105'],
    /Extended Support/,
  ],
  [
    'MySQL 8.0',
    bare('resultStore: {engineVersion: 8.0}'),
    ['SPEC_ENGINE_VERSION 2:105'],
    /8\.0: .*2026-07-31/,
    /'8\.4'/,
  ],
  [
    'an unknown MySQL',
    bare('resultStore: {engineVersion: 8.3}'),
    ['SPEC_ENGINE_VERSION 2:105'],
    /8\.3.*no version/,
  ],
  [
    'a store of EC2 on RDS',
    bare('resultStore: {instanceType: m7g.large}'),
    ['SPEC_INSTANCE_TYPE 2:104'],
    /begin with db\./,
  ],
  [
    'a retired type of RDS',
    bare('resultStore: {instanceType: db.m3.large}'),
    ['SPEC_RETIRED_TYPE 2:104'],
    /db\.m3\.large/,
    /db\.m5\.xlarge/,
  ],
  ['a small disk of RDS', bare('resultStore: {storage: 10}'), ['SPEC_OUT_OF_BOUNDS 2:99'], /storage is 10/],
  [
    'a disk that may not grow',
    bare('resultStore: {storage: 100, maxStorage: 100}'),
    ['SPEC_OUT_OF_BOUNDS 2:116'],
    /storage begins with 100/,
  ],
  [
    'what only RDS has',
    fleet('resultStore: {multiAz: true, charset: utf8mb3}'),
    [`${KEY} 2:93`, `${KEY} 2:108`],
    /multiAz has no effect/,
    /kind: rds/,
  ],
  [
    'a type of RDS on a host',
    fleet('resultStore: {instanceType: db.m7g.large}'),
    ['SPEC_INSTANCE_TYPE 2:107'],
    /only types of RDS/,
  ],

  [
    'a retired type',
    single('server: {type: m1.large}'),
    ['SPEC_RETIRED_TYPE 2:68'],
    /m1\.large/,
    /m5\.xlarge/,
  ],
  [
    'a volume of bad form',
    single('server: {dataVolumes: [{size: 0}]}'),
    ['SPEC_INVALID_VALUE 2:83'],
    /1 or more/,
  ],
  [
    'a volume too small for its kind',
    single('server: {dataVolumes: [{type: st1, size: 100}]}'),
    ['SPEC_OUT_OF_BOUNDS 2:94'],
    /size is 100/,
  ],
  [
    'operations where none are chosen',
    single('server: {dataVolumes: [{type: st1, size: 500, iops: 3000}]}'),
    [`${KEY} 2:99`],
    /st1 has no operations/,
  ],
  [
    'operations out of bounds',
    single('server: {dataVolumes: [{size: 100, iops: 100}]}'),
    ['SPEC_OUT_OF_BOUNDS 2:94'],
    /iops is 100/,
  ],
  [
    'io2 without operations',
    single('server: {dataVolumes: [{type: io2, size: 100}]}'),
    ['SPEC_MISSING_KEY 2:76'],
    /io2 and says no iops/,
  ],
  [
    'a throughput where none is chosen',
    single('server: {dataVolumes: [{type: gp2, size: 100, throughput: 200}]}'),
    [`${KEY} 2:99`],
    /only gp3/,
  ],
  [
    'a throughput out of bounds',
    single('server: {dataVolumes: [{size: 100, throughput: 2000}]}'),
    ['SPEC_OUT_OF_BOUNDS 2:100'],
    /throughput is 2000/,
  ],
  [
    'an image that tells no user',
    single('server: {image: ami-0123456789abcdef0}'),
    ['SPEC_MISSING_KEY 2:61'],
    /sshUser is missing/,
    /add sshUser/,
  ],
  [
    'Graviton with an image for amd64',
    single('server: {type: m7g.xlarge}'),
    ['SPEC_IMAGE_ARCHITECTURE 2:61'],
    /m7g\.xlarge does not start/,
    /latest\/arm64/,
  ],
  [
    'amd64 with an image for Graviton',
    single('server: {image: /aws/service/debian/release/12/latest/arm64}'),
    ['SPEC_IMAGE_ARCHITECTURE 2:61'],
    /m7i\.2xlarge does not start/,
    /m7g/,
  ],
  [
    'a store of another architecture',
    fleet('resultStore: {instanceType: m7g.large}'),
    ['SPEC_IMAGE_ARCHITECTURE 2:6'],
    /m7g\.large does not start/,
  ],
  [
    'too many for spread',
    fleet('fleet: {placement: spread, workers: {count: 7}}'),
    ['SPEC_PLACEMENT 2:98'],
    /there are 8/,
    /partition/,
  ],

  [
    'no apps',
    aws('large-emr'),
    ['SPEC_MISSING_KEY 2:6', 'SPEC_MISSING_KEY 2:6'],
    /aws\.api is missing: large-emr has the Data API/,
    /add api: \{domain: .*\}, or api: none/,
  ],
  [
    'an app without a certificate',
    app('domain: i.example.org'),
    ['SPEC_NO_CERTIFICATE 2:63'],
    /no certificate/,
    /hostedZone or certificateArn/,
  ],
  [
    'an app outside of its zone',
    app('domain: i.example.com, hostedZone: example.org'),
    ['SPEC_DOMAIN 2:82'],
    /i\.example\.com is not in the zone/,
  ],
  [
    'a wildcard as domain',
    app("domain: '*.example.org', hostedZone: example.org"),
    ['SPEC_INVALID_VALUE 2:82'],
    /full name in DNS/,
  ],
  [
    'a certificate of another region',
    app('domain: i.example.org, certificateArn: arn:aws:acm:us-east-1:123456789012:certificate/x'),
    ['SPEC_CERTIFICATE_REGION 2:113'],
    /in us-east-1/,
  ],
  [
    'fewer at most than at least',
    app('domain: i.example.org, hostedZone: example.org, min: 4, max: 2'),
    ['SPEC_OUT_OF_BOUNDS 2:135'],
    /max is 2, with min 4/,
  ],
  [
    'a beginning out of bounds',
    app('domain: i.example.org, hostedZone: example.org, desired: 5'),
    ['SPEC_OUT_OF_BOUNDS 2:131'],
    /desired is 5/,
  ],
  [
    'a bad range to reach it from',
    app('domain: i.example.org, hostedZone: example.org, allow: [10.0.0.1/8]'),
    ['SPEC_BAD_CIDR 2:130'],
    /bits set/,
  ],
  [
    'a retired type of an app',
    app('domain: i.example.org, hostedZone: example.org, type: m3.large'),
    ['SPEC_RETIRED_TYPE 2:128'],
    /m3\.large/,
  ],
  [
    'one name for two apps',
    aws(
      'large-emr',
      ', api: {domain: i.example.org, hostedZone: example.org}, insights: {domain: i.example.org, hostedZone: example.org}',
    ),
    ['SPEC_DOMAIN 2:123'],
    /both api and insights/,
  ],
]
