/**
 * Jars on the class path of tasks. They are in a directory of Howdah on every host that runs tasks, and mapred-site
 * names it. So every job finds them, whoever submits it (hive, HiveServer2, Sqoop), and whichever jars it has. With
 * hive.aux.jars.path they would be lost when a user gives `--auxpath` or sets that property.
 */

import type { Cluster, Host } from '../../config/types.ts'
import type { Action, Directory } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { isMapReduce1 } from '../support/generation.ts'
import { runsTasks } from '../support/hosts.ts'
import { directory } from '../support/resources.ts'
import { type TaskJar, taskJars } from './select.ts'
import type { Installed } from './types.ts'

/** A directory that contains only these jars. */
export const TASK_CLASS_PATH = '/opt/howdah/task-classpath'

const basename = (jar: string): string => jar.slice(jar.lastIndexOf('/') + 1)

/** Whether this host needs jars of the extras for its tasks. */
export const hasTaskJars = (host: Host, cluster: Installed): boolean =>
  runsTasks(host) && taskJars(cluster).length > 0

/** What to add to `mapreduce.application.classpath`. Hadoop 1 does not have it, and needs no repair of tasks. */
export const taskClassPath = (cluster: Pick<Cluster, 'generation'> & Installed): readonly string[] =>
  !isMapReduce1(cluster) && taskJars(cluster).length > 0 ? [`${TASK_CLASS_PATH}/*`] : []

/**
 * The probe compares the jars themselves, not a record as for a repair of lib: a jar that is missing on one worker
 * breaks only some tasks, so the plan must find it.
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
        // With a jar of an older table in the directory, its order would decide which one is used.
        'for file in "$dir"/* "$dir"/.*.part; do',
        '  [ -f "$file" ] || continue',
        '  case $wanted in *" ${file##*/} "*) ;; *) rm -f "$file" ;; esac',
        'done',
      ].join('\n'),
      timeoutSeconds: 60,
    },
  ]
}
