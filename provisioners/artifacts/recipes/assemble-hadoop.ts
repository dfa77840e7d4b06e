import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Assembler } from './assemble.ts'
import { addLaunchers, jars, moveInto } from './assemble-files.ts'

/** Hadoop's own jars and its log binding, by the folder of share/hadoop where Apache puts them. The first match counts. */
const HADOOP_HOMES: readonly (readonly [RegExp, string])[] = [
  [/^(hadoop-(auth|annotations|shaded-)|slf4j-reload4j-)/, 'common/lib'],
  [/^hadoop-(common|registry|kms|nfs)-/, 'common'],
  [/^hadoop-hdfs-/, 'hdfs'],
  [/^hadoop-yarn-server-timelineservice-/, 'yarn/timelineservice'],
  [/^hadoop-yarn-/, 'yarn'],
  [/^hadoop-mapreduce-/, 'mapreduce'],
  [/^hadoop-/, 'tools/lib'],
]

/** Modules of the pom in the order in which they may claim a third-party jar, with the folder that it goes to. */
const HADOOP_MODULES: readonly (readonly [string, string])[] = [
  ['common', 'common/lib'],
  ['hdfs', 'hdfs/lib'],
  ['yarn', 'yarn/lib'],
  ['mapreduce', 'yarn/lib'],
  ['tools', 'tools/lib'],
]

/** Folder of share/hadoop for a jar that module `module` of the pom brought. */
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
  // As in Apache's tarball, YARN's pages come out of hadoop-yarn-common.jar; the folders are expected all the same.
  for (const folder of ['common/webapps', 'yarn/webapps', 'mapreduce/lib'])
    await mkdir(join(share, folder), { recursive: true })
  await mkdir(join(tree, 'sbin'), { recursive: true })
  await addLaunchers(launchers, tree)
}

/** Hadoop 1: its own jars at the top, everything else in lib/, Streaming below contrib/. */
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
