import { describe, expect, it } from 'vitest'
import { fingerprintSql } from '../../provisioners/mysql/fingerprint.ts'
import { compareCopy, type DatabaseFingerprint } from '../../provisioners/mysql/index.ts'
import {
  allowBothStatements,
  canHoldTwo,
  withdrawStatements,
} from '../../provisioners/mysql/two-passwords.ts'
import { parseVersion } from '../../provisioners/mysql/version.ts'

const MARIADB = parseVersion('11.8.9-MariaDB-0+deb13u1')
const MYSQL = parseVersion('8.4.3')

describe('two passwords of an account', () => {
  it.each([
    ['8.0.13', false],
    ['8.0.14', true],
    ['9.7.4', true],
    ['5.7.44-log', false],
    ['10.3.39-MariaDB', false],
    ['5.5.5-10.4.34-MariaDB', true],
  ])('%s can: %s', (text, can) => expect(canHoldTwo(parseVersion(text))).toBe(can))

  it('MariaDB gets two ways to log in by the same plugin, then one', () => {
    const account = { user: 'api', host: '%', plugin: 'ed25519' }
    expect(allowBothStatements(account, MARIADB, 'o', 'n')).toEqual([
      {
        sql: 'ALTER USER ?@? IDENTIFIED VIA `ed25519` USING PASSWORD(?) OR `ed25519` USING PASSWORD(?)',
        values: ['api', '%', 'n', 'o'],
      },
    ])
    expect(withdrawStatements(account, MARIADB, 'n')[0]?.values).toEqual(['api', '%', 'n'])
  })

  it('MySQL retains the current one, so the old one is made current first', () => {
    const account = { user: 'api', host: '%', plugin: 'caching_sha2_password' }
    const [first, second] = allowBothStatements(account, MYSQL, 'o', 'n')
    expect([first?.values[2], second?.values[2]]).toEqual(['o', 'n'])
    expect(second?.sql).toMatch(/RETAIN CURRENT PASSWORD$/)
    expect(withdrawStatements(account, MYSQL, 'n')).toEqual([
      { sql: 'ALTER USER ?@? DISCARD OLD PASSWORD', values: ['api', '%'] },
    ])
  })
})

describe('a copy', () => {
  const table = {
    ...{ name: 't', engine: 'InnoDB', collation: 'utf8mb4_bin', rows: 2, checksum: '5' },
    columns: [{ name: 'c', type: 'varchar(9)', collation: 'utf8mb4_bin' }],
  }
  const whole: DatabaseFingerprint = { collation: 'utf8mb4_bin', tables: [table], objects: ['view v'] }
  const found = (change: Partial<typeof table>) =>
    compareCopy(whole, { ...whole, tables: [{ ...table, ...change }] }).map(
      ({ what, found: is }) => `${what}: ${is}`,
    )

  it('reads the same', () => expect(compareCopy(whole, whole)).toEqual([]))
  it('differs by rows', () => expect(found({ rows: 3 })).toEqual(['t: 3 rows']))
  it('differs by the contents of rows', () => expect(found({ checksum: '6' })).toEqual(['t: checksum 6']))
  it('differs by the collation of a column', () =>
    expect(found({ columns: [{ name: 'c', type: 'varchar(9)', collation: 'utf8mb4_general_ci' }] })).toEqual([
      't.c: varchar(9) utf8mb4_general_ci',
    ]))
  it('lacks a table, has another, lacks a view', () => {
    const other = { ...whole, tables: [{ ...table, name: 'u' }], objects: [] }
    expect(compareCopy(whole, other).map(({ what }) => what)).toEqual(['t', 'u', 'view v'])
  })

  it('is hashed column by column, each as hexadecimal text', () => {
    const column = (name: string, data: string) => ({ name, data, type: data, collation: '' })
    const sql = fingerprintSql('d', 't', [
      column('a`b', 'varchar'),
      column('n', 'double'),
      column('f', 'bit'),
    ])
    expect(sql).toContain(
      "COALESCE(HEX(`a``b`), 'N'), COALESCE(HEX(CAST(`n` AS CHAR)), 'N'), COALESCE(HEX(`f` + 0), 'N')",
    )
    expect(sql).toMatch(/FROM `d`\.`t`$/)
  })
})
