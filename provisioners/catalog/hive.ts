import type { DaemonEntry, SoftwareEntry } from './types.ts'

const CONFIGURATION = ['hive-site', 'core-site', 'hdfs-site', 'mapred-site', 'yarn-site'] as const

const software = {
  hive: {
    title: 'Hive',
    text: {
      version: 'Version of Hive. Default: that of the profile, 3.1.3.',
      java: 'JDK that Hive runs on. Hive before 4 needs 8. Default: that of the profile, 8.',
    },
    needs: ['hadoop'],
    jar: 'hive-exec',
    jobs: true,
    properties: { 'hive-site': 'hive-site.xml' },
  },
} as const satisfies Record<string, SoftwareEntry>

const daemons = {
  'hive-metastore': {
    title: 'Hive metastore',
    software: 'hive',
    count: 'one',
    set: 'master',
    required: true,
    memory: { kind: 'jvm', mb: [256, 512, 1024, 2048] },
    account: 'hive',
    process: {
      unit: 'hive-metastore',
      ports: [
        {
          file: 'hive-site',
          property: 'hive.metastore.port',
          number: 9083,
          title: 'Hive metastore',
          reach: 'users',
          risk: 'Reads, changes and drops the definition of every table, as any user.',
          rule: { id: 'hive-metastore', client: true },
        },
      ],
      asked: 'hive.metastore.port',
      configuration: CONFIGURATION,
      log: 'hive/metastore.log',
      readySeconds: 180,
      restart: { atOnce: 1, before: 'ready' },
    },
    secrets: ['metastore.password'],
  },
  hiveserver2: {
    title: 'HiveServer2',
    software: 'hive',
    count: 'one',
    set: 'master',
    follows: 'hive-metastore',
    memory: { kind: 'jvm', mb: [256, 512, 1024, 4096] },
    account: 'hive',
    process: {
      unit: 'hive-server2',
      ports: [
        {
          file: 'hive-site',
          property: 'hive.server2.thrift.port',
          number: 10_000,
          title: 'HiveServer2',
          reach: 'users',
          risk: 'Runs queries as hive under any name and without a password, and code through functions in jars.',
          rule: { id: 'hiveserver2', client: true },
        },
        {
          file: 'hive-site',
          property: 'hive.server2.webui.port',
          number: 10_002,
          title: 'web page of HiveServer2',
          since: '2.0',
          reach: 'users',
          risk: 'Reads the queries and sessions of all users, and the configuration without passwords.',
          rule: { id: 'hiveserver2-web', generations: ['hadoop2', 'hadoop3'] },
        },
      ],
      asked: 'hive.server2.thrift.port',
      configuration: CONFIGURATION,
      log: 'hive/hiveserver2.log',
      page: { port: 'hive.server2.webui.port', files: ['hive-site'] },
      readySeconds: 240,
      restart: { atOnce: 1, before: 'ready' },
    },
  },
} as const satisfies Record<string, DaemonEntry>

/** Hive and its daemons. */
export const HIVE = { software, daemons } as const
