/** Compares the running configuration of a daemon, its page `/conf`, with the rendered properties. Pure. */

import { XMLParser } from 'fast-xml-parser'
import { isSecretName } from '../../config/versions/property-names.ts'

export type Properties = Readonly<Record<string, string>>

/** What Hadoop shows instead of a secret value. */
const REDACTED = '<redacted>'

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: true,
  isArray: (name) => name === 'property',
})

interface Page {
  readonly configuration?: { readonly property?: readonly { name?: string; value?: string }[] }
}

/** Parses a `/conf` page of any release of Hadoop. Throws TypeError for other texts. */
export function parseConf(xml: string): Map<string, string> {
  const { configuration } = parser.parse(xml) as Page
  if (configuration === undefined) throw new TypeError(`no configuration: ${xml.slice(0, 200)}`)
  return new Map((configuration.property ?? []).map(({ name = '', value = '' }) => [name.trim(), value]))
}

/**
 * Addresses that a daemon rewrites when it has bound them, with its own name or `0.0.0.0`. Only their port is compared.
 * Source: Configuration.updateConnectAddr and its callers, JobTracker and TaskTracker of Hadoop 1.
 */
const REWRITTEN =
  /^(yarn\.(resourcemanager|nodemanager)\.([a-z-]+\.)?address|mapreduce\.jobhistory\.([a-z]+\.)?address|dfs\.(namenode\.)?(secondary\.)?http[.-]address|mapred\.(job|task)\.tracker(\.http\.address|\.report\.address)?)$/

/** The NameNode omits the port of its own address when it is the default of clients. */
const withoutDefaultPort = (value: string): string => value.replace(/^(hdfs:\/\/[^/:]+):8020\/?$/, '$1')

const port = (value: string): string | undefined => /:(\d+)$/.exec(value.trim())?.[1]

/** A pattern for a value in which `${…}` matches any text, because the daemon replaces it. */
function pattern(value: string): RegExp {
  const parts = value
    .split(/\$\{[^}]+\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}

function isSame(name: string, rendered: string, running: string): boolean {
  const [wanted, found] = [rendered.trim(), running.trim()]
  if (wanted === found) return true
  if (wanted.includes('${') && pattern(wanted).test(found)) return true
  if (withoutDefaultPort(wanted) === withoutDefaultPort(found)) return true
  return REWRITTEN.test(name) && port(wanted) !== undefined && port(wanted) === port(found)
}

export interface Difference {
  readonly name: string
  readonly rendered: string
  /** Absent: the daemon does not have the property. */
  readonly running?: string
}

export interface RunningComparison {
  readonly compared: number
  /** Names that are secrets, or that the daemon does not show. */
  readonly hidden: readonly string[]
  readonly differences: readonly Difference[]
}

/** Compares each rendered property with the running value. Values of secrets are never compared. */
export function compareRunning(
  rendered: Properties,
  running: ReadonlyMap<string, string>,
): RunningComparison {
  const hidden: string[] = []
  const differences: Difference[] = []
  for (const [name, wanted] of Object.entries(rendered)) {
    const found = running.get(name)
    if (isSecretName(name) || found === REDACTED) hidden.push(name)
    else if (found === undefined) {
      // Hadoop drops a property with an empty value when it reads a file, so a daemon does not have it.
      if (wanted.trim() !== '') differences.push({ name, rendered: wanted })
    } else if (!isSame(name, wanted, found)) differences.push({ name, rendered: wanted, running: found })
  }
  const compared = Object.keys(rendered).length - hidden.length
  return { compared, hidden, differences }
}

const MOST = 12

/** The differences as text, a line each. */
export function describeRunning({ compared, differences }: RunningComparison): string {
  const lines = differences
    .slice(0, MOST)
    .map(({ name, rendered, running }) =>
      running === undefined
        ? `${name}: the daemon does not have it; rendered: ${rendered}`
        : `${name}: runs with ${running}; rendered: ${rendered}`,
    )
  const more = differences.length > MOST ? [`and ${differences.length - MOST} more`] : []
  return [`${differences.length} of ${compared} properties differ`, ...lines, ...more].join('\n')
}
