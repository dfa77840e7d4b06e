import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { addLaunchers, jars, moveInto } from './assemble-files.ts'
import type { Layout } from './layout.ts'

/** What Maven left, what the tarball shall hold, and the files of our own writing (laid over it in this order). */
export interface Assembly {
  readonly out: string
  readonly tree: string
  readonly launchers: readonly string[]
  readonly layout: Layout
  readonly version: string
}

export type Assembler = (assembly: Assembly) => Promise<void>

export const assembleHive: Assembler = async ({ out, tree, launchers }) => {
  for (const jar of await jars(join(out, 'lib'))) {
    const folder = jar.startsWith('hive-hcatalog-') ? 'hcatalog/share/hcatalog' : 'lib'
    await moveInto(join(out, 'lib', jar), join(tree, folder))
  }
  const [unpacked = ''] = await readdir(join(out, 'schema'))
  await moveInto(join(out, 'schema', unpacked, 'scripts/metastore'), join(tree, 'scripts'))
  await addLaunchers(launchers, tree)
}

export const assembleSqoop: Assembler = async ({ out, tree, launchers, version }) => {
  await mkdir(join(tree, 'lib'), { recursive: true })
  for (const jar of await jars(join(out, 'lib'))) {
    const own = jar.startsWith(`sqoop-${version}`)
    await rename(join(out, 'lib', jar), own ? join(tree, `sqoop-${version}.jar`) : join(tree, 'lib', jar))
  }
  await addLaunchers(launchers, tree)
}

export const assembleExtras: Assembler = async ({ out, tree }) => {
  for (const jar of await jars(join(out, 'jars'))) {
    const folder = /^(mariadb-java-client|mysql-connector)-/.test(jar) ? 'drivers' : 'repairs'
    await moveInto(join(out, 'jars', jar), join(tree, folder))
  }
}
