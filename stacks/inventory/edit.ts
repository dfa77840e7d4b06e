import { isDeepStrictEqual } from 'node:util'
import { Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, YAMLMap, YAMLSeq } from 'yaml'
import { readDocument } from '../../provisioners/config/document/document.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import type { Inventory, InventoryHost } from './inventory.ts'

export interface Edit {
  readonly text: string
  /** Names of hosts. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

type Section = 'hosts' | 'ssh' | 'directories' | 'resultStore'
const SECTIONS = ['hosts', 'ssh', 'directories', 'resultStore'] as const satisfies readonly Section[]

/** A comment above a new section. */
const HEADS: Readonly<Record<Section, string>> = {
  hosts: ' Hosts of Terraform: howdah inventory --from-terraform --write updates them.',
  ssh: ' How this machine connects to them.',
  directories: " On the master's data volumes, which are kept when it is replaced.",
  resultStore: ' The managed database, reached through the master.',
}

/**
 * Merges an inventory into the text of a cluster.yml. Values of Terraform are updated (addresses, data directories,
 * the database's address); values that the operator decides are set once and then kept (roles, memory, accounts).
 * Sections without a change keep every byte; the others keep comments and order.
 * @throws HowdahError INVENTORY_OTHER_CLUSTER when the file is of another cluster; SPEC_* when it is not YAML.
 */
export function editCluster(text: string, file: string, inventory: Inventory): Edit {
  const document = readDocument(text, file)
  const [error] = document.errors
  if (error !== undefined) throw error
  const doc = parseDocument(text)
  const root = isMap(doc.contents) ? doc.contents : new YAMLMap()
  if (doc.contents !== root) doc.contents = root as unknown as typeof doc.contents
  checkName(root.get('name'), file, inventory, document.where(['name']))
  const before = root.toJS(doc) as Record<string, unknown>
  const hosts = editHosts(doc, root, inventory.hosts)
  editSsh(doc, root, inventory)
  fill(doc, root, 'directories', inventory.directories ?? {})
  editStore(doc, root, inventory)
  const after = root.toJS(doc) as Record<string, unknown>
  const changed = SECTIONS.filter((name) => !isDeepStrictEqual(before[name], after[name]))
  return {
    ...hosts,
    text: root.flow === true ? doc.toString({ lineWidth: 0 }) : splice(text, doc, root, changed),
  }
}

/** The sections alone, as text that you can copy into a cluster.yml. */
export const fragmentOf = (inventory: Inventory): string => editCluster('', 'cluster.yml', inventory).text

function checkName(name: unknown, file: string, inventory: Inventory, where: string): void {
  if (name === undefined || name === inventory.name) return
  throw new HowdahError({
    code: 'INVENTORY_OTHER_CLUSTER',
    exit: 'configuration',
    message: `${file} describes the cluster ${String(name)}, but the outputs are of ${inventory.name}`,
    found: inventory.name,
    expected: String(name),
    where,
    next: 'give the outputs of the right deployment, or the right cluster.yml',
  })
}

function editHosts(doc: Document, root: YAMLMap, wanted: readonly InventoryHost[]): Omit<Edit, 'text'> {
  const present = root.get('hosts')
  const seq = isSeq(present) ? present : new YAMLSeq()
  const entries = seq.items.filter((item): item is YAMLMap => isMap(item))
  const nameOf = (entry: YAMLMap): string => String(entry.get('name'))
  const added: string[] = []
  const changed: string[] = []
  const items = wanted.map((host) => {
    const entry = entries.find((one) => nameOf(one) === host.name)
    if (entry === undefined) {
      added.push(host.name)
      return doc.createNode(host, { flow: true }) as YAMLMap
    }
    const { name: _name, roles: _roles, ...followed } = host
    if (updateMap(doc, entry, followed)) changed.push(host.name)
    return entry
  })
  const removed = entries.filter((entry) => !items.includes(entry)).map(nameOf)
  // Existing hosts keep their order; new ones come after them.
  const staying = entries.filter((entry) => items.includes(entry))
  seq.items = [...staying, ...items.filter((item) => !staying.includes(item))]
  if (!isSeq(present)) root.set(doc.createNode('hosts'), seq)
  return { added, removed, changed }
}

function editSsh(doc: Document, root: YAMLMap, { ssh }: Inventory): void {
  const { hostKeys, ...followed } = ssh
  const section = sectionOf(doc, root, 'ssh')
  updateMap(doc, section, followed)
  if (hostKeys !== undefined && !section.has('hostKeys')) section.set('hostKeys', hostKeys)
}

function editStore(doc: Document, root: YAMLMap, { resultStore, hosts, adminPassword }: Inventory): void {
  const present = root.get('resultStore')
  if (resultStore === undefined) {
    // The store is on a host now, so the section of the managed one is removed.
    if (isMap(present) && hosts.some((host) => host.roles.includes('result-store')))
      present.delete('external')
    return
  }
  const section = sectionOf(doc, root, 'resultStore')
  for (const key of ['host', 'flavor', 'port']) section.delete(key)
  const { external, ...rest } = resultStore
  const { address, port, tls, ...decided } = external
  const server = sectionOf(doc, section, 'external')
  const isNew = !server.has('admin')
  updateMap(doc, server, { address, port, tls })
  fillMap(doc, server, decided)
  fillMap(doc, section, rest)
  if (isNew && adminPassword !== undefined) {
    const pair = server.items.find((item) => keyOf(item) === 'admin')
    if (isScalar(pair?.key)) pair.key.commentBefore = ` Before plan and bootstrap:\n ${adminPassword}`
  }
}

const keyOf = (pair: Pair<unknown, unknown>): string => String(isScalar(pair.key) ? pair.key.value : pair.key)

/** The map at a key, created when it is missing. */
function sectionOf(doc: Document, parent: YAMLMap, key: string): YAMLMap {
  const present = parent.get(key)
  if (isMap(present)) return present
  const created = new YAMLMap()
  parent.set(doc.createNode(key), created)
  return created
}

/** Sets the values that differ. Returns whether any did. */
function updateMap(doc: Document, map: YAMLMap, values: Readonly<Record<string, unknown>>): boolean {
  let changed = false
  for (const [key, value] of Object.entries(values)) {
    const node = map.get(key, true) as Node | undefined
    if (node !== undefined && isDeepStrictEqual(node.toJS(doc), value)) continue
    changed = true
    if (isScalar(node) && typeof value !== 'object') node.value = value
    else map.set(doc.createNode(key), doc.createNode(value, { flow: true }))
  }
  return changed
}

/** Sets the values that are missing. */
function fillMap(doc: Document, map: YAMLMap, values: Readonly<Record<string, unknown>>): void {
  const absent = Object.entries(values).filter(([key]) => !map.has(key))
  updateMap(doc, map, Object.fromEntries(absent))
}

function fill(doc: Document, root: YAMLMap, name: Section, values: Readonly<Record<string, unknown>>): void {
  if (Object.keys(values).length > 0) fillMap(doc, sectionOf(doc, root, name), values)
}

/** Renders the changed sections and replaces them in the text; everything around them stays as it is. */
function splice(text: string, doc: Document, root: YAMLMap, changed: readonly Section[]): string {
  const style = {
    lineWidth: 0,
    flowCollectionPadding: /\{ \S/.test(text),
    indentSeq: !/^hosts:.*\n- /m.test(text),
  }
  const pairs = changed.map((name) => ({ name, pair: root.items.find((item) => keyOf(item) === name) }))
  const known = pairs.flatMap(({ pair }) => {
    const start = (pair?.key as Node | undefined)?.range?.[0]
    const end = (pair?.value as Node | undefined)?.range?.[1]
    return pair === undefined || start === undefined || end === undefined ? [] : [{ pair, start, end }]
  })
  let result = text
  for (const { pair, start, end } of known.sort((a, b) => b.start - a.start)) {
    const old = text.slice(start, end)
    const section = render(doc, pair, style)
    result = `${result.slice(0, start)}${old.endsWith('\n') ? section : section.replace(/\n$/, '')}${result.slice(end)}`
  }
  const fresh = pairs.filter(({ pair }) => pair !== undefined && !known.some((one) => one.pair === pair))
  for (const { name, pair } of fresh) {
    const gap = result === '' ? '' : result.endsWith('\n\n') ? '' : result.endsWith('\n') ? '\n' : '\n\n'
    result = `${result}${gap}#${HEADS[name]}\n${render(doc, pair as Pair<unknown, unknown>, style)}`
  }
  return result
}

type Style = NonNullable<Parameters<Document['toString']>[0]>

/** One pair of the root as text. The comments before and after it are in the file already. */
function render(doc: Document, pair: Pair<unknown, unknown>, style: Style): string {
  const { key, value } = pair as { key: Node; value: Node }
  key.commentBefore = null
  key.spaceBefore = false
  value.comment = null
  const alone = new Document()
  const map = new YAMLMap()
  map.items = [pair]
  alone.contents = map as unknown as typeof alone.contents
  alone.schema = doc.schema
  return alone.toString(style)
}
