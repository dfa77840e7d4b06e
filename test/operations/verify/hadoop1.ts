/** The simulated cluster with Hadoop 1 and Hive 0.11. */
import type { Cluster, Daemon } from '../../../provisioners/config/types.ts'
import { cluster } from './simulated.ts'

/** Daemons of Hadoop 1 instead of those of Hadoop 3. */
const FORMER: Readonly<Partial<Record<Daemon, readonly Daemon[]>>> = {
  resourcemanager: ['jobtracker'],
  nodemanager: ['tasktracker'],
  jobhistory: [],
}

export const hadoop1 = {
  ...cluster,
  generation: 'hadoop1',
  versions: { ...cluster.versions, hadoop: '1.2.1', hive: '0.11.0', sqoop: '1.4.5' },
  hosts: cluster.hosts.map((host) => ({
    ...host,
    daemons: host.daemons.flatMap((daemon): readonly Daemon[] => FORMER[daemon] ?? [daemon]),
  })),
} as Cluster
