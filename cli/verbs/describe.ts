import { existsSync } from 'node:fs'
import { EXIT } from '../../provisioners/errors.ts'
import {
  type Explanation,
  explainPath,
  initTemplate,
  jsonSchema,
  knownPaths,
  loadCluster,
  sizeCluster,
} from '../../provisioners/spec/index.ts'
import { type Colors, table } from '../render/text.ts'
import type { Verb } from './context.ts'

/** `howdah init`: a commented cluster.yml on stdout. */
export const init: Verb<{ addresses: readonly string[]; name: string; user?: string }> = async (
  console,
  options,
) => {
  const { addresses: hosts, ...rest } = options
  const text = initTemplate({ hosts, ...rest })
  console.result({ formatVersion: '1.0', clusterYml: text }, () => text.trimEnd())
  return EXIT.done
}

/** `howdah validate`: the cluster as it was understood, or every error at once. */
export const validate: Verb<{ file: string }> = async (console, { file }) => {
  const cluster = await loadCluster(file)
  console.result(cluster, () => {
    const rows = cluster.hosts.map((host) => [host.name, host.address, host.daemons.join(' ')])
    const { hadoop, hive, sqoop } = cluster.versions
    const warnings = cluster.warnings.map((warning) => `${console.out.yellow('warning')} ${warning}`)
    const head = `${cluster.name}: ${rows.length} hosts, Hadoop ${hadoop}, Hive ${hive}, Sqoop ${sqoop}`
    return [
      table(['host', 'address', 'daemons'], rows),
      ...warnings,
      console.out.green(`${head}: valid`),
    ].join('\n')
  })
  return EXIT.done
}

function explanationText(found: Explanation, c: Colors): string {
  const lines = [c.bold(found.path), found.text, '', `type     ${found.type}`, `default  ${found.default}`]
  if (found.value !== undefined) lines.push(`value    ${found.value}`, `source   ${found.source}`)
  if (found.arithmetic) lines.push('', ...found.arithmetic.map((line) => c.dim(`  ${line}`)))
  return lines.join('\n')
}

/** `howdah explain`: a field or a property, with its value where there is a cluster; without a path, the list of paths. */
export const explain: Verb<{ file: string; path?: string }> = async (console, { file, path }) => {
  const cluster = existsSync(file) ? await loadCluster(file) : undefined
  if (path === undefined) {
    const paths = knownPaths()
    console.result({ formatVersion: '1.0', paths }, () => paths.join('\n'))
    return EXIT.done
  }
  // Sized by what cluster.yml says; a host that says nothing is sized for the smallest that works.
  const found = explainPath(path, cluster, cluster && sizeCluster(cluster, {}))
  console.result({ formatVersion: '1.0', ...found }, () => explanationText(found, console.out))
  return EXIT.done
}

/** `howdah schema`: JSON Schema, draft-07, whatever the output form. */
export const schema: Verb = async (console) => {
  const document = jsonSchema()
  console.result(document, () => JSON.stringify(document, null, 2))
  return EXIT.done
}
