import { existsSync } from 'node:fs'
import {
  type Explanation,
  expandRange,
  explainPath,
  type Infrastructure,
  initTemplate,
  jsonSchema,
  knownPaths,
  loadCluster,
  loadInfrastructure,
  parseCluster,
  parseInfrastructure,
  RangeProblem,
  readSpec,
  sectionsOf,
  sizeCluster,
} from '../../provisioners/config/index.ts'
import type { Deployment } from '../../provisioners/config/infrastructure/types.ts'
import type { Cluster } from '../../provisioners/config/types.ts'
import { EXIT, HowdahError, HowdahErrors } from '../../provisioners/errors.ts'
import { appPortClashes } from '../../provisioners/services/apps/ports.ts'
import { grouped, hostRange } from '../render/hosts.ts'
import { type Colors, table } from '../render/text.ts'
import type { Verb } from './context.ts'

const NEW_FILE = 'cluster.yml'

/** `howdah init`: a commented cluster.yml on stdout. */
export const init: Verb<{
  addresses: readonly string[]
  name: string
  user?: string
  aws?: Deployment
}> = async (console, options) => {
  const { addresses, ...rest } = options
  const text = initTemplate({ hosts: addresses.flatMap(addressesOf), ...rest })
  for (const error of refuseInvalid(text, options.aws !== undefined))
    console.note(
      `${console.err.yellow('warning')} ${error.details.message}\n  next   ${error.details.next ?? ''}`,
    )
  console.result({ formatVersion: '1.0', clusterYml: text }, () => text.trimEnd())
  return EXIT.done
}

/** `10.0.0.[11-13]` is three addresses, as in cluster.yml. */
function addressesOf(text: string): string[] {
  if (/\.ya?ml$/.test(text)) {
    throw new HowdahError({
      code: 'INIT_NOT_A_HOST',
      exit: 'configuration',
      message: `${text} is the name of a file, and howdah init takes the addresses of hosts`,
      found: text,
      expected: 'IP addresses or names of hosts; the file is written with >',
      next: `howdah init > ${text}`,
    })
  }
  try {
    return expandRange(text)
  } catch (error) {
    // What is wrong with it is reported with the rest of the file.
    if (error instanceof RangeProblem) return [text]
    throw error
  }
}

/**
 * Nothing is printed that `howdah validate` would refuse. A key of this machine may be made later: that is returned.
 * Throws SPEC_*.
 */
function refuseInvalid(text: string, onAws: boolean): readonly HowdahError[] {
  try {
    if (onAws) parseInfrastructure(text, NEW_FILE)
    else parseCluster(text, NEW_FILE)
    return []
  } catch (error) {
    if (!(error instanceof HowdahErrors)) throw error
    // The lines are those of a file that is not there, and the arguments have no lines.
    const all = error.all.map(({ details: { where, ...rest } }) => new HowdahError(rest))
    const [first, ...others] = all.filter(({ code }) => code !== 'SPEC_KEY_FILE')
    if (first) throw new HowdahErrors([first, ...others])
    return all
  }
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
  const missing = cluster ? await missingOf(cluster) : []
  console.result(
    {
      formatVersion: '1.0',
      ...(cluster && infrastructure ? { ...cluster, infrastructure } : (cluster ?? infrastructure)),
      ...(missing.length > 0 && { missingSecrets: missing.map(({ details }) => details.message) }),
    },
    () => {
      const warnings = [
        ...(infrastructure?.warnings ?? []),
        ...(cluster?.warnings ?? []),
        ...missing.map(({ details: { message, next } }) => `${message}\n  next   ${next ?? ''}`),
      ]
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

/** Secrets that a run would miss: warnings, since a file may be checked where its secrets are not. */
async function missingOf(cluster: Cluster): Promise<readonly HowdahError[]> {
  const [{ secretRefs }, { missingSecrets }] = await Promise.all([
    import('../../provisioners/runtime/secret-refs.ts'),
    import('../../provisioners/runtime/secrets.ts'),
  ])
  return missingSecrets(secretRefs(cluster))
}

const hostsOf = ({ hosts }: Cluster): string =>
  table(
    ['host', 'address', 'daemons'],
    grouped(hosts, ({ daemons }) => daemons.join(' ')).map((group) => [
      hostRange(group.map(({ name }) => name)),
      hostRange(group.map(({ address }) => address)),
      group[0].daemons.join(' '),
    ]),
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
    console.result({ formatVersion: '1.0', paths }, () => paths.join('\n'), 'prose')
    return EXIT.done
  }
  // Sized by the memory in cluster.yml; a host without it is sized as the smallest host that works.
  const found = explainPath(
    path,
    /^aws\b/.test(path) ? (infrastructure ?? cluster) : (cluster ?? infrastructure),
    cluster && sizeCluster(cluster, {}),
  )
  console.result({ formatVersion: '1.0', ...found }, () => explanationText(found, console.out), 'prose')
  return EXIT.done
}

/** `howdah schema`: JSON Schema, draft-07, with or without --json. */
export const schema: Verb = async (console) => {
  const document = jsonSchema()
  console.result(document, () => JSON.stringify(document, null, 2), 'document')
  return EXIT.done
}
