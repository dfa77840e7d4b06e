import { describe, expect, it } from 'vitest'
import { runVerify } from '../../../provisioners/operations/verify/run.ts'
import { cluster, simulate } from './simulated.ts'

describe('a verification that gives no report', () => {
  it('was interrupted', async () => {
    const { input } = simulate({}, { signal: AbortSignal.abort() })
    await expect(runVerify(input)).rejects.toMatchObject({
      ...{ code: 'VERIFY_INTERRUPTED', exitCode: 130 },
      details: { next: 'howdah verify' },
    })
  })

  it.each(['nodemanager', 'jobhistory', 'hiveserver2'] as const)('needs a %s', async (daemon) => {
    const hosts = cluster.hosts.map((host) => ({
      ...host,
      daemons: host.daemons.filter((one) => one !== daemon),
    }))
    const { input } = simulate({}, { cluster: { ...cluster, hosts } })
    await expect(runVerify(input)).rejects.toMatchObject({
      ...{ code: 'VERIFY_NO_DAEMON', exitCode: 10, message: expect.stringContaining(daemon) },
      details: { where: 'cluster.yml', next: expect.stringContaining('howdah verify --quick') },
    })
  })
})
