/**
 * Classes that tasks must find on a worker, in jars that Howdah put there. Each worker is checked, because a job may not
 * run on the one that lacks them. Pure.
 */

import type { Cluster } from '../../config/types.ts'
import { TASK_CLASS_PATH, taskJars } from '../../services/repairs/index.ts'
import { hadoopPaths, javaHome } from '../../services/support/index.ts'
import { sh } from '../../shell.ts'

/**
 * Prints `class.NAME=found` or the error of the JVM, for the class path in the configuration of this host. A class is
 * found when Java complains only that it has no `main`. Prints nothing where no class is needed.
 */
export function taskClassProbe(cluster: Cluster): string {
  const classes = taskJars(cluster).map(({ shows }) => shows)
  if (classes.length === 0) return ':'
  return sh`conf=${hadoopPaths(cluster).conf} java=${`${javaHome(cluster, 'hive')}/bin/java`}
class_path() { sed -n "/<name>$2</{n;s/.*<value>\\(.*\\)<\\/value>.*/\\1/p;}" "$conf/$1.xml" | tr ',' ':'; }
jars=$(class_path yarn-site 'yarn[.]application[.]classpath'):$(class_path mapred-site 'mapreduce[.]application[.]classpath')
for class in ${classes}; do
  said=$(LC_ALL=C "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$jars" "$class" 2>&1) || :
  case $said in *'Main method not found'*) said=found ;; esac
  printf 'class.%s=%s\n' "$class" "$(printf '%s\n' "$said" | head -n 1)"
done`
}

/** Parses the output of the probe. */
export const parseClasses = (stdout: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...stdout.matchAll(/^(class\.[^=]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  )

/** The classes that tasks lack, a line each, from the parsed output of the probe. */
export const missingClasses = (found: Readonly<Record<string, string>>): string[] =>
  Object.entries(found).flatMap(([key, value]) =>
    key.startsWith('class.') && value !== 'found'
      ? [`tasks do not find ${key.slice('class.'.length)}: ${value} (${TASK_CLASS_PATH})`]
      : [],
  )
