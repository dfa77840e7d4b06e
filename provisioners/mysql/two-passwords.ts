import type { Connection } from 'mysql2/promise'
import { HowdahError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { runStatements, type Statement } from './change.ts'
import { type Connect, explain, isDenied, isLost, rows, type SqlLogin, withLogin } from './connection.ts'
import { quoteName } from './grants.ts'
import { readVersion } from './read.ts'
import { atLeast, parseVersion, type ServerVersion } from './version.ts'

/** The account whose password is rotated, for all of its hosts. */
export interface TwoPasswordAccess {
  readonly target: string
  readonly connect: Connect
  readonly admin: SqlLogin
  readonly user: string
}

interface AccountRow {
  readonly host: string
  readonly plugin: string
}

/** MySQL has dual passwords from 8.0.14 on; MariaDB allows several ways to log in per account from 10.4 on. */
export const canHoldTwo = (version: ServerVersion): boolean =>
  version.flavor === 'mariadb' ? atLeast(version, 10, 4, 0) : atLeast(version, 8, 0, 14)

/** Plugins for a password that a statement can contain in clear text, so that the server hashes it. */
const BY_PASSWORD = /^(mysql_native_password|ed25519|parsec|caching_sha2_password|sha256_password)$/

/** The statements after which both passwords log in. They can run twice. */
export function allowBothStatements(
  { user, host, plugin }: AccountRow & { readonly user: string },
  { flavor }: ServerVersion,
  old: string,
  next: string,
): Statement[] {
  if (flavor === 'mariadb') {
    const way = `${quoteName(plugin)} USING PASSWORD(?)`
    return [{ sql: `ALTER USER ?@? IDENTIFIED VIA ${way} OR ${way}`, values: [user, host, next, old] }]
  }
  return [
    // The current password is the one that is retained, so the password in use must be the current one first.
    { sql: 'ALTER USER ?@? IDENTIFIED BY ?', values: [user, host, old] },
    { sql: 'ALTER USER ?@? IDENTIFIED BY ? RETAIN CURRENT PASSWORD', values: [user, host, next] },
  ]
}

/** The statements after which `next`, which is already current, is the only password. */
export function withdrawStatements(
  { user, host, plugin }: AccountRow & { readonly user: string },
  { flavor }: ServerVersion,
  next: string,
): Statement[] {
  return flavor === 'mariadb'
    ? [
        {
          sql: `ALTER USER ?@? IDENTIFIED VIA ${quoteName(plugin)} USING PASSWORD(?)`,
          values: [user, host, next],
        },
      ]
    : [{ sql: 'ALTER USER ?@? DISCARD OLD PASSWORD', values: [user, host] }]
}

/** Whether a login succeeds. Throws the error of the link if there is no connection. */
export async function loginWorks(connect: Connect, as: SqlLogin, signal?: AbortSignal): Promise<boolean> {
  try {
    await withLogin(connect, as, signal, async () => {})
    return true
  } catch (error) {
    if (isDenied(error)) return false
    throw error
  }
}

const accountRows = async (connection: Connection, user: string): Promise<AccountRow[]> => {
  const found = await rows(
    connection,
    'SELECT host AS host, plugin AS plugin FROM mysql.user WHERE user = ? ORDER BY host',
    [user],
  )
  return found.map(({ host, plugin }) => ({ host: host ?? '', plugin: plugin || 'mysql_native_password' }))
}

async function asAdmin<T>(
  access: TwoPasswordAccess,
  hidden: readonly string[],
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  try {
    return await withLogin(access.connect, access.admin, undefined, work)
  } catch (error) {
    if (error instanceof HowdahError) throw error
    const lost = isLost(error) || /ECONNREFUSED/.test(explain(error))
    throw new HowdahError({
      code: lost ? 'STORE_LOST' : 'STORE_REFUSED',
      exit: lost ? 'connection' : 'stepFailed',
      message: `${access.target}: ${explain(error, [...hidden, access.admin.password.reveal()])}`,
      where: access.target,
      next: 'check that the server runs, then type the same command again: it continues where this one stopped',
    })
  }
}

/**
 * Refuses a server or an account that cannot have two passwords. Throws ROTATE_NO_TWO_PASSWORDS, ROTATE_NO_PASSWORD,
 * ROTATE_NO_ACCOUNT.
 */
export const checkTwoPasswords = (access: TwoPasswordAccess): Promise<void> =>
  asAdmin(access, [], async (connection) => {
    const text = await readVersion(connection)
    const { target: where, user } = access
    if (!canHoldTwo(parseVersion(text))) {
      throw new HowdahError({
        code: 'ROTATE_NO_TWO_PASSWORDS',
        exit: 'preflight',
        message: `${where} cannot hold two passwords of an account at once, so changing one locks its users out for a moment`,
        found: text,
        expected: 'MySQL 8.0.14 or later, MariaDB 10.4 or later',
        where,
        next: 'in a quiet hour: put the new password where cluster.yml says, then howdah bootstrap',
      })
    }
    const found = await accountRows(connection, user)
    if (found.length === 0) {
      throw new HowdahError({
        code: 'ROTATE_NO_ACCOUNT',
        exit: 'preflight',
        message: `${where} has no account ${user}`,
        where,
        next: 'howdah bootstrap',
      })
    }
    const odd = found.find(({ plugin }) => !BY_PASSWORD.test(plugin))
    if (odd) {
      throw new HowdahError({
        code: 'ROTATE_NO_PASSWORD',
        exit: 'preflight',
        message: `${user}@${odd.host} on ${where} logs in by ${odd.plugin}, not by a password`,
        found: odd.plugin,
        expected: 'a way to log in by a password, such as caching_sha2_password',
        where,
        next: `ALTER USER '${user}'@'${odd.host}' on the server, then the same command again`,
      })
    }
  })

/** Makes both passwords log in. Does nothing if they already do. Throws STORE_*. */
export async function allowBoth(access: TwoPasswordAccess, old: Secret, next: Secret): Promise<boolean> {
  const works = (password: Secret) => loginWorks(access.connect, { user: access.user, password })
  if ((await works(old)) && (await works(next))) return false
  await asAdmin(access, [old.reveal(), next.reveal()], async (connection) => {
    const version = parseVersion(await readVersion(connection))
    for (const row of await accountRows(connection, access.user)) {
      const account = { ...row, user: access.user }
      const statements = allowBothStatements(account, version, old.reveal(), next.reveal())
      await runStatements(statements, { connection })
    }
  })
  for (const password of [old, next]) if (!(await works(password))) throw still(access, password)
  return true
}

/** Leaves `next` as the only password. Throws STORE_*. */
export async function withdraw(access: TwoPasswordAccess, old: Secret, next: Secret): Promise<void> {
  await asAdmin(access, [old.reveal(), next.reveal()], async (connection) => {
    const version = parseVersion(await readVersion(connection))
    for (const row of await accountRows(connection, access.user)) {
      const account = { ...row, user: access.user }
      await runStatements(withdrawStatements(account, version, next.reveal()), { connection })
    }
  })
  const works = (password: Secret) => loginWorks(access.connect, { user: access.user, password })
  if (!(await works(next))) throw still(access, next)
  if (await works(old)) throw still(access, old)
}

const still = ({ target, user }: TwoPasswordAccess, { label }: Secret): HowdahError =>
  new HowdahError({
    code: 'ROTATE_NOT_SO',
    exit: 'stepFailed',
    message: `${target} accepted the change of ${user}, but the ${label} is not in the expected state`,
    where: target,
    next: 'type the same command again; howdah store audit shows the account',
  })
