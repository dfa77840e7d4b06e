import { CATALOG, DAEMONS, type Daemon, isOf, numberOf } from '../../../provisioners/catalog/index.ts'
import type { InfrastructureFleet } from '../../../provisioners/config/infrastructure/types.ts'
import type { Ports } from '../security-group.ts'

export type Generation = InfrastructureFleet['generation']

export interface HadoopPort {
  /** For the rule's name, unique in its generation. */
  readonly id: string
  readonly ports: Ports
  /** Which hosts listen there. */
  readonly on: 'master' | 'worker'
  /** Clients outside the cluster need it too; never set for a web page. */
  readonly client?: true
  readonly title: string
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The ports of one daemon that the security groups open, as the catalogue has them. */
function portsOf(daemon: Daemon, generation: Generation): HadoopPort[] {
  const { set, process } = CATALOG[daemon]
  if (set === undefined || !isOf(daemon, generation)) return []
  return (process?.ports ?? []).flatMap((port): HadoopPort[] => {
    const { rule } = port
    if (rule === undefined || !(rule.generations?.includes(generation) ?? true)) return []
    const title = rule.title ?? capitalised(port.title)
    return [
      {
        id: rule.id,
        on: set,
        ports: numberOf(port, generation),
        title,
        ...(rule.client && { client: true }),
      },
    ]
  })
}

/** Ports of ApplicationMasters, which run in containers on the workers. */
const APPLICATION_MASTERS: readonly HadoopPort[] = [
  // The value of yarn.app.mapreduce.am.job.client.port-range.
  {
    id: 'am-clients',
    on: 'worker',
    ports: { from: 30_100, to: 30_499 },
    title: 'Clients of ApplicationMasters',
    client: true,
  },
  // A task reports to its ApplicationMaster at an ephemeral port (ip_local_port_range), and the ResourceManager's proxy
  // fetches the ApplicationMaster's page from another one.
  {
    id: 'application-masters',
    on: 'worker',
    ports: { from: 32_768, to: 60_999 },
    title: 'ApplicationMasters, at ports of the kernel',
  },
]

const allOf = (generation: Generation): readonly HadoopPort[] => [
  ...DAEMONS.flatMap((daemon) => portsOf(daemon, generation)),
  ...(generation === 'hadoop1' ? [] : APPLICATION_MASTERS),
]

/** Every port that the daemons of a generation listen on, by the defaults of its *-default.xml. */
export const HADOOP_PORTS: Readonly<Record<Generation, readonly HadoopPort[]>> = {
  hadoop1: allOf('hadoop1'),
  hadoop2: allOf('hadoop2'),
  hadoop3: allOf('hadoop3'),
}
