import type { DaemonEntry } from './types.ts'

/** Kept for a program that is not a JVM, where it shares its host with others. */
const reserve = (mb: number) => ({ kind: 'reserve', mb: [mb, mb, mb, mb] }) as const

const commands = {
  client: {
    title: 'clients',
    software: 'hadoop',
    count: 'any',
    set: 'master',
    follows: 'hive-metastore',
    memory: { kind: 'command', mb: [256, 256, 512, 1024] },
  },
} as const satisfies Record<string, DaemonEntry>

const applications = {
  scheduler: { title: 'scheduler', count: 'one', memory: reserve(64) },
  api: { title: 'analytics API', count: 'any', memory: reserve(256), secrets: ['resultStore.api.password'] },
  insights: { title: 'Insights', count: 'any', memory: reserve(256) },
  lms: { title: 'LMS', count: 'any', memory: reserve(512) },
} as const satisfies Record<string, DaemonEntry>

/** The commands of Hadoop and Hive. */
export const CLIENT = { software: {}, daemons: commands } as const

/** What is around a cluster: timers, edX's applications, and the LMS with its tracking logs. */
export const APPLICATIONS = { software: {}, daemons: applications } as const
