import type { Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { dataPaths, directory, HADOOP_STATE, has } from '../support/index.ts'
import type { Service } from '../types.ts'
import { yarnHealthChecks } from './health.ts'
import { yarnSymptoms } from './symptoms.ts'
import { yarnUnits } from './units.ts'

export { HISTORY } from './mapred-site.ts'

const NAME = 'yarn'

const state = (name: string): Resource =>
  directory(NAME, `${HADOOP_STATE}/yarn/${name}`, {
    owner: 'yarn',
    group: 'hadoop',
    mode: '0750',
    after: [`directory:${HADOOP_STATE}/yarn`],
  })

/** Scratch space and logs of containers, on the data disks. */
const scratch = (host: Host): Resource[] =>
  host.dataDirs.flatMap((dir) => {
    const { yarn, local, containerLogs } = dataPaths(dir)
    const own = { owner: 'yarn', group: 'hadoop' }
    return [
      directory(NAME, yarn, { ...own, data: 'own', after: ['user:yarn', `directory:${dir}`] }),
      directory(NAME, local, { ...own, after: [`directory:${yarn}`] }),
      directory(NAME, containerLogs, { ...own, after: [`directory:${yarn}`] }),
    ]
  })

/** YARN, with the history of MapReduce. The service `hdfs` installs Hadoop. */
export const yarn: Service = {
  name: NAME,
  resources: (host, context) => [
    ...(has(host, 'resourcemanager') ? [state('rm-state')] : []),
    ...(has(host, 'nodemanager') ? [state('nm-recovery'), state('tmp'), ...scratch(host)] : []),
    ...yarnUnits(host, context),
  ],
  healthChecks: yarnHealthChecks,
  symptoms: yarnSymptoms,
}
