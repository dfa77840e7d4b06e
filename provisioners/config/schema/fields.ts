import { z } from 'zod'
import { DAEMONS, ROLES } from '../types.ts'
import { type Kind, ofKind } from './kinds.ts'
import { mayHoldData, mayHoldDirectories } from './system-paths.ts'

/** Small parts of the schema. Each `error` has only the expected form. */

export const ROLE_NAMES: readonly string[] = [...Object.keys(ROLES.hadoop3), ...DAEMONS]

export const JDK_MAJORS = [8, 11, 17, 21] as const

/** The message for a value of the right type in the wrong form. A wrong type gets the general message. */
const unlessType =
  (expected: string) =>
  (issue: { readonly code?: string | undefined }): string | undefined =>
    issue.code === 'invalid_type' ? undefined : expected

export const text = (about: string) => matching(/^[^\p{Cc}]+$/u, 'one line of text', about, 'line')

export const matching = (pattern: RegExp, expected: string, about: string, kind: Kind = 'pattern') =>
  ofKind(kind, z.string().regex(pattern, { error: expected }).describe(about))

const PATH = /^(?!.*\/\/)(?!.*\/\.{1,2}(\/|$))\/[^\p{Cc}\s,]+$/u
const A_PATH = 'an absolute path below /, without spaces, commas, `.` or `..`, such as /data/1'

/** A path on a host that is only read or run. */
export const absolutePath = (about: string) => matching(PATH, A_PATH, about, 'path')

/** A directory on a host that a service account takes over, with all that is in it. */
export const dataDirectory = (about: string) =>
  ofKind(
    'data',
    z
      .string()
      .regex(PATH, { error: A_PATH, abort: true })
      .refine(mayHoldData, {
        error:
          'a directory of its own, such as /data/1: its account gets all of it, and this one holds files of others',
      })
      .describe(about),
  )

/** The home of an account, which may be that of its name below /home. */
export const homeDirectory = (about: string) =>
  ofKind(
    'data',
    z
      .string()
      .regex(PATH, { error: A_PATH, abort: true })
      .refine((path) => mayHoldData(path) || /^\/home\/[^/]+\/?$/.test(path), {
        error: 'a home of its own, such as /home/hadoop: its account gets all of it',
      })
      .describe(about),
  )

/** A directory on a host below which Howdah makes its own. */
export const baseDirectory = (about: string) =>
  ofKind(
    'base',
    z
      .string()
      .regex(PATH, { error: A_PATH, abort: true })
      .refine(mayHoldDirectories, { error: 'a directory that may hold further ones, such as /opt or /srv' })
      .describe(about),
  )

/** A DNS name, or an address of IPv4 or IPv6. It goes into commands, files and addresses of JDBC. */
export const address = (about: string) =>
  matching(/^(?!-)[A-Za-z0-9._:-]{1,253}$/, 'a DNS name or an address, without a port', about, 'address')

export const port = (about: string) =>
  z
    .int()
    .min(1, { error: 'a port from 1 to 65535' })
    .max(65535, { error: 'a port from 1 to 65535' })
    .describe(about)

export const positive = (about: string) => z.int().min(1, { error: '1 or more' }).describe(about)

export const choice = <const T extends readonly [string, ...string[]]>(values: T, about: string) =>
  ofKind('choice', z.enum(values).describe(about))

const ACCOUNT_NAME = /^[a-z_][a-z0-9_-]{0,31}$/

/** An account that Howdah makes: useradd takes other names only on some systems. */
export const newAccount = (about: string) =>
  matching(ACCOUNT_NAME, 'a login name: small letters, digits, dash, underscore', about, 'account')

const LOGIN_NAME = /^[A-Za-z_][A-Za-z0-9._-]{0,63}$/

/** An account that exists, as hosts and directories have them: `first.last`, `FLast`. */
export const login = (about: string) =>
  matching(LOGIN_NAME, 'a login name: letters, digits, dot, dash, underscore', about, 'login')

/** Names of databases go into SQL and JDBC addresses. */
export const databaseName = (about: string) =>
  matching(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'letters, digits and underscores, beginning with a letter', about)

export const accountName = (about: string) =>
  matching(/^[A-Za-z][A-Za-z0-9_]{0,31}$/, 'at most 32 letters, digits and underscores', about)

export const sha256 = (about: string) =>
  matching(/^[0-9a-f]{64}$/, '64 hexadecimal digits, as sha256sum prints', about)

export const versionNumber = (about: string) =>
  matching(/^\d+\.\d+\.\d+$/, 'a full version of three numbers, such as 3.4.2', about)

/** Marks a password that is written in the file. No message may contain the password itself. */
export const PLAIN_SECRET = 'plain-secret'

const plainText = (issue: { readonly input?: unknown }): string | undefined =>
  typeof issue.input === 'string' || typeof issue.input === 'number' ? PLAIN_SECRET : undefined

const secretFields = {
  file: text(
    'A file that holds the secret and nothing else, mode 0600; a newline at its end is not part of it.',
  ).optional(),
  env: matching(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'the name of an environment variable',
    'The environment variable that holds the secret. It is read only on this machine.',
  ).optional(),
  stdin: z
    .literal(true)
    .describe(
      'Read the secret from standard input; at a terminal it is asked for, and not shown. Only one secret of a cluster can use this.',
    )
    .optional(),
  command: z
    .array(text('A word.'))
    .min(1, { error: 'a program and its arguments' })
    .describe(
      'A program of this machine and its arguments, such as [sops, decrypt, --extract, \'["api"]\', secrets.yml]. What it prints is the secret. It runs in the directory of cluster.yml, without a shell, for at most 60 seconds.',
    )
    .optional(),
}

const oneOf = { minProperties: 1, maxProperties: 1 }

/** A secret that exists already, so it cannot be generated. */
export const givenSecret = (about: string) =>
  ofKind('secret', z.strictObject(secretFields, { error: plainText }).meta(oneOf).describe(about))

/** A secret that Howdah may generate. */
export const secret = (about: string) =>
  ofKind(
    'secret',
    z
      .strictObject(
        {
          ...secretFields,
          generate: z
            .literal(true)
            .describe(
              'Generate the secret once, and keep it in `.howdah/<name>/secrets`, mode 0600. The default.',
            )
            .optional(),
        },
        { error: plainText },
      )
      .meta(oneOf)
      .describe(about),
  )

export const roles = z
  .array(ofKind('choice', z.enum(ROLE_NAMES as [string, ...string[]]).describe('A role.')))
  .min(1, { error: 'one role or more' })
  .describe(
    'What the host does: `master`, `worker`, `result-store`, `lms-database`, `scheduler`, `api`, `insights`, `client`, or single daemons. ' +
      '`master` is every daemon that a cluster has once; a daemon that another host lists moves to that host.',
  )

export const memory = matching(
  /^\d+(\.\d+)?(MiB|GiB|TiB)$/,
  'a number with MiB, GiB or TiB, such as 8GiB',
  'The memory of this host that the cluster may use, if that is less than the host reports (containers, shared machines). Default: the memory that the host reports.',
)

export const majors = z.literal([...JDK_MAJORS], { error: unlessType('8, 11, 17 or 21') })
