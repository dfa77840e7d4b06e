/**
 * Jars on the class path of tasks. They lie in a directory of Howdah's on every host that runs tasks, and mapred-site
 * names it: so a job finds them whoever submits it (hive, HiveServer2, Sqoop), with whatever jars of its own. Shipped
 * with the job by hive.aux.jars.path they would be lost where a user gives `--auxpath` or sets that property.
 */

import type { Cluster, Host } from '../../config/types.ts'
import type { Action, Directory } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { isMapReduce1 } from '../support/generation.ts'
import { runsTasks } from '../support/hosts.ts'
import { directory } from '../support/resources.ts'
import { type TaskJar, taskJars } from './select.ts'
import type { Installed } from './types.ts'

/** Nothing but such jars lies in it. */
export const TASK_CLASS_PATH = '/opt/howdah/task-classpath'

const basename = (jar: string): string => jar.slice(jar.lastIndexOf('/') + 1)

/** Whether jars of the extras must lie on this host for its tasks. */
export const hasTaskJars = (host: Host, cluster: Installed): boolean =>
  runsTasks(host) && taskJars(cluster).length > 0

/** What is to be added to `mapreduce.application.classpath`. No repair of tasks is known for Hadoop 1, which has none. */
export const taskClassPath = (cluster: Pick<Cluster, 'generation'> & Installed): readonly string[] =>
  !isMapReduce1(cluster) && taskJars(cluster).length > 0 ? [`${TASK_CLASS_PATH}/*`] : []

/**
 * Unlike a repair of lib this one is read from the jars themselves and not from a record: a jar that is gone from one
 * worker breaks some tasks and not others, so the plan must see it.
 */
export function taskJarResources(
  component: string,
  extras: string,
  jars: readonly TaskJar[],
): readonly [Directory, Action] {
  const sources = jars.map(({ jar }) => `${extras}/${jar}`)
  const names = jars.map(({ jar }) => basename(jar))
  return [
    directory(component, TASK_CLASS_PATH),
    {
      type: 'action',
      id: 'action:task-classpath',
      component,
      title: `class path of tasks: ${names.join(', ')}`,
      after: [`directory:${TASK_CLASS_PATH}`, 'archive:extras'],
      probe: [
        sh`dir=${TASK_CLASS_PATH} state=yes count=0`,
        sh`for jar in ${sources}; do`,
        '  count=$((count + 1))',
        '  cmp -s "$jar" "$dir/${jar##*/}" || state=no',
        'done',
        '[ "$(find "$dir" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)" -eq "$count" ] || state=no',
        'echo "done=$state"',
      ].join('\n'),
      run: [
        sh`dir=${TASK_CLASS_PATH} wanted=${` ${names.join(' ')} `}`,
        sh`for jar in ${sources}; do`,
        '  [ -f "$jar" ] || { echo "$jar is missing" >&2; exit 1; }',
        '  install -m 0644 "$jar" "$dir/.${jar##*/}.part"',
        '  mv -f "$dir/.${jar##*/}.part" "$dir/${jar##*/}"',
        'done',
        // A jar of an older table would come before or after the new one by the order of a directory.
        'for file in "$dir"/* "$dir"/.*.part; do',
        '  [ -f "$file" ] || continue',
        '  case $wanted in *" ${file##*/} "*) ;; *) rm -f "$file" ;; esac',
        'done',
      ].join('\n'),
      timeoutSeconds: 60,
    },
  ]
}
