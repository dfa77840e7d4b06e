/** `sqoop import --direct`: each of its tasks runs mysqldump, and reads its output as rows. */

import { render } from '../../../hadoop-templates/index.ts'
import type { Cluster, Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { runsTasks } from '../support/hosts.ts'
import { directory, file } from '../support/resources.ts'
import { hasSqoop, TASK_PROGRAMS } from '../support/task-path.ts'

const SQOOP = 'sqoop'

/**
 * The mysqldump of tasks, on every host that runs them. It calls the one of a database client, which it does not
 * install.
 */
export function taskPrograms(host: Host, cluster: Cluster): Resource[] {
  if (!runsTasks(host) || !hasSqoop(cluster)) return []
  const content = render('sqoop/mysqldump', { directory: TASK_PROGRAMS })
  return [
    directory(SQOOP, TASK_PROGRAMS),
    file(SQOOP, `${TASK_PROGRAMS}/mysqldump`, content, {
      mode: '0755',
      after: [`directory:${TASK_PROGRAMS}`],
    }),
  ]
}
