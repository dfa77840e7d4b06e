/** Every script that the product renders for a cluster: pure functions of its cluster.yml, without hosts. */

import { readdirSync, readFileSync } from 'node:fs'
import { PROFILE_NAMES } from '../../provisioners/config/index.ts'
import { compileBatch } from '../../provisioners/engine/compile.ts'
import { FACT_FRAGMENTS } from '../../provisioners/engine/host-facts.ts'
import { coreTypes, createRegistry } from '../../provisioners/engine/index.ts'
import { probeScript } from '../../provisioners/engine/probe.ts'
import type { Change, Desired, File, Resource } from '../../provisioners/engine/types.ts'
import { destroyPlan } from '../../provisioners/operations/destroy/index.ts'
import { watchScript } from '../../provisioners/operations/schedule/run.ts'
import { statusScript } from '../../provisioners/operations/schedule/status.ts'
import { componentTypes, desire, healthChecks } from '../../provisioners/services/index.ts'
import type { OwnedFiles } from '../../provisioners/services/scheduler/owned-files.ts'
import type { ComponentContext } from '../../provisioners/services/types.ts'
import { contextOf, FIVE, factsOf, ONE } from '../services/a-context.ts'
import { APPS, appsContext, LARGE, SMALL } from '../services/apps/context.ts'
import { ofFile, ofUnit, withParts } from './parts.ts'
import type { Script } from './shellcheck.ts'

const registry = createRegistry([...coreTypes, ...componentTypes])
const CHANGES: readonly Change[] = [
  { action: 'create', reason: 'a test' },
  { action: 'update', reason: 'a test' },
  { action: 'run', reason: 'a test' },
]

const EVERYTHING = `
pipeline: {}
schedule:
  jobs:
    - {name: load, command: "ls /data", arguments: ["it's {today-1}"], when: daily, onFailure: {webhook: {env: HOOK}}}
    - {name: proof, workflow: verify, when: weekly, after: [load]}
    - {name: video, workflow: InsertToMysqlAllVideoTask, when: "05:30", enabled: false}
`
const USERS = `
users:
  - {name: ana, type: admin, github: true}
  - {name: bo, type: restricted, github: true, sudoCommands: ["ALL=(hadoop) NOPASSWD: /usr/bin/hive"], links: [sudo, /opt/x/y]}
  - {name: di, state: absent}
`
const LOGS = `
trackingLogs: {sources: [{host: lms}, {host: lms, directory: /edx/studio, name: studio}], keep: 400}
`

const hostsOf = (profile: string): string => `
name: insights
versions: {profile: ${profile}}
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master, zookeeper], memory: 6GiB, rack: /a}
  - {name: 'w[1-2]', address: '10.0.0.[11-12]', roles: [worker, zookeeper], memory: 4GiB, cores: 2, dataDirs: [/data/1, /data/2]}
  - {name: rs, address: 10.0.0.22, roles: [result-store, lms-database], memory: 1GiB}
artifacts: {provider: maven}
java: {jdks: {17: {package: openjdk-17-jdk-headless}, 8: {path: /opt/jdk/8}}}
hdfs: {users: [hadoop]}
`

const KEYS = {
  users: {
    ana: { keys: [], complete: true },
    bo: { keys: [], complete: true },
    di: { keys: [], complete: true },
  },
  warnings: [],
  unchanged: [],
}

/** The examples that name hosts, every profile, and clusters with each part of cluster.yml. */
export function contexts(): ReadonlyMap<string, ComponentContext> {
  const examples = readdirSync('examples').filter((name) => name.endsWith('.yml') && !name.startsWith('aws-'))
  const facts = { m1: factsOf('m1', '10.0.0.1'), w1: factsOf('w1', '10.0.0.11') }
  return new Map<string, ComponentContext>([
    ...examples.map(
      (name) => [`examples/${name}`, contextOf(readFileSync(`examples/${name}`, 'utf8'))] as const,
    ),
    ...PROFILE_NAMES.map((name) => [`profile ${name}`, contextOf(`${hostsOf(name)}${EVERYTHING}`)] as const),
    [
      'the pipeline from its source',
      contextOf(
        `${ONE}pipeline: {python: {version: 2.7, install: true}, source: {git: 'https://git.example.org/p.git', ref: v1, wheels: wheels}}\n`,
      ),
    ],
    ['all on one host', contextOf(`${ONE}${EVERYTHING}`)],
    ['jobs by cron', contextOf(`${ONE}${EVERYTHING.replace('schedule:', 'schedule:\n  by: cron')}`)],
    ['hosts that were read', contextOf(`${FIVE}manageHostsFile: false\n`, facts)],
    ['users', { ...contextOf(`${LARGE}${USERS}`), users: KEYS }],
    ['tracking logs', contextOf(`${FIVE}${LOGS}`)],
    ['applications apart', appsContext(`${LARGE}${APPS}${EVERYTHING}`)],
    ['applications on the master', appsContext(`${SMALL}${APPS}`)],
  ])
}

/** Properties of a file resource that are shell, and that its type runs directly. */
function ownScripts(name: string, { validate }: Partial<File>): Script[] {
  return validate === undefined ? [] : [{ name: `${name} validate`, shell: 'sh', text: validate }]
}

/** The scripts that read and make a resource, and its files that are shell. */
function ofResource(where: string, resource: Resource): Script[] {
  const name = `${where}!${resource.id}`
  const type = registry.of(resource)
  const { path = '', content } = resource as Partial<File>
  const files =
    resource.type === 'x-owned-files'
      ? (resource as OwnedFiles).set.files.map((file) => ({
          ...file,
          path: `${(resource as OwnedFiles).set.dir}/${file.name}`,
        }))
      : []
  const fragments: readonly Script[] = [
    { name: `${name} probe`, shell: 'sh', prelude: 'probe', text: type.probe(resource) },
    ...CHANGES.map(
      (change) =>
        ({
          name: `${name} ${change.action}`,
          shell: 'sh',
          prelude: 'apply',
          text: type.apply(resource, change),
        }) as const,
    ),
    ...ownScripts(name, resource as Partial<File>),
  ]
  return [
    ...fragments.filter(({ text }) => text !== '').flatMap(withParts),
    ...(content === undefined ? [] : ofFile(name, path, content)),
    ...(resource.type === 'unit' && content !== undefined ? ofUnit(name, content) : []),
    ...files.flatMap((file) =>
      file.path.startsWith('/etc/howdah/schedule/commands/')
        ? withParts({ name: file.path, shell: 'bash', text: file.content })
        : ofFile(`${name} ${file.name}`, file.path, file.content),
    ),
  ]
}

/** One host of each kind: workers all have the same scripts. */
function hostsIn(desired: Desired): (readonly [string, readonly Resource[]])[] {
  const seen = new Set<string>()
  return Object.entries(desired).filter(([target, list]) => {
    const kind = list.map(({ id }) => id).join(' ')
    if (target.startsWith('sql:') || seen.has(kind)) return false
    seen.add(kind)
    return true
  })
}

/** The types of all resources of a cluster. */
export const typesOf = (context: ComponentContext): string[] =>
  Object.values(desire(context)).flatMap((list) => list.map(({ type }) => type))

/** The scripts that read and change the hosts of a cluster. */
export function ofCluster(title: string, context: ComponentContext): Script[] {
  const desired = desire(context)
  return [
    ...hostsIn(desired).flatMap(([host, list]) =>
      list.flatMap((one) => ofResource(`${title}: ${host}`, one)),
    ),
    ...healthChecks(context).flatMap(({ name, script }) =>
      withParts({ name: `${title}: health of ${name}`, shell: 'sh', text: script }),
    ),
    ...ofDestroy(title, context, Object.fromEntries(hostsIn(desired))),
    ...ofSchedule(title, context),
  ]
}

/** Every removal, with and without data. */
function ofDestroy(title: string, { cluster }: ComponentContext, declared: Desired): Script[] {
  const observed = Object.fromEntries(Object.keys(declared).map((host) => [host, { states: {}, record: [] }]))
  return [true, false].flatMap((data) => {
    const { desired } = destroyPlan({ cluster, declared, observed, registry, data })
    return Object.values(desired).flatMap((list) =>
      list.flatMap((one) =>
        withParts({
          ...{ name: `${title}: destroy ${one.id}`, shell: 'sh', prelude: 'apply' },
          text: registry.of(one).apply(one, { action: 'remove', reason: 'a test' }),
        }),
      ),
    )
  })
}

function ofSchedule(title: string, { cluster }: ComponentContext): Script[] {
  const { schedule } = cluster
  if (schedule === undefined || schedule.jobs.length === 0) return []
  return [
    { name: `${title}: schedule status`, shell: 'sh', text: statusScript(schedule.jobs) },
    { name: `${title}: schedule run`, shell: 'sh', text: watchScript('load', 'hand-1') },
  ]
}

/** The engine's complete scripts for the resources of a host. */
export function ofEngine(context: ComponentContext): Script[] {
  const [first] = hostsIn(desire(context))
  if (first === undefined) throw new Error('a cluster without hosts')
  const [host, list] = first
  const [change] = CHANGES as readonly [Change]
  const few = list.filter((one, i) => list.findIndex(({ type }) => type === one.type) === i)
  const batch = few.map((resource) => ({ ref: `${host}!${resource.id}` as const, resource, change }))
  return [
    {
      name: 'the script that reads a host',
      shell: 'sh',
      text: probeScript(few, registry, { nonce: 'nonce', recordFile: '/var/lib/howdah/resources' }),
    },
    {
      name: 'a batch',
      shell: 'sh',
      text: compileBatch(batch, registry, {
        nonce: 'nonce',
        runDir: '/run/howdah',
        recordFile: '/var/lib/howdah/resources',
      }),
    },
    ...Object.entries(FACT_FRAGMENTS).map(
      ([name, text]) =>
        ({ name: `fact ${name} of every host`, shell: 'sh', prelude: 'probe', text }) as const,
    ),
  ]
}
