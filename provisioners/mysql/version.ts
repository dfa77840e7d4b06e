import type { DatabaseFlavor } from '../config/types.ts'

/** The flavour and version that a server reports. */
export interface ServerVersion {
  readonly flavor: DatabaseFlavor
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/** `VERSION()` as MariaDB ("11.8.9-MariaDB-…", once "5.5.5-10.3.39-MariaDB") and MySQL ("9.7.4-2") write it. */
export function parseVersion(text: string): ServerVersion {
  const flavor = /mariadb/i.test(text) ? 'mariadb' : 'mysql'
  const numbers = /^(?:5\.5\.5-)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  const [major, minor, patch] = (numbers?.slice(1) ?? []).map((part) => Number(part ?? 0))
  return { flavor, major: major ?? 0, minor: minor ?? 0, patch: patch ?? 0 }
}

/** Whether a server is of this version or a later one. */
export const atLeast = (version: ServerVersion, ...wanted: readonly [number, number, number]): boolean => {
  const found = [version.major, version.minor, version.patch]
  for (const [i, want] of wanted.entries()) {
    if (found[i] !== want) return (found[i] as number) > want
  }
  return true
}

export type Charset = 'utf8mb3' | 'utf8mb4' | 'latin1'
export type WantedCharset = Charset | 'auto'

/**
 * `auto` is utf8mb4 if an index on VARCHAR(255) may have its 1,020 bytes: from MySQL 8.0 and MariaDB 10.3 on, InnoDB
 * always has long keys. Older servers allow 767 bytes, which is enough for three-byte UTF-8.
 */
export function resolveCharset(wanted: WantedCharset, version: ServerVersion): Charset {
  if (wanted !== 'auto') return wanted
  const longKeys = version.flavor === 'mariadb' ? atLeast(version, 10, 3, 0) : atLeast(version, 8, 0, 0)
  return longKeys ? 'utf8mb4' : 'utf8mb3'
}

/** Whether a server calls three-byte UTF-8 `utf8mb3`. It is `utf8` before MariaDB 10.6 and MySQL 8.0.30. */
const spellsMb3 = (version: ServerVersion): boolean =>
  version.flavor === 'mariadb' ? atLeast(version, 10, 6, 0) : atLeast(version, 8, 0, 30)

/** The server's name of a charset, or of a collation that begins with one. */
export const spell = (name: string, version: ServerVersion): string =>
  spellsMb3(version) ? name : name.replace(/^utf8mb3/, 'utf8')

/** One name for both spellings of three-byte UTF-8, so that they compare equal. */
export const canonical = (name: string): string => name.replace(/^utf8(?=_|$)/, 'utf8mb3')

/** Whether the server has `SET PERSIST`, which survives a restart: MySQL 8.0 and later. */
export const canPersist = (version: ServerVersion): boolean =>
  version.flavor === 'mysql' && atLeast(version, 8, 0, 11)

/** Whether a collation compares bytes. */
export const isBinary = (collation: string): boolean => /(^|_)bin(ary)?$/.test(collation)
