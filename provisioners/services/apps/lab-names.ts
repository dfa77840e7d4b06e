import type { Host } from '../../config/types.ts'
import { appsOf } from '../../config/types-apps.ts'
import { has } from '../support/hosts.ts'
import type { ComponentContext } from '../types.ts'

/** Server names of this host's applications for /etc/hosts. Only a lab needs them: it has no DNS. */
export const labNamesOf = (host: Host, { cluster }: Pick<ComponentContext, 'cluster'>): string[] =>
  appsOf(cluster.apps)
    .filter((app) => app.tls.kind === 'made' && has(host, app.name))
    .map((app) => app.serverName)
