/** Each worker, with the PATH of its containers. */

import { daemonsWhere, unitOf } from '../../catalog/index.ts'
import type { Cluster, Host } from '../../config/types.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'
import { CLIENT_CFG, modulesOf, runsTasks } from '../../services/pipeline/index.ts'
import { TASK_PROGRAMS, taskPath } from '../../services/support/index.ts'
import { raw, sh } from '../../shell.ts'
import { CheckFailure, tail } from '../verify/checks.ts'
import { missingClasses, taskClassProbe } from '../verify/task-classes.ts'
import { parseValues } from './script.ts'
import type { PipelineCheck, PipelineRun } from './types.ts'

/** What must be equal on the master and on each worker, since compiled modules are sent with a job. */
const machine = ({ python }: Pipeline): string =>
  [
    'import platform, sys',
    ...modulesOf(python).map((name) => `import ${name}`),
    "print('%s, Python %d.%d, unicode %x' % ((platform.machine(),) + sys.version_info[:2] + (sys.maxunicode,)))",
  ].join('\n')

const probe = (pipeline: Pipeline, cluster: Cluster): string =>
  [
    sh`run() { ${pipeline.python.command} -c ${machine(pipeline)}; }`,
    // Only stdout is the answer. Warnings are on stderr, also when it succeeds.
    `if said=$(run 2>/dev/null); then echo "python=$said"; else echo "broken=$(run 2>&1 | tail -n 1)"; fi`,
    sh`echo "settings=$(cksum <${CLIENT_CFG} 2>/dev/null || echo 'cannot be read')"`,
    'echo "hadoop=$(command -v hadoop)"',
    'echo "dump=$(command -v mysqldump)"',
    // Tasks find Howdah's mysqldump first, which calls the client. With --version it prints which client that is.
    'echo "mysqldump=$(mysqldump --version 2>/dev/null)"',
    taskClassProbe(cluster),
  ].join('\n')

/** Units of the daemons that start tasks, in any generation. */
const TASK_UNITS = daemonsWhere(({ runsTasks }) => runsTasks === true)
  .map(unitOf)
  .join(' ')

/** Runs the probe as the account of containers, with the PATH that jobs set for their tasks. */
const workerScript = (pipeline: Pipeline, cluster: Cluster): string => sh`for unit in ${raw(TASK_UNITS)}; do
  pid=$(systemctl show -p MainPID --value "$unit")
  [ "\${pid:-0}" = 0 ] || break
done
[ "\${pid:-0}" != 0 ] || { echo "no NodeManager or TaskTracker runs here" >&2; exit 1; }
user=$(stat -c %U "/proc/$pid")
cd /
exec setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups env -i ${`PATH=${taskPath(cluster)}`} HOME=/nowhere sh -c ${probe(pipeline, cluster)}`

/** Problems with a worker, a line each. */
export function checkWorker(
  found: Readonly<Record<string, string>>,
  master: Readonly<Record<string, string>>,
  { python }: Pipeline,
): string[] {
  const wrong: string[] = []
  if (found.broken !== undefined) wrong.push(`${python.command}: ${found.broken}`)
  else if (found.python !== master.python) {
    wrong.push(
      `it has ${found.python}, and the master ${master.python}: compiled modules of the master do not work there`,
    )
  }
  if (found.settings !== master.settings || found.settings === 'cannot be read')
    wrong.push(`${CLIENT_CFG} is missing, or not the master's`)
  if (!found.hadoop) wrong.push('hadoop is not on the PATH of containers, but reducers call it')
  if (!found.mysqldump) wrong.push('mysqldump is not on the PATH of containers, but sqoop --direct calls it')
  if (found.dump !== `${TASK_PROGRAMS}/mysqldump`) {
    wrong.push(
      `tasks find ${found.dump || 'no mysqldump'} instead of Howdah's, so sqoop --direct would write garbage`,
    )
  }
  wrong.push(...missingClasses(found))
  return wrong
}

const worker = (host: Host): PipelineCheck => ({
  name: `worker ${host.name}`,
  title: `Tasks on ${host.name} find Python, hadoop, mysqldump, Hive's classes and the master's settings`,
  host: host.name,
  after: ['shell'],
  async run(run) {
    const { pipeline, cluster } = run.input
    const [master, result] = await Promise.all([
      run.shell(probe(pipeline, cluster)),
      run.on(host.name, workerScript(pipeline, cluster), 'root'),
    ])
    const next = `howdah plan (howdah bootstrap repairs what it shows); on ${host.name}: ls -l ${pipeline.python.command} ${CLIENT_CFG}; command -v hadoop mysqldump`
    if (result.exit !== 0) throw new CheckFailure(tail(result.stderr || result.stdout, 5), next)
    const found = parseValues(result.stdout)
    const wrong = checkWorker(found, parseValues(master.stdout), pipeline)
    if (wrong.length > 0) throw new CheckFailure(wrong.join('\n'), next)
    return `${found.python}; ${found.hadoop}, ${found.mysqldump}`
  },
})

export const workerChecks = ({ input }: Pick<PipelineRun, 'input'>): readonly PipelineCheck[] =>
  input.cluster.hosts.filter(runsTasks).map(worker)
