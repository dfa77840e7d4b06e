import { render } from '../../../hadoop-templates/index.ts'
import type { Host } from '../../config/types.ts'
import { TRACKING_USER, type TrackingLogs, type TrackingSource } from '../../config/types-tracking-logs.ts'
import type { Package, Resource } from '../../engine/types.ts'
import { hdfsDirectory, hdfsDirectoryRef } from '../hdfs/index.ts'
import { directory, file, hostsWith, portFor, primaryHost } from '../support/index.ts'
import type { ComponentContext, Service } from '../types.ts'
import { timedJob } from './job.ts'
import {
  COMPONENT,
  EXPIRE,
  EXPIRE_JOB,
  EXPIRE_SETTINGS,
  incomingOf,
  PROGRAMS,
  SETTINGS_DIR,
  SHIP,
  SHIP_JOB,
  SHIP_SETTINGS,
  STATE,
} from './places.ts'
import { rotation } from './rotation.ts'
import { trackingSymptoms } from './symptoms.ts'
import { timedJobType } from './timed-job.ts'

export { SHIP } from './places.ts'
export type { TimedJob } from './timed-job.ts'

export const trackingTypes = [timedJobType] as const

/**
 * Seconds that a run waits for an HDFS that does not answer or refuses writes, before it leaves the work to the next
 * run.
 */
const PATIENCE_SECONDS = 120

/** The settings of the programs. A shell reads them, so values must not need quoting. */
export function settings(
  host: string,
  sources: readonly TrackingSource[],
  logs: TrackingLogs,
  context: ComponentContext,
): string {
  const port = portFor(context, 'dfs.namenode.http-address')
  return render('tracking-logs/settings.conf', {
    namenodes: hostsWith(context.cluster, 'namenode')
      .map(({ name }) => `http://${name}:${port}`)
      .join(' '),
    user: TRACKING_USER,
    target: logs.to,
    incoming: `${incomingOf(logs.to)}/${host}`,
    state: STATE,
    stall: logs.stallSeconds,
    patience: PATIENCE_SECONDS,
    keep: logs.keepDays === undefined ? '' : String(logs.keepDays),
    sources: sources.map(({ name, directory: dir, live }) => `${name} ${dir} ${live}`).join('\n'),
  })
}

const PACKAGES = ['curl', 'gzip', 'util-linux'] as const

/** Resources of both kinds of host. */
const base = (packages: readonly string[]): Resource[] => [
  { type: 'package', id: NEEDED[0], component: COMPONENT, names: packages } satisfies Package,
  directory(COMPONENT, SETTINGS_DIR),
  directory(COMPONENT, PROGRAMS),
  directory(COMPONENT, STATE, { mode: '0700', data: 'own' }),
]

const NEEDED = ['package:tracking-logs', `directory:${STATE}`] as const

/** A program and its settings. */
const program = (path: string, template: string, conf: string, text: string): Resource[] => [
  file(COMPONENT, path, render(`tracking-logs/${template}`, {}), {
    mode: '0755',
    validate: 'sh -n {}',
    after: [`directory:${PROGRAMS}`],
  }),
  file(COMPONENT, conf, text, { validate: 'sh -n {}', after: [`directory:${SETTINGS_DIR}`] }),
]

/** A host where the LMS writes: the rule of logrotate, and the job that copies the logs to HDFS automatically. */
function senderResources(
  host: Host,
  sources: readonly TrackingSource[],
  logs: TrackingLogs,
  context: ComponentContext,
): Resource[] {
  return [
    ...program(SHIP, 'ship.sh', SHIP_SETTINGS, settings(host.name, sources, logs, context)),
    ...(logs.rotate.manage ? rotation(sources, logs.rotate, ['package:tracking-logs']) : []),
    ...timedJob({
      name: SHIP_JOB,
      description: 'Tracking logs to HDFS',
      command: [SHIP, 'run'],
      calendar: everyMinutes(logs.everyMinutes),
      spreadSeconds: 30,
      after: [
        ...NEEDED,
        `file:${SHIP}`,
        `file:${SHIP_SETTINGS}`,
        hdfsDirectoryRef(context, logs.to),
        hdfsDirectoryRef(context, incomingOf(logs.to)),
      ],
    }),
  ]
}

/** OnCalendar for an interval in minutes, rounded to what hours and minutes allow. */
export function everyMinutes(minutes: number): string {
  if (minutes < 60) return `*:0/${minutes}`
  const hours = Math.min(24, Math.round(minutes / 60))
  return hours === 24 ? 'daily' : `0/${hours}:00`
}

/** Owner and mode of the directories above the logs, so that everybody may pass through them. */
const PASSAGE = { owner: 'hdfs', group: 'hadoop', mode: '0755' }

/** `/a` and `/a/b` of `/a/b/c`. */
const parentsOf = (path: string): string[] => {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)
}

/** The NameNode's host: the directories in HDFS, and the job that expires their files. */
function keeperResources(host: Host, logs: TrackingLogs, context: ComponentContext): Resource[] {
  const owned = { owner: TRACKING_USER, group: 'hadoop' }
  const above = parentsOf(logs.to)
  const after = (path: string): string[] => parentsOf(path).map((parent) => `hdfs-directory:${parent}`)
  return [
    ...above.map((path) => hdfsDirectory(context, COMPONENT, { path, ...PASSAGE }, after(path))),
    ...[logs.to, incomingOf(logs.to)].map((path) =>
      hdfsDirectory(context, COMPONENT, { path, ...owned, mode: '0750' }, after(path)),
    ),
    ...program(EXPIRE, 'expire.sh', EXPIRE_SETTINGS, settings(host.name, logs.sources, logs, context)),
    ...timedJob({
      name: EXPIRE_JOB,
      description: 'Tracking logs that HDFS need not keep',
      command: [EXPIRE],
      calendar: 'daily',
      spreadSeconds: 600,
      after: [...NEEDED, `file:${EXPIRE}`, `file:${EXPIRE_SETTINGS}`, `hdfs-directory:${logs.to}`],
    }),
  ]
}

/** Tracking logs: rotated on the LMS's hosts, and copied from there to HDFS. */
export const trackingLogs: Service = {
  name: COMPONENT,
  needs: [],
  resources(host, context) {
    const { trackingLogs: logs } = context.cluster
    if (logs === undefined) return []
    const here = logs.sources.filter((source) => source.host === host.name)
    const keeps = host.name === primaryHost(context.cluster, 'namenode').name
    if (here.length === 0 && !keeps) return []
    const packages = [...PACKAGES, ...(here.length > 0 && logs.rotate.manage ? ['logrotate'] : [])]
    return [
      ...base(packages),
      ...(keeps ? keeperResources(host, logs, context) : []),
      ...(here.length > 0 ? senderResources(host, here, logs, context) : []),
    ]
  },
  symptoms: trackingSymptoms,
  types: trackingTypes,
}
