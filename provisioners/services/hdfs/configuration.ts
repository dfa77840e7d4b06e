import { render, siteXml } from '../../../hadoop-templates/index.ts'
import type { Host } from '../../config/types.ts'
import type { File, Resource } from '../../engine/types.ts'
import { mapredSiteOfHadoop1 } from '../mapreduce1/mapred-site.ts'
import {
  clusterAddress,
  directory,
  file,
  generationOf,
  hadoopPaths,
  hostsWith,
  isMapReduce1,
  layered,
  type Properties,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { capacityScheduler } from '../yarn/capacity-scheduler.ts'
import { mapredSite } from '../yarn/mapred-site.ts'
import { yarnSite } from '../yarn/yarn-site.ts'
import { coreSite, usesRacks } from './core-site.ts'
import { hadoopEnv } from './environment.ts'
import { hdfsSite } from './hdfs-site.ts'
import { hdfsSiteOfHadoop1 } from './hdfs-site-hadoop1.ts'

const NAME = 'hdfs'

type Site = (host: Host, context: ComponentContext) => Properties

/** Hadoop's configuration files by name, before the layers of sizing and of the operator. */
const SITES: Readonly<Record<string, Site>> = {
  'core-site': (_, context) => coreSite(context),
  'hdfs-site': hdfsSite,
  'yarn-site': yarnSite,
  'mapred-site': (_, context) => mapredSite(context),
  'capacity-scheduler': () => capacityScheduler(),
}

const SITES_OF_HADOOP1: Readonly<Record<string, Site>> = {
  'core-site': (_, context) => coreSite(context),
  'hdfs-site': hdfsSiteOfHadoop1,
  'mapred-site': mapredSiteOfHadoop1,
}

/** The properties of one of Hadoop's files on a host, with all layers. Throws for a file that Hadoop does not have. */
export function hadoopProperties(name: string, host: Host, context: ComponentContext): Properties {
  const computed = (isMapReduce1(context.cluster) ? SITES_OF_HADOOP1 : SITES)[name]
  if (!computed) throw new Error(`${name} is not a file of Hadoop's configuration`)
  return layered(name, computed(host, context), host, context)
}

function racks(context: ComponentContext, conf: string, after: readonly string[]): File[] {
  const { cluster, facts } = context
  if (!usesRacks(cluster)) return []
  const lines = cluster.hosts.flatMap((host) => {
    const names = [host.name, clusterAddress(host, facts[host.name])]
    return names.flatMap((name) => (name === undefined ? [] : [`${name} ${host.rack}`]))
  })
  const table = `${conf}/topology.table`
  return [
    file(NAME, table, render('lines', { lines }), { after }),
    file(NAME, `${conf}/topology.sh`, render('hadoop/topology.sh', { table }), { mode: '0755', after }),
  ]
}

/** The include and exclude lists of the masters. An empty list admits all hosts. */
const hostLists = (names: readonly string[], conf: string, after: readonly string[]): File[] =>
  names.map((name) => file(NAME, `${conf}/${name}`, '', { after }))

/** Everything in /etc/hadoop/conf. */
export function configuration(host: Host, context: ComponentContext): Resource[] {
  const { conf, logs } = hadoopPaths(context.cluster)
  const { sites, workersFile, hostLists: lists } = generationOf(context.cluster)
  const parent = conf.slice(0, conf.lastIndexOf('/'))
  const after = [`directory:${conf}`]
  const workers = hostsWith(context.cluster, 'datanode').map((worker) => worker.name)
  return [
    directory(NAME, parent),
    directory(NAME, conf, { after: [`directory:${parent}`] }),
    ...sites.map((name) =>
      file(NAME, `${conf}/${name}.xml`, siteXml(name, hadoopProperties(name, host, context)), { after }),
    ),
    file(NAME, `${conf}/hadoop-env.sh`, hadoopEnv(host, context), { after }),
    file(
      NAME,
      `${conf}/log4j.properties`,
      render('hadoop/log4j.properties', { logDir: logs, taskLogs: isMapReduce1(context.cluster) }),
      { after },
    ),
    file(NAME, `${conf}/hadoop-metrics2.properties`, render('hadoop/hadoop-metrics2.properties', {}), {
      after,
    }),
    file(NAME, `${conf}/${workersFile}`, render('lines', { lines: workers }), { after }),
    ...hostLists(lists, conf, after),
    ...racks(context, conf, after),
  ]
}
