import type { Cluster } from '../../config/types.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'

export const PIPELINE = 'pipeline'

/** The first file that edX's launcher reads, on the master and on the hosts of its reducers. */
export const CLIENT_CFG = '/etc/luigi/client.cfg'

/** The directory of the commands of Hadoop, Hive and Sqoop, for shells and for containers. */
export const COMMANDS = '/usr/local/bin'

/** The files that the pipeline reads on the master. */
export const pipelinePaths = (cluster: Cluster) => {
  const directory = `${cluster.directories.config}/edx-analytics-pipeline`
  return {
    directory,
    override: `${directory}/override.cfg`,
    /** Credentials for reading the LMS database, and for writing to the result store. */
    input: `${directory}/input.json`,
    output: `${directory}/output.json`,
  }
}

/** Whether mappers and reducers run on a host. */
export { runsTasks } from '../support/hosts.ts'

/** The pipeline's directories in HDFS. */
export const hdfsPaths = ({ root, logs }: Pipeline) => ({
  root,
  warehouse: `${root}/warehouse`,
  marker: `${root}/marker`,
  manifest: `${root}/manifest`,
  packages: `${root}/packages`,
  activity: `${root}/activity`,
  logs,
})
