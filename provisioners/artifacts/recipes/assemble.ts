import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Layout } from '../layout.ts'
import { addLaunchers, jars, moveInto } from './assemble-files.ts'

/** Maven's output, the tree of the tarball, and Howdah's own files (copied into the tree in this order). */
export interface Assembly {
  readonly out: string
  readonly tree: string
  readonly launchers: readonly string[]
  readonly layout: Layout
  readonly version: string
}

export type Assembler = (assembly: Assembly) => Promise<void>

export const assembleHive: Assembler = async ({ out, tree, launchers, version }) => {
  for (const jar of await jars(join(out, 'lib'))) {
    const folder = jar.startsWith('hive-hcatalog-') ? 'hcatalog/share/hcatalog' : 'lib'
    await moveInto(join(out, 'lib', jar), join(tree, folder))
  }
  if (existsSync(join(out, 'schema'))) await addSchema(join(out, 'schema'), tree, version)
  await addLaunchers(launchers, tree)
}

/** The scripts are from the metastore of Hive 3.1.3: an older Hive gets those up to its release. */
async function addSchema(schema: string, tree: string, version: string): Promise<void> {
  const [unpacked = ''] = await readdir(schema)
  await moveInto(join(schema, unpacked, 'scripts/metastore'), join(tree, 'scripts'))
  const folder = join(tree, 'scripts/metastore/upgrade/mysql')
  const release = version.replace(/\.\d+$/, '.0')
  if (release === '3.1.0') return
  const order = await readFile(join(folder, 'upgrade.order.mysql'), 'utf8')
  const steps = stepsUntil(order, release)
  await writeFile(join(folder, 'upgrade.order.mysql'), `${steps.join('\n')}\n`)
  await composeSchema(folder, steps, release)
  for (const name of await readdir(folder)) if (!belongs(name, steps, release)) await rm(join(folder, name))
}

/** Lines of upgrade.order (`1.2.0-to-2.0.0`, oldest first) up to the upgrade to `release`. */
export function stepsUntil(order: string, release: string): readonly string[] {
  const steps = order.split('\n').filter((line) => line !== '')
  return steps.slice(0, steps.findIndex((step) => step.endsWith(`-to-${release}`)) + 1)
}

/** Apache's tarball of Hive 2.3 has its own full schema; here it is the last available schema plus the upgrades. */
async function composeSchema(folder: string, steps: readonly string[], release: string): Promise<void> {
  const schema = (at: string) => join(folder, `hive-schema-${at}.mysql.sql`)
  if (existsSync(schema(release))) return
  const from = steps.findLastIndex((step) => existsSync(schema(step.split('-to-')[1] ?? '')))
  const upgrades = steps.slice(from + 1).map((step) => join(folder, `upgrade-${step}.mysql.sql`))
  const parts = [schema(steps[from]?.split('-to-')[1] ?? ''), ...upgrades]
  const texts = await Promise.all(parts.map((file) => readFile(file, 'utf8')))
  await writeFile(
    schema(release),
    texts
      .map((text) => text.trimEnd())
      .join('\n\n')
      .concat('\n'),
  )
}

function belongs(name: string, steps: readonly string[], release: string): boolean {
  const upgrade = /^upgrade-(.+)\.mysql\.sql$/.exec(name)?.[1]
  if (upgrade !== undefined) return steps.includes(upgrade)
  const at = /^hive-schema-(.+)\.mysql\.sql$/.exec(name)?.[1]
  return at === undefined || at === release || steps.some((step) => step.endsWith(`-to-${at}`))
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

/** Every jar in lib/, as software does that has no launchers of ours. */
export const assembleJars: Assembler = async ({ out, tree }) => {
  for (const jar of await jars(join(out, 'lib'))) await moveInto(join(out, 'lib', jar), join(tree, 'lib'))
}
