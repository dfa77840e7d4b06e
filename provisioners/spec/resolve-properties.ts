import type { Path } from './document.ts'
import { DAEMONLESS_IN_THIS_RELEASE, homeOf, isSecretName, RENAMED, RESERVED } from './property-names.ts'
import type { ResolveContext } from './resolve-context.ts'
import type { ClusterInput } from './schema.ts'

type Properties = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The operator's properties as text, with what can't stand there refused. */
export function resolveProperties(input: ClusterInput['properties'], context: ResolveContext): Properties {
  const files: Record<string, Record<string, string>> = {}
  for (const [file, properties] of Object.entries(input ?? {})) {
    const kept: Record<string, string> = {}
    for (const [name, value] of Object.entries(properties ?? {})) {
      check(file, name, context)
      kept[name] = String(value)
    }
    files[file] = kept
  }
  return files
}

function check(file: string, name: string, context: ResolveContext): void {
  const path: Path = ['properties', file, name]
  const current = RENAMED[name]
  if (current !== undefined) {
    renamed(path, name, current, RESERVED[file]?.[current]?.field, context)
    return
  }
  if (DAEMONLESS_IN_THIS_RELEASE.test(name)) {
    context.problems.warn(path, `${name} is of Hadoop 1's JobTracker; with YARN nobody reads it`)
    return
  }
  const reserved = RESERVED[file]?.[name]
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

function renamed(
  path: Path,
  name: string,
  current: string,
  field: string | undefined,
  context: ResolveContext,
): void {
  const gone = DAEMONLESS_IN_THIS_RELEASE.test(current)
  context.problems.add({
    code: 'SPEC_DEPRECATED_PROPERTY',
    path,
    at: 'key',
    message: gone
      ? `${name} is of Hadoop 1's JobTracker; with YARN nobody reads it`
      : `${name} is a name of Hadoop 1; it is ${current} now`,
    found: name,
    expected: gone ? 'nothing: the property is gone' : current,
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
