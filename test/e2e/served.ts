import { expect } from 'vitest'
import { findSnapshot, sourcesKey } from '../../lab/index.ts'
import type { StatusReport } from '../../provisioners/operations/types.ts'
import { expectExit, howdah } from './support.ts'

/** The lab of the cluster that `bare.test.ts` raises, and the snapshot that it leaves of it. */
export const SERVED_LAB = 'e2e'
export const SERVED = 'served'
export const SERVED_HOSTS = ['m1', 'w1', 'w2', 'rs1', 'lms1']

interface Raised {
  readonly clusterYml: string
}

const fileOf = (out: string): string => (JSON.parse(out) as Raised).clusterYml

/** Bare hosts, and the path of their cluster.yml. */
export async function bareLab(): Promise<string> {
  await expectExit(0, ['lab', 'down', '--name', SERVED_LAB])
  return fileOf((await expectExit(0, ['lab', 'up', '--name', SERVED_LAB, '--json'])).out)
}

/** Keeps the cluster as it is now, and takes its lab down. */
export const keepServed = (): Promise<unknown> =>
  expectExit(0, ['lab', 'snapshot', SERVED, '--name', SERVED_LAB, '--down'])

/** Checks that fail of those that only ask daemons. */
export async function failedChecks(file: string): Promise<string[]> {
  const { out } = await howdah(['verify', '--quick', '--json', file])
  try {
    const report = JSON.parse(out) as Pick<StatusReport, 'checks'>
    return report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name)
  } catch {
    return ['no answer']
  }
}

export const allServe = (file: string): Promise<void> =>
  expect.poll(() => failedChecks(file), { timeout: 240_000, interval: 1000 }).toEqual([])

/**
 * A cluster that serves, from the snapshot that these very sources made; where there is none, it is raised on bare hosts
 * first. Gives the path of its cluster.yml.
 */
export async function servedLab(): Promise<string> {
  const key = await sourcesKey()
  const isThere = await findSnapshot(SERVED, key).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', await bareLab()])
    await keepServed()
  }
  await expectExit(0, ['lab', 'down', '--name', SERVED_LAB])
  const file = fileOf((await expectExit(0, ['lab', 'up', '--from', SERVED, '--json'])).out)
  await allServe(file)
  return file
}
