import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DumpFile } from '../../provisioners/operations/store/backup-file.ts'

describe('a dump that is being written', () => {
  let dir = ''
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'howdah-dump-'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it.skipIf(process.platform !== 'linux')('to a disk without room says where, and leaves nothing', () => {
    symlinkSync('/dev/full', join(dir, 'reports.sql.gz.part'))
    const file = new DumpFile(dir, 'reports')
    expect(() => file.write(Buffer.from('CREATE'))).toThrow(
      expect.objectContaining({
        code: 'BACKUP_NOT_WRITTEN',
        exitCode: 14,
        message: expect.stringContaining('ENOSPC'),
        details: expect.objectContaining({
          where: join(dir, 'reports.sql.gz'),
          next: expect.stringContaining('--to'),
        }),
      }),
    )
    file.discard()
    expect(readdirSync(dir)).toEqual([])
  })
})
