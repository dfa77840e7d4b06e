import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acquireLock, coreTypes, createRegistry, makePlan } from '../../provisioners/engine/index.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import { localTransport } from './support/local-transport.ts'
import { cell, memoryRegistry } from './support/memory.ts'
import { me, sandbox } from './support/sandbox.ts'

function thrown(run: () => unknown): HowdahError {
  try {
    run()
  } catch (error) {
    if (error instanceof HowdahError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a plan that cannot be ordered', () => {
  const plan = (a: ReturnType<typeof cell>[]) =>
    thrown(() => makePlan({ cluster: 'c', desired: { a }, observed: {}, registry: memoryRegistry }))

  it.each([
    ['PLAN_TWICE', [cell('x:1'), cell('x:1')], 'a!x:1'],
    ['PLAN_DANGLING', [cell('x:1', '', ['x:2'])], 'a!x:2'],
    ['PLAN_CYCLE', [cell('x:1', '', ['x:2']), cell('x:2', '', ['x:1'])], 'a!x:1 → a!x:2 → a!x:1'],
  ])('%s is a bug, and names the resources', (code, resources, found) => {
    expect(plan(resources)).toMatchObject({ code, exitCode: 1, details: { found } })
  })
})

describe('the registry of types', () => {
  it('refuses two types with one name', () => {
    const error = thrown(() => createRegistry([...coreTypes, coreTypes[0] as (typeof coreTypes)[0]]))
    expect(error).toMatchObject({ code: 'RESOURCE_TYPE_TWICE', exitCode: 1 })
    expect(error.message).toContain(`'${coreTypes[0]?.type}'`)
  })

  it('names the resource whose type it does not know', () => {
    const error = thrown(() => createRegistry([]).of(cell('x:1')))
    expect(error).toMatchObject({ code: 'RESOURCE_TYPE_UNKNOWN', exitCode: 1 })
    expect(error.message).toContain('(x:1)')
  })
})

it('a lock whose directory cannot be made is not taken, and the host says why', async () => {
  const { root } = sandbox()
  const file = join(root, 'a-file')
  writeFileSync(file, '')
  const request = { cluster: 'c', holder: 'ann', reason: 'bootstrap' }
  const taking = acquireLock(localTransport({ host: 'm1' }), request, { runDir: join(file, 'run'), as: null })
  await expect(taking).rejects.toMatchObject({
    code: 'LOCK_BROKEN',
    exitCode: 1,
    details: { where: 'm1', detail: expect.stringMatching(/Not a directory|cannot create/i) },
  })
  rmSync(file)
})

it('a batch whose script ends early names its host and the last output', async () => {
  const box = sandbox()
  const file = {
    type: 'file',
    ...{ id: 'f', component: 'x', path: box.path('etc/f'), content: 'a', mode: '0644' },
    ...me,
  } as const
  box.write('etc/other', '')
  const plan = await box.plan([file])
  expect(plan.steps).toHaveLength(1)
  // The run directory is a file, so the script cannot start.
  box.write('run', '')
  const batch = [{ ref: 'h1!f', resource: file, change: { action: 'create' } }] as never
  await expect(box.driver.apply(batch, () => {})).rejects.toMatchObject({
    code: 'BATCH_BROKEN',
    exitCode: 14,
    details: { where: 'h1', detail: expect.stringContaining('run') },
  })
})
