import type { BadSpec } from '../bad-form.ts'
import { app, aws, bare, NOT_USED, single, small } from './lines.ts'

/** Errors of the file, its deployment, its zones, its tags and its logins. */
export const badInfrastructure: readonly BadSpec[] = [
  ['neither aws nor hosts', 'name: x\n', ['SPEC_NO_AWS 1:1'], /neither aws nor hosts/, /add aws, or hosts/],
  [
    'hosts alone',
    'name: x\nhosts: [{name: m, address: 10.0.0.1, roles: [master, worker]}]\n',
    ['SPEC_NO_AWS 1:1'],
    /no section aws/,
    /bootstrap/,
  ],
  [
    'a key of another region',
    small('key: arn:aws:kms:us-east-1:123456789012:key/0aa'),
    ['SPEC_KEY_REGION 2:54'],
    /the key is in us-east-1, and the deployment is in eu-west-1/,
    /list-aliases --region eu-west-1/,
  ],
  ['a key by its id', small('key: 0aa'), ['SPEC_INVALID_VALUE 2:54'], /alias/],
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
    'a word in place of an app',
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
    'a separate scheduler in small-emr',
    small('scheduler: {}'),
    ['SPEC_OTHER_DEPLOYMENT 2:49'],
    /aws\.scheduler belongs to large-emr and large-hadoop/,
  ],
  [
    'a separate result store in small-emr',
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
    'a host as result store of large-emr',
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
  ['the letter of a zone', small('zones: [b]'), ['SPEC_ZONE 2:57'], /b is not a zone/, /write eu-west-1b/],
  ['a zone twice', small('zones: [eu-west-1a, eu-west-1a]'), ['SPEC_ZONE 2:69'], /twice/],
  [
    'a region whose zones differ by account',
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

  ['a tag that AWS reserves', small("tags: {'aws:x': y}"), ['SPEC_TAG 2:56'], /aws:/],
  ['a tag that is too long', small(`tags: {x: ${'y'.repeat(257)}}`), ['SPEC_TAG 2:56'], /256/],
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
  ['operators without a key', small('operators: [203.0.113.7/32]'), [`${NOT_USED} 2:49`], /no keyPair/],
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
    'a name that AWS reserves for internal load balancers',
    'name: internal-a\naws: {deployment: small-emr, region: eu-west-1}\n',
    ['SPEC_AWS_NAME 1:7'],
    /internal-/,
  ],
]
