import { existsSync } from 'node:fs'
import {
  type Explanation,
  explainPath,
  type Infrastructure,
  initTemplate,
  jsonSchema,
  knownPaths,
  loadCluster,
  loadInfrastructure,
  readSpec,
  sectionsOf,
  sizeCluster,
} from '../../provisioners/config/index.ts'
import type { Deployment } from '../../provisioners/config/infrastructure/types.ts'
import type { Cluster } from '../../provisioners/config/types.ts'
import { EXIT, HowdahErrors } from '../../provisioners/errors.ts'
import { appPortClashes } from '../../provisioners/services/apps/ports.ts'
import { type Colors, table } from '../render/text.ts'
import type { Verb } from './context.ts'

/** `howdah init`: a commented cluster.yml on stdout. */
export const init: Verb<{
  addresses: readonly string[]
  name: string
  user?: string
  aws?: Deployment
}> = async (console, options) => {
  const { addresses: hosts, ...rest } = options
  const text = initTemplate({ hosts, ...rest })
  console.result({ formatVersion: '1.0', clusterYml: text }, () => text.trimEnd())
  return EXIT.done
}

/** What a file describes: existing hosts, the infrastructure on AWS, or both. All that it has is checked. */
async function describedIn(
  file: string,
): Promise<{ readonly cluster?: Cluster; readonly infrastructure?: Infrastructure }> {
  const { hosts, aws } = sectionsOf(await readSpec(file))
  const infrastructure = aws ? await loadInfrastructure(file) : undefined
  const cluster = hosts || !aws ? await loadCluster(file) : undefined
  const [clash, ...rest] = cluster ? appPortClashes(cluster) : []
  if (clash) throw new HowdahErrors([clash, ...rest])
  return { ...(cluster && { cluster }), ...(infrastructure && { infrastructure }) }
}

/** `howdah validate`: what the file describes, as it was understood, or every error at once. */
export const validate: Verb<{ file: string }> = async (console, { file }) => {
  const { cluster, infrastructure } = await describedIn(file)
  console.result(
    cluster && infrastructure ? { ...cluster, infrastructure } : (cluster ?? infrastructure ?? {}),
    () => {
      const warnings = [...(infrastructure?.warnings ?? []), ...(cluster?.warnings ?? [])]
      return [
        ...(cluster ? [hostsOf(cluster)] : []),
        ...warnings.map((warning) => `${console.out.yellow('warning')} ${warning}`),
        ...(infrastructure
          ? [
              console.out.green(
                `${infrastructure.name}: ${infrastructure.deployment} in ${infrastructure.region}: valid`,
              ),
            ]
          : []),
        ...(cluster ? [console.out.green(`${headOf(cluster)}: valid`)] : []),
      ].join('\n')
    },
  )
  return EXIT.done
}

const hostsOf = ({ hosts }: Cluster): string =>
  table(
    ['host', 'address', 'daemons'],
    hosts.map((host) => [host.name, host.address, host.daemons.join(' ')]),
  )

const headOf = ({ name, hosts, versions: { hadoop, hive, sqoop } }: Cluster): string =>
  `${name}: ${hosts.length} hosts, Hadoop ${hadoop}, Hive ${hive}, Sqoop ${sqoop}`

function explanationText(found: Explanation, c: Colors): string {
  const lines = [c.bold(found.path), found.text, '', `type     ${found.type}`, `default  ${found.default}`]
  if (found.value !== undefined) lines.push(`value    ${found.value}`, `source   ${found.source}`)
  if (found.arithmetic) lines.push('', ...found.arithmetic.map((line) => c.dim(`  ${line}`)))
  return lines.join('\n')
}

/** `howdah explain`: a field or a property, with its value where there is a cluster; without a path, the list of paths. */
export const explain: Verb<{ file: string; path?: string }> = async (console, { file, path }) => {
  const { cluster, infrastructure } = existsSync(file) ? await describedIn(file) : {}
  if (path === undefined) {
    const paths = knownPaths()
    console.result({ formatVersion: '1.0', paths }, () => paths.join('\n'))
    return EXIT.done
  }
  // Sized by the memory in cluster.yml; a host without it is sized as the smallest host that works.
  const found = explainPath(
    path,
    /^aws\b/.test(path) ? (infrastructure ?? cluster) : (cluster ?? infrastructure),
    cluster && sizeCluster(cluster, {}),
  )
  console.result({ formatVersion: '1.0', ...found }, () => explanationText(found, console.out))
  return EXIT.done
}

/** `howdah schema`: JSON Schema, draft-07, with or without --json. */
export const schema: Verb = async (console) => {
  const document = jsonSchema()
  console.result(document, () => JSON.stringify(document, null, 2))
  return EXIT.done
}
