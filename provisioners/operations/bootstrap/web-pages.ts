import type { Cluster, Daemon } from '../../config/types.ts'
import { hadoopDialect } from '../verify/dialect.ts'
import { hostsWith, portOf } from '../verify/place.ts'

export interface WebPage {
  readonly title: string
  readonly url: string
}

const TITLES: readonly (readonly [Daemon, string])[] = [
  ['namenode', 'NameNode'],
  ['resourcemanager', 'ResourceManager'],
  ['jobtracker', 'JobTracker'],
  ['jobhistory', 'JobHistory'],
]

/** The web pages of a cluster's masters, by the addresses that cluster.yml gives. */
export function webPages(cluster: Cluster): WebPage[] {
  const { jobs } = hadoopDialect(cluster)
  const there = TITLES.filter(([daemon]) => daemon !== (jobs === 'yarn' ? 'jobtracker' : 'resourcemanager'))
  return there.flatMap(([daemon, title]) =>
    hostsWith(cluster, daemon).map(({ address }) => ({
      title,
      url: `http://${address}:${portOf(cluster, daemon)}/`,
    })),
  )
}
