import type { Cluster } from '../../config/types.ts'
import { DAEMON_PATH } from './daemon-unit.ts'

/** Programs for tasks alone: a person's own command of the same name stays what it is. */
export const TASK_PROGRAMS = '/usr/local/lib/howdah/tasks'

/** Whether some host submits jobs of Sqoop, whose tasks call programs. */
export const hasSqoop = ({ hosts }: Pick<Cluster, 'hosts'>): boolean =>
  hosts.some(({ daemons }) => daemons.includes('sqoop'))

/**
 * The PATH of tasks. Each job names it: YARN starts a container with an empty environment, and the shell that it starts
 * it by then takes its own default for PATH, whatever the NodeManager has.
 */
export const taskPath = (cluster: Pick<Cluster, 'hosts'>): string =>
  hasSqoop(cluster) ? `${TASK_PROGRAMS}:${DAEMON_PATH}` : DAEMON_PATH
