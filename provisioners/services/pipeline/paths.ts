import type { Cluster } from '../../config/types.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'

export const PIPELINE = 'pipeline'

/** Where edX's launcher looks first, on the master and where its reducers run. */
export const CLIENT_CFG = '/etc/luigi/client.cfg'

/** Where the commands of Hadoop, Hive and Sqoop are, for shells and for containers. */
export const COMMANDS = '/usr/local/bin'

/** What the pipeline reads on the master. */
export const pipelinePaths = (cluster: Cluster) => {
  const directory = `${cluster.directories.config}/edx-analytics-pipeline`
  return {
    directory,
    override: `${directory}/override.cfg`,
    /** How the LMS database is read, and how the result store is written. */
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
