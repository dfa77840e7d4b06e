import { detail, removes } from '../../engine/resources/leave.ts'
import type { Change, ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'

/**
 * A timer of systemd with the job that it starts. The unit files are separate resources; this one makes systemd read
 * them, and enables and starts the timer. It does not stop a job that is running.
 */
export interface TimedJob extends ResourceBase {
  readonly type: 'x-timed-job'
  /** Without `.timer`. */
  readonly name: string
}

export const unitFile = (name: string, kind: 'service' | 'timer'): string =>
  `/etc/systemd/system/${name}.${kind}`

const PROPERTIES = ['LoadState', 'ActiveState', 'UnitFileState', 'NeedDaemonReload'] as const

const probe = ({ name }: TimedJob): string =>
  [
    sh`for unit in ${[`${name}.timer`, `${name}.service`]}; do`,
    sh`  said=$(systemctl show ${PROPERTIES.flatMap((one) => ['-p', one])} "$unit")`,
    '  for line in $said; do emit "${unit##*.}.${line%%=*}" "${line#*=}"; done',
    'done',
  ].join('\n')

function diff(_: TimedJob, state: State): Change | undefined {
  if (state['timer.LoadState'] !== 'loaded') return { action: 'create', reason: 'not there' }
  const changes = [
    ...(state['timer.UnitFileState'] === 'enabled' ? [] : ['not enabled at boot']),
    ...(state['timer.ActiveState'] === 'active' ? [] : [`not waiting (${state['timer.ActiveState']})`]),
    ...(state['timer.NeedDaemonReload'] === 'yes' || state['service.NeedDaemonReload'] === 'yes'
      ? ['systemd has not read its files']
      : []),
  ]
  return changes.length > 0 ? { action: 'update', reason: changes.join(', ') } : undefined
}

const apply = ({ name }: TimedJob): string =>
  [
    'systemctl daemon-reload',
    sh`systemctl enable --quiet ${`${name}.timer`}`,
    // A running timer keeps its old times until it is restarted.
    sh`systemctl restart ${`${name}.timer`}`,
    sh`systemctl --quiet is-active ${`${name}.timer`} || howdah_die ${`${name}.timer does not wait`}`,
  ].join('\n')

export const timedJobType: ResourceType<TimedJob> = {
  type: 'x-timed-job',
  title: ({ name }) => `timer ${name}`,
  // Other steps write changed files; systemd must then read them in the same run.
  paths: ({ name }) => [
    { path: unitFile(name, 'timer'), key: 'timer-file' },
    { path: unitFile(name, 'service'), key: 'service-file' },
  ],
  probe,
  diff: (job, state, world) => diff(job, state) ?? filesChange(job, state, world.fileSha256),
  apply,
  runs: true,
  record: ({ name }) => ({ name }),
  remove(recorded) {
    const timer = `${detail(recorded, 'name')}.timer`
    const disable = sh`systemctl disable --now ${timer}`
    const script = sh`if [ "$(systemctl show -p LoadState --value ${timer})" = loaded ]; then ${raw(disable)}; fi`
    return removes(`timer ${timer}`, script, { stage: 'stop' })
  },
}

function filesChange(
  { name }: TimedJob,
  state: State,
  wanted: (path: string) => string | undefined,
): Change | undefined {
  const differs = (['timer', 'service'] as const).some(
    (kind) => wanted(unitFile(name, kind)) !== state[`${kind}-file`],
  )
  return differs ? { action: 'update', reason: 'its files change' } : undefined
}
