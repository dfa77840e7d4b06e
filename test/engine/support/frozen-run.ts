/** A run in a process of its own, which a test freezes while its first step runs. Prints what it did. */
import {
  acquireLock,
  applyPlan,
  claimFence,
  coreTypesAt,
  createRegistry,
  createScriptDriver,
  makePlan,
} from '../../../provisioners/engine/index.ts'
import type { Action, Resource } from '../../../provisioners/engine/types.ts'
import { HowdahError } from '../../../provisioners/errors.ts'
import { silent } from '../../../provisioners/events.ts'
import { localTransport } from './local-transport.ts'

const [, , root = ''] = process.argv
const path = (name: string): string => `${root}/${name}`
const transport = localTransport({ host: 'h1' })
const registry = createRegistry(coreTypesAt(root))
const place = { runDir: path('run/howdah'), fenceFile: path('var/lib/howdah/fence'), as: null }

const lock = await acquireLock(
  transport,
  { cluster: 'c', holder: 'frozen', reason: 'bootstrap' },
  {
    ...{ runDir: place.runDir, as: null, beatSeconds: 1 },
  },
)
const fence = { token: 1, nonce: lock.info.nonce, about: JSON.stringify(lock.info) }
await claimFence(transport, fence, '', place)
const driver = createScriptDriver({
  ...{ target: 'h1', transport, registry, report: silent, ...place },
  ...{ recordFile: path('var/lib/howdah/resources'), fence: () => fence },
})
const action = (name: string, run: string, after: string[] = []): Action => ({
  ...{ type: 'action', id: `action:${name}`, component: 'x', title: name, timeoutSeconds: 60, run, after },
  probe: `if [ -e '${path(`${name}.done`)}' ]; then echo done=yes; else echo done=no; fi`,
})
const wait = `: >'${path('begun')}'; until [ -e '${path('go')}' ]; do sleep 0.05; done; `
const resources: Resource[] = [
  action('first', `${wait}: >'${path('first.done')}'`),
  action('second', `: >'${path('second.done')}'`, ['action:first']),
  action('third', `: >'${path('third.done')}'`, ['action:second']),
]
const desired = { h1: resources }
const observed = { h1: await driver.probe(resources) }
const plan = makePlan({ cluster: 'c', desired, observed, registry })
// Without the signal of the lock: the host alone must refuse.
const { outcomes } = await applyPlan({ plan, desired, observed, drivers: { h1: driver }, registry })
// A batch that begins only now, as in the run that was found.
const item = {
  ref: 'h1!action:second',
  resource: resources[1] as Resource,
  change: { action: 'run', reason: 'x' },
} as const
const batch = await driver
  .apply([item], () => {})
  .then(
    () => 'ran',
    (error: unknown) => (error instanceof HowdahError ? error.code : String(error)),
  )
process.stdout.write(`${JSON.stringify({ outcomes, batch })}\n`, () => process.exit(0))
