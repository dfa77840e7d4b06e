import { documentOf } from '../../config/index.ts'
import type { Cluster } from '../../config/types.ts'
import { type App, appsOf } from '../../config/types-apps.ts'
import { HowdahError } from '../../errors.ts'
import { hostsWith } from '../support/hosts.ts'
import { portsOn } from '../support/ports.ts'

/** Errors for ports that an application and a daemon would both bind on one host. Pure. */
export const appPortClashes = (cluster: Cluster): HowdahError[] =>
  appsOf(cluster.apps).flatMap((app) => clashesOf(app, cluster))

function clashesOf(app: App, cluster: Cluster): HowdahError[] {
  const where = documentOf(cluster)?.where(['apps', app.name, 'port']) ?? cluster.file
  return hostsWith(cluster, app.name).flatMap((host) =>
    portsOn(host, { cluster })
      .filter(({ port }) => [app.port, 80, 443].includes(port))
      .map(
        ({ port, title, property }) =>
          new HowdahError({
            code: 'APPS_PORT_TAKEN',
            exit: 'configuration',
            message: `port ${port} of ${host.name} is used by apps.${app.name} and by the ${title}`,
            found: String(port),
            expected: 'one of them on another port, or on another host',
            where,
            next: port === app.port ? `set apps.${app.name}.port` : `set ${property} in properties`,
          }),
      ),
  )
}
