import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HITS } from '../faults/hits.ts'
import { FaultMatrix } from '../faults/matrix.ts'
import { SERVED_LAB as LAB, servedLab } from '../served.ts'
import { howdah, noLab } from '../support.ts'

const skip = noLab()

/** Moments inside steps, in milliseconds after the first step began. They are fixed, so that a failure can be repeated. */
const INSIDE = [40, 130, 290, 470, 760, 1150, 1700, 2600, 3900, 5500]

/** Runs that are killed, cut off or starved, on a cluster that serves. Each next run leaves what an unbroken run leaves. */
describe.skipIf(skip)(`faults during a run${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let matrix: FaultMatrix

  beforeAll(async () => {
    matrix = await FaultMatrix.of(await servedLab())
  })
  afterAll(async () => {
    await howdah(['lab', 'down', '--name', LAB])
  })

  it('the controller is killed after each step of two runs', { timeout: 3_600_000 }, async () => {
    const most = matrix.steps
    expect(most).toBeGreaterThan(8)
    for (let steps = 1; steps < most; steps += 1)
      await matrix.kill({ steps: Math.min(steps, matrix.steps - 1) })
  })

  it.each(INSIDE)('the controller is killed %d ms after the first step began', async (ms) => {
    await matrix.kill({ ms })
  })

  it('a controller that is stopped loses its lock, and changes nothing when it goes on', async () => {
    await matrix.freeze({ steps: 2 })
  })

  it.each(HITS)('$name', async (hit) => {
    await matrix.hit(hit, { steps: 3 })
  })
})
