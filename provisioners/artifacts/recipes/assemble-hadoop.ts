import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Assembler } from './assemble.ts'
import { addLaunchers, jars, moveInto } from './assemble-files.ts'

/** Apache's folders in share/hadoop for Hadoop's own jars and its log binding. The first match counts. */
const HADOOP_HOMES: readonly (readonly [RegExp, string])[] = [
  [/^(hadoop-(auth|annotations|shaded-)|slf4j-reload4j-)/, 'common/lib'],
  [/^hadoop-(common|registry|kms|nfs)-/, 'common'],
  [/^hadoop-hdfs-/, 'hdfs'],
  [/^hadoop-yarn-server-timelineservice-/, 'yarn/timelineservice'],
  [/^hadoop-yarn-/, 'yarn'],
  [/^hadoop-mapreduce-/, 'mapreduce'],
  [/^hadoop-/, 'tools/lib'],
]

/** Modules of the pom with their folders. The first module with a third-party jar decides its folder. */
const HADOOP_MODULES: readonly (readonly [string, string])[] = [
  ['common', 'common/lib'],
  ['hdfs', 'hdfs/lib'],
  ['yarn', 'yarn/lib'],
  ['mapreduce', 'yarn/lib'],
  ['tools', 'tools/lib'],
]

/** Folder of share/hadoop for a jar of a module of the pom, whose own folder is `moduleFolder`. */
export function hadoopFolder(jar: string, moduleFolder: string): string {
  return HADOOP_HOMES.find(([pattern]) => pattern.test(jar))?.[1] ?? moduleFolder
}

/** Hadoop 2 and 3: share/hadoop/{common,hdfs,yarn,mapreduce,tools}. */
export const assembleHadoop: Assembler = async ({ out, tree, launchers }) => {
  const share = join(tree, 'share/hadoop')
  const placed = new Set<string>()
  for (const [module, moduleFolder] of HADOOP_MODULES) {
    for (const jar of await jars(join(out, module))) {
      if (placed.has(jar)) continue
      placed.add(jar)
      await moveInto(join(out, module, jar), join(share, hadoopFolder(jar, moduleFolder)))
    }
  }
  await moveInto(join(out, 'webapps/webapps'), join(share, 'hdfs'))
  // As in Apache's tarball, YARN's pages are in hadoop-yarn-common.jar, but the folders must exist.
  for (const folder of ['common/webapps', 'yarn/webapps', 'mapreduce/lib'])
    await mkdir(join(share, folder), { recursive: true })
  await mkdir(join(tree, 'sbin'), { recursive: true })
  await addLaunchers(launchers, tree)
}

/** Hadoop 1: its own jars at the top, all others in lib/, Streaming below contrib/. */
export const assembleHadoop1: Assembler = async ({ out, tree, launchers }) => {
  for (const jar of await jars(join(out, 'lib')))
    await moveInto(join(out, 'lib', jar), hadoop1Folder(tree, jar))
  await rename(join(out, 'webapps/webapps'), join(tree, 'webapps'))
  await addLaunchers(launchers, tree)
}

function hadoop1Folder(tree: string, jar: string): string {
  if (jar.startsWith('hadoop-streaming-')) return join(tree, 'contrib/streaming')
  return jar.startsWith('hadoop-') ? tree : join(tree, 'lib')
}
