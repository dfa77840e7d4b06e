import { isSecretName } from '../versions/property-names.ts'

/** Secrets that are written out where a file of the hosts, a process list or a report will show them. Pure. */

/**
 * The name of a property whose value is the ARN of a secret, which EMR replaces by the secret: EMR Release Guide, "Store sensitive
 * configuration data in AWS Secrets Manager".
 */
const REFERENCE = /^EMR\.secret@/
const ARN = /^arn:aws[a-z-]*:secretsmanager:/

const isReference = (name: string, value: unknown): boolean => REFERENCE.test(name) && ARN.test(String(value))

/** The names of properties whose values are secrets. */
export const secretProperties = (properties: Readonly<Record<string, unknown>> | undefined): string[] =>
  Object.entries(properties ?? {})
    .filter(([name, value]) => isSecretName(name) && !isReference(name, value))
    .map(([name]) => name)

/** An option whose value is a secret: `--password`, `-Dfs.s3a.secret.key=`; not `--password-file`. */
const OPTION = /^--?(?:D)?([A-Za-z0-9._-]*?)(?:=(.+))?$/s

/** user:password@ in an address. */
const IN_ADDRESS = /\w+:\/\/[^/\s:@]+:[^/\s@]+@/

/** The index of the first argument that shows a secret, and its name; undefined when there is none. */
export function secretArgument(
  args: readonly unknown[] | undefined,
): { readonly at: number; readonly name: string } | undefined {
  const texts = (args ?? []).map(String)
  for (const [at, text] of texts.entries()) {
    if (IN_ADDRESS.test(text)) return { at, name: 'an address' }
    const [, name = '', value] = OPTION.exec(text) ?? []
    if (!isSecretName(name) || /(file|alias|provider|prompt)$/i.test(name)) continue
    if (value !== undefined) return { at, name }
    const next = texts[at + 1]
    if (next !== undefined && !next.startsWith('-')) return { at: at + 1, name }
  }
  return undefined
}
