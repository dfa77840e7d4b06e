import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadInfrastructure } from '../../provisioners/config/index.ts'
import {
  applyStacks,
  destroyStacks,
  type PlanSummary,
  type StackResult,
} from '../../stacks/terraform/index.ts'
import { readStack } from '../../stacks/terraform/synthesised.ts'
import { destroyInfrastructure } from '../../stacks/terraform/teardown.ts'

// Files of the unit tests share their modules: this one needs modules that see its mocks, and leaves none behind.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

// Terraform's part: what a plan would say. The stacks are synthesised for real.
vi.mock('../../stacks/terraform/index.ts', () => ({ applyStacks: vi.fn(), destroyStacks: vi.fn() }))

const dir = mkdtempSync(join(tmpdir(), 'howdah-stack-errors-'))
const file = join(import.meta.dirname, '../../examples/aws-single-server.yml')
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const change = (address: string) => ({ address, type: address.split('.')[0], action: 'delete' })
const plan = (more: object): PlanSummary =>
  ({ stack: 'insights', adds: [], changes: [], replacements: [], deletes: [], ...more }) as never
const DATABASE = 'aws_db_instance.result-store'

describe('the end of a deployment whose resources are protected', async () => {
  const infrastructure = await loadInfrastructure(file)
  let seen: PlanSummary
  beforeEach(() => {
    vi.mocked(destroyStacks).mockReset()
    vi.mocked(applyStacks).mockReset()
    vi.mocked(destroyStacks).mockImplementation(async (outdir) => {
      const { protectionsOf } = await import('../../stacks/terraform/protections.ts')
      // The protections were turned off in the written files, so they are removed.
      const stack = readStack(outdir, infrastructure.name)
      expect(protectionsOf(stack)).toEqual([])
      seen = plan({ deletes: stack.resources.filter((one) => !one.data).map((one) => change(one.address)) })
      return [{ outcome: 'declined', summary: seen } as StackResult]
    })
  })

  const destroy = (unlock: boolean, consent = vi.fn(async () => true)) =>
    destroyInfrastructure(infrastructure, { outdir: dir, unlock, confirm: infrastructure.name, consent })

  it('is refused, with what protects each and how that is turned off', async () => {
    const consent = vi.fn(async () => true)
    await expect(destroy(false, consent)).rejects.toMatchObject({
      ...{ code: 'DESTROY_PROTECTED', exitCode: 13 },
      details: {
        detail: expect.stringMatching(/^aws_instance\S+: termination protection of the host is on/m),
        next: `howdah destroy ${file} --stacks --unlock --confirm=${infrastructure.name}`,
      },
    })
    expect(consent).not.toHaveBeenCalled()
    expect(applyStacks).not.toHaveBeenCalled()
  })

  it('stops where turning them off would change more than that', async () => {
    vi.mocked(applyStacks).mockImplementation(async (_outdir, { consent }) => {
      await consent(plan({ replacements: [change(DATABASE)] }))
      throw new Error('this was agreed to')
    })
    await expect(destroy(true)).rejects.toMatchObject({
      ...{ code: 'DESTROY_DRIFTED', exitCode: 13 },
      details: { found: DATABASE, next: expect.stringContaining('howdah stacks plan') },
    })
    expect(destroyStacks).toHaveBeenCalledTimes(1)
  })
})

describe('a synthesised stack', () => {
  const code = 'STACK_UNREADABLE'
  const read = (id: string) => (async () => readStack(dir, id))()

  it.each([
    ['that is cut short', '{"resource": {', /JSON/],
    ['that is a list', '[]', /not a JSON object/],
    ['that is not there', undefined, /ENOENT/],
  ])('%s cannot be read', async (title, text, found) => {
    const id = title.replaceAll(' ', '-')
    const folder = join(dir, 'stacks', id)
    mkdirSync(folder, { recursive: true })
    if (text !== undefined) writeFileSync(join(folder, 'cdk.tf.json'), text)
    await expect(read(id)).rejects.toMatchObject({
      ...{ code, exitCode: 10, message: `the synthesised stack ${id} cannot be read` },
      details: { found: expect.stringMatching(found), next: 'howdah synth' },
    })
  })
})
