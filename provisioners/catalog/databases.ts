import type { DaemonEntry } from './types.ts'

const MEMORY = { kind: 'database', mb: [128, 128, 256, 1024] } as const

const daemons = {
  'metastore-database': {
    title: "the metastore's database",
    count: 'one',
    set: 'master',
    follows: 'hive-metastore',
    memory: MEMORY,
    account: 'mysql',
    secrets: ['metastore.password'],
  },
  'result-store': {
    title: 'result store',
    count: 'one',
    memory: MEMORY,
    account: 'mysql',
    secrets: ['resultStore.pipeline.password', 'resultStore.api.password'],
  },
  'lms-database': {
    title: 'LMS database',
    count: 'one',
    memory: MEMORY,
    account: 'mysql',
    secrets: ['lms.reader.password'],
  },
} as const satisfies Record<string, DaemonEntry>

/** Databases: one server per host has all of them. Its unit comes with its package, which depends on the flavour. */
export const DATABASES = { software: {}, daemons } as const
