import { isAbsolute, join, resolve } from 'node:path'
import type { Path } from '../document/document.ts'
import { type Problems, showPath } from '../document/problems.ts'
import { didYouMean } from '../document/suggest.ts'
import type { SecretInput } from '../schema/stores.ts'
import type { SecretRef } from '../types.ts'

/** The context of a cluster.yml: the user of this machine, and the place of the file. */
export interface Surroundings {
  readonly home: string
  readonly user: string
}

export interface ResolveContext {
  readonly problems: Problems
  readonly around: Surroundings
  /** Absolute directory of cluster.yml. */
  readonly dir: string
  /** Secrets from standard input, which can be read only once. */
  readonly stdin: Path[]
}

/** A path on this machine: `~` is home, anything relative is beside cluster.yml. */
export function localPath(path: string, context: ResolveContext): string {
  if (path === '~') return context.around.home
  if (path.startsWith('~/')) return join(context.around.home, path.slice(2))
  return isAbsolute(path) ? path : resolve(context.dir, path)
}

/** A URL stays unchanged; a path is resolved. */
export const localPathOrUrl = (text: string, context: ResolveContext): string =>
  /^(https?|file):\/\//.test(text) ? text : localPath(text, context)

const KINDS = ['file', 'env', 'stdin', 'command', 'generate'] as const

/**
 * Where a secret comes from, one of five ways. `name` is the name under which a generated secret is kept;
 * without it the secret cannot be generated, so the file must give it.
 */
export function secretRef(
  input: SecretInput | undefined,
  path: Path,
  name: string | undefined,
  context: ResolveContext,
): SecretRef | undefined {
  const made: SecretRef | undefined = name === undefined ? undefined : { kind: 'generate', name }
  if (input === undefined) return made
  const ways = KINDS.filter((kind) => input[kind] !== undefined)
  if (ways.length !== 1) {
    context.problems.add({
      code: 'SPEC_SECRET_WAYS',
      path,
      message: `${showPath(path)} says ${ways.length === 0 ? 'no place' : `${ways.length} places (${ways.join(', ')})`} to find the secret`,
      expected: `one of {file: path}, {env: NAME}, {stdin: true}, {command: [PROGRAM, …]}${made === undefined ? '' : ', {generate: true}'}`,
    })
    return made
  }
  if (input.file !== undefined) return { kind: 'file', path: localPath(input.file, context) }
  if (input.env !== undefined) return { kind: 'env', variable: input.env }
  if (input.command !== undefined) return { kind: 'command', command: input.command, directory: context.dir }
  if (input.stdin !== undefined) {
    context.stdin.push(path)
    return { kind: 'stdin', field: showPath(path) }
  }
  return made
}

/** True when a host has this name; otherwise adds SPEC_UNKNOWN_HOST. */
export function checkHostName(
  name: string,
  path: Path,
  hosts: readonly { readonly name: string }[],
  { problems }: ResolveContext,
): boolean {
  const names = hosts.map((host) => host.name)
  if (names.includes(name)) return true
  problems.add(
    defined({
      code: 'SPEC_UNKNOWN_HOST' as const,
      path,
      message: `${showPath(path)} is ${JSON.stringify(name)}, and no host has that name`,
      found: name,
      expected: `one of ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`,
      next: didYouMean(name, names),
    }),
  )
  return false
}

/** Copies an object without the keys that are undefined, as exact optional types need. */
export function defined<T extends object>(
  value: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
} {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never
}
