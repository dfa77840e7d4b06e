import type { Registry } from '../registry.ts'
import type { Resource } from '../types.ts'
import type { Recorded } from './types.ts'

/** Where a host keeps the record. `root` is '' on a real host. */
export const recordFileAt = (root: string): string => `${root}/var/lib/howdah/resources`

export const RECORD_FILE = recordFileAt('')

const sorted = (about: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(about).sort(([a], [b]) => (a < b ? -1 : 1)))

/** One line of a record. The same resource gives the same bytes in every run. */
export const recordLine = ({ component, type, id, about, left }: Recorded): string =>
  JSON.stringify({ component, type, id, about: sorted(about), ...(left && { left }) })

/**
 * The identity of a recorded resource: two versions of an archive have one id and two paths. All else, such as the
 * reason why a unit holds data, may change from one version of Howdah to the next.
 */
export const recordKey = ({ type, id, about }: Recorded): string =>
  JSON.stringify([type, id, about.path ?? ''])

function isRecorded(value: unknown): value is Recorded {
  if (typeof value !== 'object' || value === null) return false
  const { type, id, component, about } = value as Partial<Record<keyof Recorded, unknown>>
  const texts = [type, id, component].every((one) => typeof one === 'string')
  return texts && typeof about === 'object' && about !== null
}

function parseLine(line: string): Recorded | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRecorded(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Reads a record. Lines that cannot be read, since a newer version wrote them, are skipped, and stay on the host. */
export const parseRecord = (text: string): Recorded[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : (parseLine(line) ?? [])))

/** What the record keeps about a resource; undefined for a type that leaves nothing to remove. */
export function recordedOf(registry: Registry, resource: Resource): Recorded | undefined {
  const about = registry.of(resource).record?.(resource)
  if (about === undefined) return undefined
  const { type, id, component } = resource
  return { type, id, component, about }
}

/** True when a resource is declared absent: an account with `state: absent`. */
export const isAbsent = (registry: Registry, resource: Resource): boolean =>
  registry.of(resource).isAbsent?.(resource) ?? false
