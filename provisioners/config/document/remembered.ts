import type { Infrastructure } from '../infrastructure/types.ts'
import type { Cluster, Host } from '../types.ts'
import type { Path, SpecDocument } from './document.ts'
import { expandRange, RangeProblem } from './ranges.ts'

/** The file of a cluster or an infrastructure, for messages with the place of a value. A Cluster itself stays plain data. */
const documents = new WeakMap<Cluster | Infrastructure, SpecDocument>()

export const rememberDocument = (cluster: Cluster | Infrastructure, document: SpecDocument): void => {
  documents.set(cluster, document)
}

/** The file that a cluster or an infrastructure was parsed from; undefined for one that was not parsed. */
export const documentOf = (cluster: Cluster | Infrastructure): SpecDocument | undefined =>
  documents.get(cluster)

/** `file:line:column` of a property that the operator wrote, or of the nearest part around it. */
export function placeOf(cluster: Cluster, file: string, name: string): string {
  return documentOf(cluster)?.where(['properties', file, name]) ?? `${cluster.file}: properties.${file}`
}

/** `file:line:column` of the entry that a host comes from. */
export function placeOfHost(cluster: Cluster, host: Host): string {
  const document = documentOf(cluster)
  const path = document && hostPath(document, host.name)
  return document && path ? document.where([...path, 'memory']) : `${cluster.file}: ${host.name}`
}

/** ['hosts', 2] for any host of the range that is written there. */
export function hostPath(document: SpecDocument, name: string): Path | undefined {
  const entries = (document.value as { readonly hosts?: readonly { readonly name: string }[] }).hosts ?? []
  const i = entries.findIndex((entry) => expanded(entry.name).includes(name))
  return i < 0 ? undefined : ['hosts', i]
}

function expanded(name: string): readonly string[] {
  try {
    return expandRange(name)
  } catch (error) {
    if (error instanceof RangeProblem) return []
    throw error
  }
}
