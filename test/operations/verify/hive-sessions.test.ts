import { expect, it } from 'vitest'
import type { Cluster } from '../../../provisioners/config/types.ts'
import { Flow } from '../../../provisioners/operations/verify/flow.ts'
import { placeOf } from '../../../provisioners/operations/verify/place.ts'
import { generate } from '../../../provisioners/operations/verify/rows/generator.ts'
import { hadoop1 } from './hadoop1.ts'
import { cluster, simulate } from './simulated.ts'

/** How many of three sessions of Hive run at the same time. */
async function mostAtOnce(of: Cluster): Promise<number> {
  let [running, most, jobs] = [0, 0, 0]
  const { input } = simulate({}, { cluster: of })
  const place = placeOf(of, 'r1', false)
  const gateway = {
    ...input.transports[place.gateway.name],
    run: async () => {
      running += 1
      most = Math.max(most, running)
      // Long enough for the next one to start in parallel.
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
      running -= 1
      jobs += 1
      return { exit: 0, signal: null, stdout: `Running job: job_1772409600000_000${jobs}\n`, stderr: '' }
    },
  }
  const transports = { ...input.transports, [place.gateway.name]: gateway } as typeof input.transports
  const flow = new Flow({ ...input, transports }, place, generate(1, 'small'))
  await Promise.all(['a', 'b', 'c'].map((step) => flow.hive(step, 'hive -e 1')))
  return most
}

it('one session at a time where the metastore creates its own tables, else two', async () => {
  expect(await mostAtOnce(hadoop1)).toBe(1)
  expect(await mostAtOnce(cluster)).toBe(2)
})
