import { chmod, cp, mkdir, readdir, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Layout } from './layout.ts'

/** What Maven left, what the tarball shall hold, and the files of our own writing. All are directories. */
export interface Assembly {
  readonly out: string
  readonly tree: string
  readonly launchers: string
  readonly layout: Layout
  readonly version: string
}

export type Assembler = (assembly: Assembly) => Promise<void>

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
  await addLaunchers(join(launchers, 'hadoop'), tree)
}

export const assembleHive: Assembler = async ({ out, tree, launchers }) => {
  for (const jar of await jars(join(out, 'lib'))) {
    const folder = jar.startsWith('hive-hcatalog-') ? 'hcatalog/share/hcatalog' : 'lib'
    await moveInto(join(out, 'lib', jar), join(tree, folder))
  }
  const [unpacked = ''] = await readdir(join(out, 'schema'))
  await moveInto(join(out, 'schema', unpacked, 'scripts/metastore'), join(tree, 'scripts'))
  await addLaunchers(join(launchers, 'hive'), tree)
}

export const assembleSqoop: Assembler = async ({ out, tree, launchers, version }) => {
  await mkdir(join(tree, 'lib'), { recursive: true })
  for (const jar of await jars(join(out, 'lib'))) {
    const own = jar.startsWith(`sqoop-${version}`)
    await rename(join(out, 'lib', jar), own ? join(tree, `sqoop-${version}.jar`) : join(tree, 'lib', jar))
  }
  await addLaunchers(join(launchers, 'sqoop'), tree)
}

export const assembleExtras: Assembler = async ({ out, tree }) => {
  for (const jar of await jars(join(out, 'jars'))) {
    const folder = /^(mariadb-java-client|mysql-connector)-/.test(jar) ? 'drivers' : 'repairs'
    await moveInto(join(out, 'jars', jar), join(tree, folder))
  }
}

async function jars(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith('.jar')).sort()
}

async function moveInto(path: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await rename(path, join(directory, basename(path)))
}

/** Modes are set here: a checkout on another file system, or a package of npm, may have lost them. */
async function addLaunchers(from: string, tree: string): Promise<void> {
  await cp(from, tree, { recursive: true })
  const bin = join(tree, 'bin')
  for (const name of await readdir(bin))
    if ((await stat(join(bin, name))).isFile()) await chmod(join(bin, name), 0o755)
}
