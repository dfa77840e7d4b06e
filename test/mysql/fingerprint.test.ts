import { describe, expect, it } from 'vitest'
import { fingerprintSql } from '../../provisioners/mysql/fingerprint.ts'

const COLUMNS = [
  { name: 'course_id', data: 'varchar', type: 'varchar(255)', collation: 'utf8mb4_bin' },
  { name: 'flag', data: 'bit', type: 'bit(3)', collation: '' },
]

describe('the query that hashes the rows of a table', () => {
  it.each([
    ['by SHA-256, which every server has', undefined, 'SHA2(CONCAT_WS(', ', 256), 15)'],
    ['by MD5, as older backups were', 'md5', 'MD5(CONCAT_WS(', '), 15)'],
  ] as const)('%s', (_title, hash, begin, end) => {
    const sql = fingerprintSql('reports', 'course_activity', COLUMNS, hash)
    expect(sql).toContain(
      `LEFT(${begin}',', COALESCE(HEX(\`course_id\`), 'N'), COALESCE(HEX(\`flag\` + 0), 'N'))${end}`,
    )
  })
})
