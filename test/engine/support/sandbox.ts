import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import {
  applyPlan,
  coreTypesAt,
  createRegistry,
  createScriptDriver,
  makePlan,
  needsContents,
  type RemovalInput,
  withRemovals,
} from '../../../provisioners/engine/index.ts'
import type { ApplyResult, Plan, Resource } from '../../../provisioners/engine/types.ts'
import { silent } from '../../../provisioners/events.ts'
import { scratch } from '../../support/scratch.ts'
import { type LocalTransport, localTransport } from './local-transport.ts'

/** The present user and group, which can own files in a test without root. */
export const me = {
  owner: userInfo().username,
  group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim(),
}

export interface Converged {
  readonly plan: Plan
  readonly result: ApplyResult
}

type Removing = Partial<Pick<RemovalInput, 'considers' | 'data' | 'whole' | 'adopt'>>

export interface Sandbox {
  /** A directory that plays the root of a host. */
  readonly root: string
  readonly transport: LocalTransport
  path(name: string): string
  write(name: string, content: string): string
  read(name: string): string
  has(name: string): boolean
  /** Puts a shell script into PATH before the system's own tools. `$calls` is a file to note calls in. */
  fake(name: string, script: string): void
  /** The lines that fakes wrote to `$calls`. */
  calls(): string[]
  driver: ReturnType<typeof createScriptDriver>
  registry: ReturnType<typeof createRegistry>
  plan(resources: readonly Resource[]): Promise<Plan>
  /** Plans and applies. */
  converge(resources: readonly Resource[]): Promise<Converged>
  /** The same, and removes recorded resources that are no longer wanted. */
  settle(resources: readonly Resource[], more?: Removing): Promise<Converged>
  /** The plan of `settle`. */
  settlePlan(resources: readonly Resource[], more?: Removing): Promise<Plan>
  /** The lines of the record. */
  record(): string[]
}

export function sandbox(): Sandbox {
  const root = scratch('howdah-engine-')
  const path = (name: string) => join(root, name)
  const bin = path('bin')
  mkdirSync(bin)
  const transport = localTransport({ host: 'h1', bin })
  const registry = createRegistry(coreTypesAt(root))
  const options = {
    ...{ target: 'h1', transport, registry, report: silent, as: null },
    ...{ runDir: path('run/howdah'), recordFile: path('var/lib/howdah/resources') },
  }
  const driver = createScriptDriver(options)
  const observe = async (resources: readonly Resource[]) => {
    const desired = { h1: resources }
    const observed = { h1: await driver.probe(resources) }
    const contents = { h1: await driver.contents(needsContents(desired, observed, registry).h1 ?? []) }
    return { desired, observed, plan: makePlan({ cluster: 'test', desired, observed, contents, registry }) }
  }
  const observeAll = async (resources: readonly Resource[], more: Removing) => {
    const observed = { h1: await driver.probe(resources) }
    const all = withRemovals({ desired: { h1: resources }, observed, registry, ...more })
    const plan = makePlan({ cluster: 'test', desired: all.desired, observed: all.observed, registry })
    return { ...all, plan: { ...plan, left: all.left, warnings: [...all.warnings, ...plan.warnings] } }
  }
  const box: Sandbox = {
    ...{ root, transport, path, driver, registry },
    write(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), content)
      return path(name)
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    has: (name) => existsSync(path(name)),
    fake(name, script) {
      writeFileSync(join(bin, name), `#!/bin/dash\ncalls='${path('calls')}'\nroot='${root}'\n${script}\n`)
      chmodSync(join(bin, name), 0o755)
    },
    calls: () => (existsSync(path('calls')) ? readFileSync(path('calls'), 'utf8').trimEnd().split('\n') : []),
    plan: async (resources) => (await observe(resources)).plan,
    async converge(resources) {
      const found = await observe(resources)
      const result = await applyPlan({ ...found, drivers: { h1: driver }, registry })
      return { plan: found.plan, result }
    },
    settlePlan: async (resources, more = {}) => (await observeAll(resources, more)).plan,
    async settle(resources, more = {}) {
      const found = await observeAll(resources, more)
      const result = await applyPlan({ ...found, drivers: { h1: driver }, registry })
      return { plan: found.plan, result }
    },
    record: () =>
      box.has('var/lib/howdah/resources')
        ? box.read('var/lib/howdah/resources').split('\n').slice(0, -1)
        : [],
  }
  return box
}
