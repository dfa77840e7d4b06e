import { z } from 'zod'

/**
 * What kind of text a field holds. Each kind has its guard in the schema, so a field cannot be without one:
 * test/config/guards.test.ts fails for a text without a kind, and tries harmful values on each.
 */
export const KINDS = {
  line: 'one line of text',
  pattern: 'text of a form of its own',
  login: 'the login name of an account that exists',
  account: 'the name of an account that Howdah makes',
  address: 'an address of a server',
  path: 'a path on a host, which is read or run',
  data: 'a directory of a host that a service account takes over',
  base: 'a directory of a host below which Howdah makes directories',
  secret: 'where a secret is',
  choice: 'one of a few words',
  property: 'a value of software that Howdah does not know; line breaks are allowed',
  switch: 'a word, or a value of another type',
} as const

export type Kind = keyof typeof KINDS

const kinds = z.registry<{ readonly kind: Kind }>()

/** Marks a field with its kind. It must be the last call: each further one makes another schema. */
export function ofKind<T extends z.ZodType>(kind: Kind, schema: T): T {
  kinds.add(schema, { kind })
  return schema
}

export const kindOf = (schema: z.ZodType): Kind | undefined => kinds.get(schema)?.kind
