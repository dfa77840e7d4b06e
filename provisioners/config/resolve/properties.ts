import type { Path } from '../document/document.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { Generation } from '../types.ts'
import {
  homeOf,
  isSecretName,
  OF_MAPREDUCE1_DAEMONS,
  reservedFor,
  rightName,
  WITHOUT_IN_HADOOP1,
} from '../versions/property-names.ts'
import type { ResolveContext } from './context.ts'

type Properties = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The operator's properties as text. Refuses properties that must not be set there. */
export function resolveProperties(
  input: ClusterInput['properties'],
  generation: Generation,
  context: ResolveContext,
): Properties {
  const files: Record<string, Record<string, string>> = {}
  for (const [file, properties] of Object.entries(input ?? {})) {
    const kept: Record<string, string> = {}
    if (generation === 'hadoop1' && WITHOUT_IN_HADOOP1.includes(file)) noSuchFile(file, context)
    for (const [name, value] of Object.entries(properties ?? {})) {
      check(file, name, generation, context)
      kept[name] = String(value)
    }
    files[file] = kept
  }
  return files
}

function noSuchFile(file: string, { problems }: ResolveContext): void {
  problems.add({
    code: 'SPEC_KEY_NOT_USED',
    path: ['properties', file],
    at: 'key',
    message: `properties.${file} is of YARN, and Hadoop 1 has a JobTracker in its place`,
    found: file,
    expected: 'mapred-site',
    next: `remove ${file}, or write another versions.hadoop`,
  })
}

function check(file: string, name: string, generation: Generation, context: ResolveContext): void {
  const path: Path = ['properties', file, name]
  const current = rightName(generation, name)
  if (current !== undefined) {
    renamed(
      { path, name, current, generation, field: reservedFor(generation, file, current)?.field },
      context,
    )
    return
  }
  if (generation !== 'hadoop1' && OF_MAPREDUCE1_DAEMONS.test(name)) {
    context.problems.warn(path, `${name} is of Hadoop 1's JobTracker; with YARN nobody reads it`)
    return
  }
  const reserved = reservedFor(generation, file, name)
  if (reserved?.verdict === 'refuse') {
    context.problems.add({
      code: 'SPEC_RESERVED_PROPERTY',
      path,
      at: 'key',
      message: `${name} follows from ${reserved.field}; set here it would say something else`,
      found: name,
      expected: reserved.field,
      next: `remove it, and use ${reserved.field}`,
    })
    return
  }
  if (isSecretName(name)) {
    secretProperty(path, name, context)
    return
  }
  if (reserved?.verdict === 'warn') {
    context.problems.warn(
      path,
      `${name} is laid over what Howdah derives from ${reserved.field}; its checks may look in the old place`,
    )
  }
  const home = homeOf(name)
  if (home !== undefined && home !== file) {
    context.problems.warn(path, `${name} is in ${file}, and its readers look in ${home}`)
  }
}

interface Renamed {
  readonly path: Path
  readonly name: string
  /** Its name in this generation. */
  readonly current: string
  readonly generation: Generation
  /** The field of cluster.yml that decides it, if there is one. */
  readonly field: string | undefined
}

function renamed({ path, name, current, generation, field }: Renamed, context: ResolveContext): void {
  const gone = generation !== 'hadoop1' && OF_MAPREDUCE1_DAEMONS.test(current)
  const message =
    generation === 'hadoop1'
      ? `${name} is a name of Hadoop 2 and later; in Hadoop 1 it is ${current}`
      : gone
        ? `${name} is of Hadoop 1's JobTracker; with YARN nobody reads it`
        : `${name} is a name of Hadoop 1; it is ${current} now`
  context.problems.add({
    code: 'SPEC_DEPRECATED_PROPERTY',
    path,
    at: 'key',
    message,
    found: name,
    expected: gone ? 'nothing: the property was removed' : current,
    next: gone ? 'remove it' : field === undefined ? `write ${current}` : `remove it, and use ${field}`,
  })
}

function secretProperty(path: Path, name: string, context: ResolveContext): void {
  context.problems.add({
    code: 'SPEC_PLAIN_PASSWORD',
    path,
    at: 'key',
    message: `${name} holds a secret, and configuration files can be read by everyone on the hosts`,
    found: name,
    expected: 'hadoop.security.credential.provider.path, with the secret in the credential store',
    next: `remove it, put the secret into a credential store on the hosts (hadoop credential create ${name}), and change it, since it was written here`,
  })
}
