import type {
  EbsVolume,
  Infrastructure,
  InfrastructureApp,
  InfrastructureDatabase,
  InfrastructureEmr,
  InfrastructureFleet,
} from '../../../provisioners/config/infrastructure/types.ts'

/** Infrastructures in full, for the tests of single constructs; change a part with a spread. */

const volume: EbsVolume = { type: 'gp3', sizeGb: 100 }
const image = '/aws/service/debian/release/12/latest/amd64'

export const aDatabase: InfrastructureDatabase = {
  kind: 'rds',
  engineVersion: '8.4',
  instanceType: 'db.m7g.large',
  storageGb: 100,
  maxStorageGb: 500,
  multiAz: true,
  backupDays: 14,
  deletionProtection: true,
  database: 'reports',
  charset: 'utf8mb3',
  requireTls: true,
}

export const anApp: InfrastructureApp = {
  type: 'm7i.large',
  min: 2,
  max: 4,
  desired: 2,
  port: 8100,
  healthPath: '/health',
  domain: 'api.analytics.example.org',
  hostedZone: 'example.org',
  internal: true,
  allow: ['10.20.0.0/16'],
  waf: false,
}

export const anEmr: InfrastructureEmr = {
  release: 'emr-7.13.0',
  applications: [
    { name: 'Hadoop', args: [] },
    { name: 'Hive', args: [] },
  ],
  capacity: {
    kind: 'groups',
    master: { type: 'm5.xlarge', count: 1, market: 'ON_DEMAND', volumes: [volume] },
    core: { type: 'm5.xlarge', count: 2, market: 'ON_DEMAND', volumes: [volume] },
    task: { type: 'm5.xlarge', count: 4, market: 'SPOT', bidPrice: '0.09', volumes: [] },
  },
  subnets: 'public',
  configurations: [
    {
      classification: 'mapred-site',
      properties: { 'mapreduce.reduce.shuffle.input.buffer.percent': '0.20' },
      configurations: [],
    },
  ],
  bootstrapActions: [],
  steps: [],
  sqoop: {
    kind: 'step',
    version: '1.4.7',
    tarball: 'https://archive.example.org/sqoop/1.4.7/sqoop-1.4.7.bin__hadoop-2.6.0.tar.gz',
    sha512: 'a'.repeat(128),
    driver: 'https://archive.example.org/mysql-connector-j-8.4.0.jar',
    driverSha256: 'b'.repeat(64),
  },
  security: { atRest: true },
  terminationProtection: false,
  stepConcurrency: 1,
  additionalSecurityGroups: { master: [], core: [] },
}

export const aFleet: InfrastructureFleet = {
  generation: 'hadoop3',
  master: { type: 'm7i.xlarge', rootGb: 30, dataVolumes: [volume] },
  workers: { type: 'm7i.xlarge', rootGb: 30, count: 3, dataVolumes: [volume, volume] },
  placement: 'spread',
  image,
  sshUser: 'admin',
}

const common = {
  name: 'insights',
  file: 'cluster.yml',
  stateDir: '.howdah/insights',
  region: 'eu-west-1',
  zones: ['eu-west-1a', 'eu-west-1b'],
  tags: { Project: 'analytics' },
  network: {
    kind: 'own',
    cidr: '10.20.0.0/16',
    endpoints: ['ssm', 'ssmmessages', 'ec2messages'],
    nat: 'single',
    flowLogs: true,
    lms: { kind: 'peering', port: 3306, vpcId: 'vpc-0123456789abcdef0', cidr: '10.40.0.0/16' },
  },
  keyPair: { kind: 'public-key', name: 'insights', publicKey: `ssh-ed25519 ${'A'.repeat(68)} operator` },
  operators: ['203.0.113.7/32'],
  logs: { name: 'insights-logs-example', existing: false, prefix: '' },
  configuration: { name: 'insights-config-example', existing: false, prefix: '' },
  dataBuckets: [],
  uploads: [],
  state: { kind: 's3', bucket: 'insights-state-example', region: 'eu-west-1', key: 'insights', create: true },
  warnings: [],
} as const satisfies Partial<Infrastructure>

export const smallEmr: Infrastructure = {
  ...common,
  deployment: 'small-emr',
  emr: {
    ...anEmr,
    capacity: {
      kind: 'groups',
      master: { type: 'm5.2xlarge', count: 1, market: 'ON_DEMAND', volumes: [volume] },
      core: { type: 'm5.xlarge', count: 1, market: 'ON_DEMAND', volumes: [volume] },
    },
  },
}

export const largeEmr: Infrastructure = {
  ...common,
  deployment: 'large-emr',
  emr: anEmr,
  resultStore: aDatabase,
  scheduler: { type: 'm7i.large', rootGb: 30, image, sshUser: 'admin' },
  api: anApp,
  insights: { ...anApp, domain: 'insights.example.org', internal: false, allow: ['0.0.0.0/0'], waf: true },
}

export const largeHadoop: Infrastructure = {
  ...common,
  deployment: 'large-hadoop',
  fleet: aFleet,
  resultStore: aDatabase,
  scheduler: { type: 'm7i.large', rootGb: 30, image, sshUser: 'admin' },
  api: anApp,
  insights: { ...anApp, domain: 'insights.example.org', internal: false, allow: ['0.0.0.0/0'], waf: true },
}

export const singleServer: Infrastructure = {
  ...common,
  deployment: 'single-server',
  server: { type: 'm7i.2xlarge', rootGb: 40, dataVolumes: [volume], image, sshUser: 'admin' },
}
