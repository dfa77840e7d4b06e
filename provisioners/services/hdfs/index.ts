import type { Resource } from '../../engine/types.ts'
import { has, isHadoopHost } from '../support/index.ts'
import type { Service } from '../types.ts'
import { configuration } from './configuration.ts'
import { storage } from './directories.ts'
import { formatAction, formatRecordAction } from './format.ts'
import { dataFact, nameFact } from './guard.ts'
import { hdfsTypes } from './hdfs-directory.ts'
import { software } from './software.ts'
import { storageFact } from './storage.ts'
import { hdfsSymptoms } from './symptoms.ts'
import { hdfsTree } from './tree.ts'
import { hdfsUnits } from './units.ts'

export { hadoopProperties } from './configuration.ts'
export { defaultFs } from './core-site.ts'
export { FORMAT_RECORD } from './guard-scripts.ts'
export {
  type HdfsDirectory,
  hdfsDirectory,
  hdfsDirectoryRef,
  hdfsTypes,
  withNameNodePort,
} from './hdfs-directory.ts'

import { hdfsHealthChecks } from './health.ts'

export { hadoopReady } from './software.ts'

/** Hadoop's software and configuration on every host that needs it, and HDFS. */
export const hdfs: Service = {
  name: 'hdfs',
  resources(host, context): readonly Resource[] {
    if (!isHadoopHost(host)) return []
    const isNameNode = has(host, 'namenode')
    return [
      storageFact(host, context.cluster),
      ...software(context),
      ...configuration(host, context),
      ...storage(host, context),
      ...(has(host, 'datanode') ? [dataFact(host, context)] : []),
      ...(isNameNode ? [nameFact(host, context), formatAction(context), formatRecordAction(context)] : []),
      ...hdfsUnits(host, context),
      ...(isNameNode ? hdfsTree(host, context) : []),
    ]
  },
  healthChecks: hdfsHealthChecks,
  symptoms: hdfsSymptoms,
  types: hdfsTypes,
}
