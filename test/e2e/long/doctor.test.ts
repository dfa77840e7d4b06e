import { readFile, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { DoctorReport } from '../../../provisioners/operations/doctor/index.ts'
import type { BootstrapReport } from '../../../provisioners/runtime/types.ts'
import { allServe, SERVED_LAB, servedLab } from '../served.ts'
import { expectExit, howdah, noLab, onHost } from '../support.ts'

const skip = noLab()

const STOP_DATABASE = `systemd-run -q --collect --unit stop-database sh -c 'while systemctl -q is-active hive-metastore; do sleep 0.1; done; systemctl stop mariadb'`

describe.skipIf(skip)(`a failure explains itself${skip ? ` (${skip})` : ''}`, () => {
  let file = ''
  beforeAll(async () => {
    file = await servedLab()
  }, 1_200_000)

  it('nothing known is wrong with a cluster that serves', { timeout: 300_000 }, async () => {
    const { out } = await expectExit(0, ['doctor', '--json', file])
    const report = JSON.parse(out) as DoctorReport
    expect(report.findings).toEqual([])
    expect(report.read.map(({ host }) => host).sort()).toEqual(['lms1', 'm1', 'rs1', 'w1', 'w2'])
  })

  it('without its database, a bootstrap that restarts the metastore names the database', {
    timeout: 900_000,
  }, async () => {
    const text = await readFile(file, 'utf8')
    const wanted = parse(text) as { properties?: Record<string, Record<string, string>> }
    const hive = {
      ...wanted.properties?.['hive-site'],
      'hive.metastore.event.db.listener.timetolive': '7200s',
    }
    await writeFile(file, stringify({ ...wanted, properties: { ...wanted.properties, 'hive-site': hive } }))
    // A plan would start a stopped database again, so it stops while the metastore is restarted.
    await onHost(SERVED_LAB, 'm1', STOP_DATABASE)
    try {
      const { code, out } = await howdah(['bootstrap', '--yes', '--json', file])
      expect([14, 15]).toContain(code)
      const { applied } = JSON.parse(out) as BootstrapReport
      const failure = applied?.failures.find(({ ref }) => ref === 'm1!unit:hive-metastore')
      expect(failure?.symptom, failure?.output).toBe('database-unreachable')
      expect(failure?.cause).toContain('the database server does not answer')
      expect(failure?.next).toContain('howdah status')
      expect(failure?.output).toMatch(/3306/)
      expect(failure?.output).not.toContain('SHUTDOWN_MSG')
      const doctor = await expectExit(17, ['doctor', '--since', '30m', '--json', file])
      const names = (JSON.parse(doctor.out) as DoctorReport).findings.map(({ symptom }) => symptom)
      expect(names).toContain('database-unreachable')
    } finally {
      await onHost(SERVED_LAB, 'm1', 'systemctl start mariadb')
      await writeFile(file, text)
    }
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', file])
    await allServe(file)
  })

  it('a host that does not answer is shown, and the others are read', { timeout: 300_000 }, async () => {
    await onHost(SERVED_LAB, 'w2', 'systemctl stop ssh.socket ssh.service || systemctl stop sshd').catch(
      () => {},
    )
    const { out } = await expectExit(15, ['doctor', '--json', file])
    const report = JSON.parse(out) as DoctorReport
    expect(report.unreachable.map(({ host }) => host)).toEqual(['w2'])
    expect(report.read.map(({ host }) => host)).toContain('w1')
  })
})
