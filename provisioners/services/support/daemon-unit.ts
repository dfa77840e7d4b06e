import { render } from '../../../hadoop-templates/index.ts'
import type { Readiness, Unit } from '../../engine/types.ts'

/** What differs between the units of daemons. The rest of a unit is the same for all. */
export interface DaemonUnit {
  /** Without `.service`. */
  readonly name: string
  readonly component: string
  readonly description: string
  readonly user: string
  /** `hadoop` when absent. */
  readonly group?: string
  /** Program and arguments. It must stay in the foreground. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Files with more environment that only root can read, for secrets that the daemon takes only from there. */
  readonly environmentFiles?: readonly string[]
  readonly workingDirectory: string
  /** Units of this host to start after at boot, with `.service`. */
  readonly startAfter?: readonly string[]
  /** Seconds that an orderly stop may take; 60 when absent. */
  readonly stopSeconds?: number
  /** -1000 (never killed for memory) to 1000; 0 when absent. */
  readonly oomScoreAdjust?: number
  /** `0027` when absent. */
  readonly umask?: string
  /** `process` leaves children alive over a restart; `mixed` when absent. */
  readonly killMode?: 'mixed' | 'process'
  readonly privateTmp?: boolean
  /** False for a daemon that reads homes. */
  readonly protectHome?: boolean
  readonly effective: readonly string[]
  readonly ready: Readiness
  readonly logs: readonly string[]
  readonly after: readonly string[]
}

/** PATH of a daemon that sets no other. */
export const DAEMON_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const yesNo = (value: boolean): string => (value ? 'yes' : 'no')

/** The text of a hardened systemd unit. Directives that a container does not allow are left out on purpose. */
export function unitContent(unit: DaemonUnit): string {
  const environment = { PATH: DAEMON_PATH, LANG: 'C.UTF-8', ...unit.environment }
  return render('systemd/daemon.service', {
    name: unit.name,
    description: unit.description,
    user: unit.user,
    group: unit.group ?? 'hadoop',
    command: unit.command,
    environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    environmentFiles: unit.environmentFiles ?? [],
    workingDirectory: unit.workingDirectory,
    after: unit.startAfter ?? [],
    stopSeconds: unit.stopSeconds ?? 60,
    oomScoreAdjust: unit.oomScoreAdjust ?? 0,
    umask: unit.umask ?? '0027',
    killMode: unit.killMode ?? 'mixed',
    privateTmp: yesNo(unit.privateTmp ?? true),
    protectHome: yesNo(unit.protectHome ?? true),
  })
}

/** A daemon as a resource: its unit file, the files that it reads at its start, and its readiness. */
export const daemonUnit = (unit: DaemonUnit): Unit => ({
  type: 'unit',
  id: `unit:${unit.name}`,
  component: unit.component,
  name: unit.name,
  content: unitContent(unit),
  effective: unit.effective,
  ready: unit.ready,
  logs: unit.logs,
  after: unit.after,
})
