import type { DaemonEntry, SoftwareEntry } from './types.ts'

const software = {
  sqoop: {
    title: 'Sqoop',
    text: {
      version: 'Version of Sqoop. Default: that of the profile, 1.4.7.',
      java: 'JDK that Sqoop runs on. Sqoop 1.4 needs 8. Default: that of the profile, 8.',
    },
    needs: ['hadoop'],
    jobs: true,
    properties: { 'sqoop-site': 'sqoop-site.xml' },
  },
} as const satisfies Record<string, SoftwareEntry>

const daemons = {
  sqoop: {
    title: 'Sqoop',
    software: 'sqoop',
    count: 'any',
    set: 'master',
    follows: 'hive-metastore',
    memory: { kind: 'command', mb: [256, 256, 512, 1024] },
    account: 'sqoop',
  },
} as const satisfies Record<string, DaemonEntry>

/** Sqoop: commands, and no daemon. */
export const SQOOP = { software, daemons } as const
