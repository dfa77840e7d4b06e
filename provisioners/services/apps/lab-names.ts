import type { Host } from '../../config/types.ts'
import { appsOf } from '../../config/types-apps.ts'
import { has } from '../support/hosts.ts'
import type { ComponentContext } from '../types.ts'

/** The names by which this host's applications are reached, where only /etc/hosts can know them: in a lab. */
export const labNamesOf = (host: Host, { cluster }: Pick<ComponentContext, 'cluster'>): string[] =>
  appsOf(cluster.apps)
    .filter((app) => app.tls.kind === 'made' && has(host, app.name))
    .map((app) => app.serverName)
