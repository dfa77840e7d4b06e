import type { Host } from '../../config/types.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'
import type { Package, Resource } from '../../engine/types.ts'
import { hdfsDirectory } from '../hdfs/hdfs-directory.ts'
import { serverOn } from '../result-store/servers.ts'
import { has, isHadoopHost } from '../support/hosts.ts'
import { directory, file } from '../support/resources.ts'
import type { ComponentContext, Service } from '../types.ts'
import { account, shell, sudo } from './account.ts'
import { credentialFiles } from './credentials.ts'
import { CLIENT_CFG, hdfsPaths, PIPELINE, pipelinePaths, runsTasks } from './paths.ts'
import { pythonResources } from './python.ts'
import { hadoopSection, overrideSections, settingsFile } from './settings.ts'
import { sourceResources } from './source.ts'
import { pipelineSymptoms } from './symptoms.ts'

export { CLIENT_CFG, hdfsPaths, pipelinePaths, runsTasks } from './paths.ts'
export { modulesOf } from './python.ts'
export { overrideSections, type Sections } from './settings.ts'

/** `mysqldump`, which `sqoop --direct` runs in each mapper. MySQL's server has its own, and conflicts with Debian's. */
function mysqldump(host: Host, { cluster }: ComponentContext): Package[] {
  if (serverOn(cluster, host.name)?.server.flavor === 'mysql') return []
  return [{ type: 'package', id: 'package:mysqldump', component: PIPELINE, names: ['default-mysql-client'] }]
}

function clientCfg(context: ComponentContext, pipeline: Pipeline): Resource[] {
  const parent = CLIENT_CFG.slice(0, CLIENT_CFG.lastIndexOf('/'))
  const text = settingsFile("Hadoop for the pipeline's tasks", { hadoop: hadoopSection(context, pipeline) })
  return [directory(PIPELINE, parent), file(PIPELINE, CLIENT_CFG, text, { after: [`directory:${parent}`] })]
}

function onMaster(context: ComponentContext, pipeline: Pipeline): Resource[] {
  const { directory: parent, override } = pipelinePaths(context.cluster)
  const settings = settingsFile("Settings of the pipeline's tasks", overrideSections(context, pipeline))
  return [
    ...sudo(context, pipeline),
    shell(context, pipeline),
    directory(PIPELINE, parent),
    file(PIPELINE, override, settings, { after: [`directory:${parent}`] }),
    ...credentialFiles(context, pipeline),
  ]
}

/** A path and its parents, without `/`. */
const lineage = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((_, i, parts) => `/${parts.slice(0, i + 1).join('/')}`)

/** The pipeline's directories in HDFS, each after its parent. */
function hdfsTree(context: ComponentContext, pipeline: Pipeline): Resource[] {
  const paths = [...new Set(Object.values(hdfsPaths(pipeline)).flatMap(lineage))].sort()
  return paths.map((path) =>
    hdfsDirectory(context, PIPELINE, { path, owner: pipeline.user, group: 'hadoop', mode: '0755' }, [
      `hdfs-directory:${path.slice(0, path.lastIndexOf('/')) || '/'}`,
    ]),
  )
}

/**
 * The files, accounts and programs that the launchers of edX's analytics pipeline need on the master and the workers.
 */
export const pipeline: Service = {
  name: PIPELINE,
  resources(host, context) {
    const wanted = context.cluster.pipeline
    if (wanted === undefined || !isHadoopHost(host)) return []
    const master = wanted.master === host.name
    const tasks = runsTasks(host)
    return [
      ...account(wanted),
      ...(tasks || master ? [...clientCfg(context, wanted), ...pythonResources(host, wanted, context)] : []),
      ...(tasks ? mysqldump(host, context) : []),
      ...(master ? [...onMaster(context, wanted), ...sourceResources(context, wanted)] : []),
      ...(has(host, 'namenode') ? hdfsTree(context, wanted) : []),
    ]
  },
  symptoms: pipelineSymptoms,
}
