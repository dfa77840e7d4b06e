import { CATALOG, DAEMONS, type Daemon, PROPERTY_FILES } from '../../catalog/index.ts'
import { HowdahError } from '../../errors.ts'
import type { Path, SpecDocument } from '../document/document.ts'
import { documentOf, hostPath } from '../document/remembered.ts'
import { valueAt } from '../document/shape.ts'
import { nearest } from '../document/suggest.ts'
import type { Infrastructure } from '../infrastructure/types.ts'
import type { Cluster, Sizing } from '../types.ts'
import { homeOf, RENAMED, reservedFor, reservedNames, rightName } from '../versions/property-names.ts'
import { COMPUTED, HEAP_STEPS } from './computed.ts'
import { fields } from './fields.ts'
import { infrastructureValue } from './resolved-infrastructure.ts'
import { resolvedValue } from './resolved-value.ts'

export interface Explanation {
  /** The full path: `ssh.hostKeys`, `yarn-site.yarn.nodemanager.resource.memory-mb@w1`. */
  readonly path: string
  readonly text: string
  readonly type: string
  readonly default: string
  /** Present when a cluster was given. */
  readonly value?: string
  /** `file:line:column` of what was written, `default`, or `computed`. */
  readonly source: string
  /** How the value was computed, one line per step. */
  readonly arithmetic?: readonly string[]
}

export type SizingByHost = Readonly<Record<string, Sizing>>

/**
 * Explains a path: its meaning, its default, and with a cluster its value and the source of that; with the AWS
 * infrastructure, the values of `aws`. A path is a field of cluster.yml (`hosts.roles`, `ssh.hostKeys`; `hosts.memory@w1` for one
 * host), a property (`yarn-site.yarn.nodemanager.resource.memory-mb@w1`), or a daemon's heap
 * (`heaps.namenode@m1`).
 * Throws SPEC_UNKNOWN_PATH with the most similar path.
 */
export function explainPath(
  path: string,
  spec?: Cluster | Infrastructure,
  sizing?: SizingByHost,
): Explanation {
  const infrastructure = spec !== undefined && isInfrastructure(spec) ? spec : undefined
  const cluster = spec !== undefined && !isInfrastructure(spec) ? spec : undefined
  const [what = '', host] = splitHost(path)
  if (host !== undefined) checkHost(host, cluster)
  const wanted = { path, what, host, cluster, infrastructure, sizing }
  const found = explainField(wanted) ?? explainHeap(wanted) ?? explainProperty(wanted)
  if (found === undefined) throw unknownPath(path, what)
  return found
}

interface Wanted {
  readonly path: string
  readonly what: string
  readonly host: string | undefined
  readonly cluster: Cluster | undefined
  /** The AWS infrastructure, if that was given instead of a cluster. */
  readonly infrastructure: Infrastructure | undefined
  readonly sizing: SizingByHost | undefined
}

const splitHost = (path: string): readonly [string, string | undefined] => {
  const at = path.lastIndexOf('@')
  return at < 0 ? [path, undefined] : [path.slice(0, at), path.slice(at + 1)]
}

function checkHost(host: string, cluster: Cluster | undefined): void {
  const names = cluster?.hosts.map(({ name }) => name)
  if (names === undefined || names.includes(host)) return
  const meant = nearest(host, names)
  throw new HowdahError({
    code: 'SPEC_UNKNOWN_HOST',
    exit: 'configuration',
    message: `no host is named ${host}`,
    found: host,
    expected: `one of ${names.slice(0, 12).join(', ')}`,
    ...(meant === undefined ? {} : { next: `did you mean ${meant}?` }),
  })
}

const isInfrastructure = (spec: Cluster | Infrastructure): spec is Infrastructure => 'deployment' in spec

function explainField({ path, what, host, cluster, infrastructure }: Wanted): Explanation | undefined {
  const plain = what.replaceAll(/\[\d+\]/g, '')
  const field = fields().find((one) => one.path === plain)
  if (field === undefined) return undefined
  const base = { path, text: field.text, type: field.type, default: field.default }
  const spec = cluster ?? infrastructure
  const document = spec && documentOf(spec)
  if (document === undefined) return { ...base, source: 'default' }
  const segments = segmentsOf(what, host, document)
  if (document.has(segments)) {
    return { ...base, value: show(valueAt(document.value, segments)), source: document.where(segments) }
  }
  const resolved = cluster
    ? resolvedValue(plain, cluster, host)
    : infrastructure && infrastructureValue(plain, infrastructure)
  return { ...base, ...(resolved === undefined ? {} : { value: show(resolved) }), source: 'default' }
}

/** `hosts[2].ssh.port`, or `hosts.ssh.port@w1`, as a path in the file. */
function segmentsOf(what: string, host: string | undefined, document: SpecDocument): Path {
  const segments = what.split('.').flatMap((part): Path => {
    const [name = '', ...positions] = part.split(/[[\]]+/).filter((one) => one !== '')
    return [name, ...positions.map(Number)]
  })
  const entry = host === undefined || segments[0] !== 'hosts' ? undefined : hostPath(document, host)
  return entry === undefined ? segments : [...entry, ...segments.slice(1)]
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function explainHeap({ what, host, sizing }: Wanted): Explanation | undefined {
  const daemon = DAEMONS.find((one) => what === `heaps.${one}`)
  if (daemon === undefined) return undefined
  const holder = host ?? holderOf(sizing, (one) => one.heaps[daemon] !== undefined)
  const heap = holder === undefined ? undefined : sizing?.[holder]?.heaps[daemon]
  return {
    path: holder === undefined ? what : `${what}@${holder}`,
    text: memoryOf(daemon),
    type: 'whole number of MiB',
    default: 'computed from the memory of its host and what else runs there',
    source: 'computed',
    ...(heap === undefined ? {} : { value: String(heap.mb) }),
    ...(heap === undefined || holder === undefined
      ? {}
      : {
          arithmetic: [
            ...stepsOf(sizing, holder, HEAP_STEPS).filter(isAbout(daemon)),
            `${daemon}: ${heap.why}`,
          ],
        }),
  }
}

/** A heap needs its own line of the budget, not those of other daemons. */
const isAbout =
  (daemon: Daemon) =>
  (step: string): boolean =>
    !DAEMONS.some((other) => other !== daemon && step.startsWith(`${other}: `)) &&
    !/^(containers|cores): /.test(step)

function memoryOf(daemon: Daemon): string {
  const { kind } = CATALOG[daemon].memory
  if (kind === 'database') return `Buffer pool of the ${daemon} server.`
  return kind === 'reserve' ? `Memory that is kept for the ${daemon}.` : `Heap of the ${daemon}.`
}

const holderOf = (sizing: SizingByHost | undefined, has: (one: Sizing) => boolean): string | undefined =>
  Object.entries(sizing ?? {}).find(([, one]) => has(one))?.[0]

const stepsOf = (sizing: SizingByHost | undefined, host: string, pattern: RegExp): readonly string[] =>
  (sizing?.[host]?.steps ?? []).filter((step) => pattern.test(step))

const FILES = Object.keys(PROPERTY_FILES)

function explainProperty(wanted: Wanted): Explanation | undefined {
  const what = wanted.what.replace(/^properties\./, '')
  const file = FILES.find((one) => what.startsWith(`${one}.`))
  const name = file === undefined ? what : what.slice(file.length + 1)
  const home = file ?? fileWith(name)
  // A name of another generation is an error that names the right one.
  const generation = wanted.cluster?.generation ?? 'hadoop3'
  if (home === undefined || rightName(generation, name) !== undefined) return undefined
  const computed = COMPUTED[home]?.[name]
  if (computed !== undefined) return explainComputed(wanted, home, name)
  const written = wanted.cluster?.properties[home]?.[name]
  const reserved = reservedFor(generation, home, name)
  if (written === undefined && reserved === undefined) return undefined
  const document = wanted.cluster && documentOf(wanted.cluster)
  return {
    path: `${home}.${name}`,
    text: reserved
      ? `Follows from ${reserved.field}.`
      : 'A property that you wrote; Howdah has no value of its own.',
    type: 'text',
    default: reserved ? `derived from ${reserved.field}` : "Hadoop's own",
    ...(written === undefined ? {} : { value: written }),
    source:
      written === undefined ? 'computed' : (document?.where(['properties', home, name]) ?? 'cluster.yml'),
  }
}

/** A property may be given without its file. */
const fileWith = (name: string): string | undefined =>
  FILES.find(
    (file) => COMPUTED[file]?.[name] !== undefined || reservedFor('hadoop3', file, name) !== undefined,
  )

function explainComputed({ host, cluster, sizing }: Wanted, file: string, name: string): Explanation {
  const about = COMPUTED[file]?.[name]
  const holder = host ?? holderOf(sizing, (one) => one.properties[file]?.[name] !== undefined)
  const value = holder === undefined ? undefined : sizing?.[holder]?.properties[file]?.[name]
  const written = cluster?.properties[file]?.[name] !== undefined
  const document = cluster && documentOf(cluster)
  const own =
    holder === undefined ? [] : (sizing?.[holder]?.steps ?? []).filter((step) => step.startsWith(`${name}: `))
  const steps =
    holder === undefined || about === undefined ? [] : [...stepsOf(sizing, holder, about.steps), ...own]
  return {
    path: holder === undefined ? `${file}.${name}` : `${file}.${name}@${holder}`,
    text: about?.text ?? '',
    type: about?.type ?? 'text',
    default: 'computed from the memory, cores and disks of the hosts',
    ...(value === undefined ? {} : { value }),
    source: written ? (document?.where(['properties', file, name]) ?? 'cluster.yml') : 'computed',
    ...(steps.length === 0 ? {} : { arithmetic: steps }),
  }
}

function unknownPath(path: string, what: string): HowdahError {
  const current = RENAMED[what.replace(/^(properties\.)?[a-z]+-[a-z]+\./, '')]
  const meant =
    current === undefined ? nearest(what, knownPaths()) : `${homeOf(current) ?? 'core-site'}.${current}`
  return new HowdahError({
    code: 'SPEC_UNKNOWN_PATH',
    exit: 'configuration',
    message: `${path} is neither a field of cluster.yml nor a property that Howdah computes`,
    found: path,
    expected: 'a path such as hosts.roles, ssh.hostKeys or yarn-site.yarn.nodemanager.resource.memory-mb@w1',
    next: meant === undefined ? 'howdah explain hosts' : `did you mean ${meant}?`,
  })
}

/** Every path that can be explained: for suggestions and for completion. */
export function knownPaths(): readonly string[] {
  const properties = FILES.flatMap((file) =>
    [...Object.keys(COMPUTED[file] ?? {}), ...reservedNames(file)]
      .filter((name) => rightName('hadoop3', name) === undefined)
      .map((name) => `${file}.${name}`),
  )
  return [...fields().map(({ path }) => path), ...properties, ...DAEMONS.map((daemon) => `heaps.${daemon}`)]
}
