/** The configuration that Howdah rendered for each daemon, for a comparison with the one that the daemon reports. */

import { CATALOG, DAEMONS, type Daemon, unitOf } from '../catalog/index.ts'
import type { ConfigurationPage } from '../catalog/types.ts'
import type { Cluster, Host } from '../config/types.ts'
import { hadoopProperties } from './hdfs/index.ts'
import { clientSite } from './hive/configuration.ts'
import { hostsWith } from './support/hosts.ts'
import { isBound, portFor } from './support/ports.ts'
import type { Properties } from './support/properties.ts'
import type { ComponentContext } from './types.ts'

/** A daemon that serves its configuration at `/conf`. */
export interface RunningConfiguration {
  readonly daemon: Daemon
  readonly host: string
  readonly unit: string
  /** For a request on its own host, by the host's name, because some daemons only bind that address. */
  readonly url: string
  /** The files that it reads, the later ones over the earlier. */
  readonly files: readonly string[]
  readonly rendered: Properties
}

function renderedOf(file: string, host: Host, context: ComponentContext): Properties {
  return file === 'hive-site' ? clientSite(host, context) : hadoopProperties(file, host, context)
}

/** The page of a daemon's configuration, if this release of its software has one. */
function pageOf(daemon: Daemon, cluster: Cluster): ConfigurationPage | undefined {
  const { page, ports } = CATALOG[daemon].process ?? {}
  const port = ports?.find(({ property }) => property === page?.port)
  return port !== undefined && isBound(daemon, port, cluster) ? page : undefined
}

/** Every daemon that serves its configuration, with the one that Howdah rendered for it. Pure. */
export const runningConfigurations = (context: ComponentContext): RunningConfiguration[] =>
  DAEMONS.flatMap((daemon) => {
    const page = pageOf(daemon, context.cluster)
    if (page === undefined) return []
    return hostsWith(context.cluster, daemon).map((host) => ({
      daemon,
      host: host.name,
      unit: unitOf(daemon),
      url: `http://${host.name}:${portFor(context, page.port)}/conf`,
      files: page.files,
      rendered: Object.assign({}, ...page.files.map((file) => renderedOf(file, host, context))) as Properties,
    }))
  })
