import { siteXml } from '../../../hadoop-templates/index.ts'
import type { Cluster, Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { hadoopProperties } from '../hdfs/configuration.ts'
import { jobJvmProperties } from '../support/java.ts'
import { hadoopPaths } from '../support/paths.ts'
import { directory, file, symlink } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'

const SQOOP = 'sqoop'
const SITE = 'mapred-site.xml'
/** The other files that commands of Hadoop read. */
const shared = ({ generation }: Cluster): readonly string[] => [
  'core-site.xml',
  'hdfs-site.xml',
  ...(generation === 'hadoop1' ? [] : ['yarn-site.xml']),
  'hadoop-env.sh',
  'log4j.properties',
]

/**
 * The directory of Hadoop's configuration for Sqoop's commands and jobs. If Sqoop runs on another JDK than Hadoop, its
 * jobs must name that JDK. sqoop-site.xml cannot do that, because Hadoop loads mapred-site.xml later, and the last
 * value counts. So Sqoop gets its own mapred-site.xml, and links to the other files.
 */
export const sqoopHadoopConf = (cluster: Cluster): string =>
  hasOwnJdk(cluster) ? `${cluster.directories.config}/sqoop/hadoop-conf` : hadoopPaths(cluster).conf

export const hasOwnJdk = ({ java: { use } }: Cluster): boolean => use.sqoop !== use.hadoop

/** The files of that directory; none if Sqoop uses Hadoop's directory. */
export function hadoopConfResources(host: Host, context: ComponentContext): Resource[] {
  const { cluster } = context
  if (!hasOwnJdk(cluster)) return []
  const conf = sqoopHadoopConf(cluster)
  const after = [`directory:${conf}`]
  const properties = {
    ...hadoopProperties('mapred-site', host, context),
    ...jobJvmProperties(cluster, 'sqoop'),
  }
  return [
    directory(SQOOP, conf),
    file(SQOOP, `${conf}/${SITE}`, siteXml('mapred-site', properties), { after }),
    ...shared(cluster).map((name) => {
      const own = `${hadoopPaths(cluster).conf}/${name}`
      return symlink(SQOOP, `${conf}/${name}`, own, [...after, `file:${own}`])
    }),
  ]
}
