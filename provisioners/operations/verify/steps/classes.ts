/** A step that checks the classes for tasks of Hive on each worker, even if no job runs there. */

import { ask } from '../../../runtime/ask.ts'
import { taskJars } from '../../../services/repairs/index.ts'
import { CheckFailure, tail } from '../checks.ts'
import type { Flow, Step } from '../flow.ts'
import { hostsWith } from '../place.ts'
import { missingClasses, parseClasses, taskClassProbe } from '../task-classes.ts'

/** The account of containers. */
const CONTAINER_USER = 'yarn'
const TIMEOUT_MS = 60_000

async function lacking(flow: Flow, host: string): Promise<string[]> {
  const { cluster, signal, transports } = flow.input
  const { stdout, stderr } = await ask(transports, host, {
    title: 'the classes of tasks',
    script: taskClassProbe(cluster),
    as: CONTAINER_USER,
    timeoutMs: TIMEOUT_MS,
    ...(signal && { signal }),
  })
  const found = parseClasses(stdout)
  if (Object.keys(found).length < taskJars(cluster).length) return [`${host}: ${tail(stderr, 3)}`]
  return missingClasses(found).map((line) => `${host}: ${line}`)
}

export const taskClasses: Step = {
  name: 'task classes',
  title: 'Each worker has the classes that tasks of Hive need and Hadoop lacks',
  after: [],
  run: async (flow) => {
    const { cluster } = flow.input
    const classes = taskJars(cluster).map(({ shows }) => shows)
    if (classes.length === 0) return 'this Hadoop has all of them'
    const hosts = hostsWith(cluster, 'nodemanager').map(({ name }) => name)
    const wrong = (await Promise.all(hosts.map((host) => lacking(flow, host)))).flat()
    if (wrong.length > 0) {
      throw new CheckFailure(wrong.join('\n'), 'howdah bootstrap installs the jars of tasks again')
    }
    return `${classes.join(', ')} on ${hosts.join(', ')}`
  },
}
