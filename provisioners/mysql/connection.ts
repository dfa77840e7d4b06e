import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'
import { HowdahError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { type Connect, openConnection } from './tls.ts'

export type { Connect, Link, LinkTls } from './tls.ts'

export interface SqlLogin {
  readonly user: string
  readonly password: Secret
}

const CONNECT_TIMEOUT_MS = 10_000

/**
 * Logs in over a link. It sets the session's sql_mode to one in which a backslash escapes, because the client's quoting
 * needs that and the server's default may differ. Throws DATABASE_* if TLS does not meet the requirements.
 */
export async function login(connect: Connect, { user, password }: SqlLogin): Promise<Connection> {
  const connection = await openConnection(connect, {
    user,
    password: password.reveal(),
    charset: 'utf8mb4',
    connectTimeout: CONNECT_TIMEOUT_MS,
    dateStrings: true,
  })
  try {
    await connection.query("SET SESSION sql_mode = 'STRICT_TRANS_TABLES'")
    return connection
  } catch (error) {
    connection.destroy()
    throw error
  }
}

/** Runs `work` with a login that is closed afterwards, or at once when the signal fires. */
export async function withLogin<T>(
  connect: Connect,
  as: SqlLogin,
  signal: AbortSignal | undefined,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const connection = await login(connect, as)
  const cut = () => connection.destroy()
  signal?.addEventListener('abort', cut, { once: true })
  try {
    return await work(connection)
  } finally {
    signal?.removeEventListener('abort', cut)
    connection.destroy()
  }
}

/** The rows of a query, every value as text or null. */
export async function rows(
  connection: Connection,
  sql: string,
  values: readonly string[] = [],
): Promise<Record<string, string | null>[]> {
  const [found] = await connection.query<RowDataPacket[]>({ sql, values: [...values] })
  return found.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, value === null ? null : String(value)]),
    ),
  )
}

/** The server's error code, `ER_ACCESS_DENIED_ERROR`, or the socket's, `ECONNREFUSED`. */
export const codeOf = (error: unknown): string =>
  error instanceof HowdahError ? error.code : String((error as { code?: unknown } | null)?.code ?? '')

/** A refused login: a wrong password, a locked account, or a way to log in that this client does not support. */
export const isDenied = (error: unknown): boolean =>
  [
    'ER_ACCESS_DENIED_ERROR',
    'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
    'ER_HOST_NOT_PRIVILEGED',
    'ER_MUST_CHANGE_PASSWORD',
    'ER_ACCOUNT_HAS_BEEN_LOCKED',
  ].includes(codeOf(error))

/** The link was lost, possibly during a statement. */
export const isLost = (error: unknown): boolean =>
  ['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'LINK_LOST'].includes(codeOf(error)) ||
  (error instanceof Error && /closed state|destroyed/.test(error.message))

/** One line that describes an error, with the given secrets removed. */
export function explain(error: unknown, secrets: readonly string[] = []): string {
  const code = codeOf(error)
  let text = error instanceof Error ? error.message : String(error)
  for (const secret of secrets) {
    for (const form of [secret, mysql.escape(secret).slice(1, -1)]) {
      if (form !== '') text = text.replaceAll(form, '[secret]')
    }
  }
  // The error of a refused socket may have no message.
  if (text === '') text = code
  if (error instanceof HowdahError && error.details.next) text += `; ${error.details.next}`
  return code !== '' && !text.includes(code) ? `${text} (${code})` : text
}
