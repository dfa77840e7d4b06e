import type { Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { dataPaths, directory, has } from '../support/index.ts'
import type { Service } from '../types.ts'
import { mapreduce1HealthChecks } from './health.ts'
import { mapreduce1Symptoms } from './symptoms.ts'
import { mapreduce1Units } from './units.ts'

const NAME = 'mapreduce1'

/** Scratch space of tasks, on the data disks. */
const scratch = (host: Host): Resource[] =>
  host.dataDirs.flatMap((dir) => {
    const { mapred, mapredLocal } = dataPaths(dir)
    const own = { owner: 'mapred', group: 'hadoop' }
    return [
      directory(NAME, mapred, { ...own, data: 'own', after: ['user:mapred', `directory:${dir}`] }),
      directory(NAME, mapredLocal, { ...own, after: [`directory:${mapred}`] }),
    ]
  })

/** The JobTracker and TaskTrackers of Hadoop 1. The service `hdfs` installs Hadoop. */
export const mapreduce1: Service = {
  name: NAME,
  resources: (host, context) => [
    ...(has(host, 'tasktracker') ? scratch(host) : []),
    ...mapreduce1Units(host, context),
  ],
  healthChecks: mapreduce1HealthChecks,
  symptoms: mapreduce1Symptoms,
}
