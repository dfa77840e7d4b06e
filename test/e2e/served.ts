import { expect } from 'vitest'
import { until } from '../../lab/machine/wait.ts'
import type { StatusReport } from '../../provisioners/runtime/types.ts'
import { expectExit, howdah } from './support.ts'

/** The lab of the cluster that `bare.test.ts` bootstraps, and the snapshot that it keeps. */
export const SERVED_LAB = 'e2e'
export const SERVED = 'served'
export const SERVED_HOSTS = ['m1', 'w1', 'w2', 'rs1', 'lms1']

interface LabUp {
  readonly clusterYml: string
}

const fileOf = (out: string): string => (JSON.parse(out) as LabUp).clusterYml

/** Starts bare hosts. Returns the path of their cluster.yml. */
export async function bareLab(): Promise<string> {
  await expectExit(0, ['lab', 'down', '--name', SERVED_LAB])
  return fileOf((await expectExit(0, ['lab', 'up', '--name', SERVED_LAB, '--json'])).out)
}

/** Keeps a snapshot of the cluster, and removes its lab. */
export const keepServed = (): Promise<unknown> =>
  expectExit(0, ['lab', 'snapshot', SERVED, '--name', SERVED_LAB, '--down'])

/** The names of the failed checks of `verify --quick`. */
export async function failedChecks(file: string): Promise<string[]> {
  const { out } = await howdah(['verify', '--quick', '--json', file])
  try {
    const report = JSON.parse(out) as Pick<StatusReport, 'checks'>
    return report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name)
  } catch {
    return ['no answer']
  }
}

/** Waits until every daemon answers. Throws with the checks that still fail after four minutes. */
export async function allServe(file: string): Promise<void> {
  let failed: string[] = []
  const serve = await until(240_000, async () => {
    failed = await failedChecks(file)
    return failed.length === 0 ? true : undefined
  })
  expect(serve, `these fail: ${failed.join(', ')}`).toBe(true)
}

const fromSnapshot = () => howdah(['lab', 'up', '--from', SERVED, '--json'])

/**
 * Starts a cluster from the snapshot that the present sources made. Without one, bootstraps it on bare hosts first.
 * Returns the path of its cluster.yml.
 */
export async function servedLab(): Promise<string> {
  await expectExit(0, ['lab', 'down', '--name', SERVED_LAB])
  let raised = await fromSnapshot()
  if (/LAB_SNAPSHOT_(UNKNOWN|STALE)/.test(raised.err)) {
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', await bareLab()])
    await keepServed()
    raised = await fromSnapshot()
  }
  expect(raised.code, raised.err).toBe(0)
  const file = fileOf(raised.out)
  await allServe(file)
  return file
}
