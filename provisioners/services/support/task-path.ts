import type { Cluster } from '../../config/types.ts'
import { DAEMON_PATH } from './daemon-unit.ts'

/** Programs only for tasks. The commands of the same name for users do not change. */
export const TASK_PROGRAMS = '/usr/local/lib/howdah/tasks'

/** Whether a host submits jobs of Sqoop, whose tasks call programs. */
export const hasSqoop = ({ hosts }: Pick<Cluster, 'hosts'>): boolean =>
  hosts.some(({ daemons }) => daemons.includes('sqoop'))

/**
 * The PATH of tasks. Each job sets it, because YARN starts a container with an empty environment. The shell of the
 * container would use its own default, not the PATH of the NodeManager.
 */
export const taskPath = (cluster: Pick<Cluster, 'hosts'>): string =>
  hasSqoop(cluster) ? `${TASK_PROGRAMS}:${DAEMON_PATH}` : DAEMON_PATH
