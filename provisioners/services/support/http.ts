import { type RawShell, raw, sh } from '../../shell.ts'

/** Seconds that a daemon may take to answer. */
const SECONDS = 5

/**
 * A curl command that asks a daemon on its own host and prints the answer; it fails on an HTTP error. It ignores
 * proxies of the environment, which are for packages. curl takes milliseconds where a JVM would take a second.
 */
export const ask = (url: string): RawShell =>
  raw(sh`curl --silent --show-error --fail --noproxy '*' --max-time ${SECONDS} ${url}`)

/** URL of a JMX bean of a daemon on this host. */
export const jmxUrl = (port: number, bean: string): string =>
  `http://127.0.0.1:${port}/jmx?qry=${encodeURIComponent(bean)}`

/** Shell: succeeds when the answer of `url` matches the extended regular expression. */
export const answers = (url: string, pattern: string): string => sh`${ask(url)} | grep -Eq -- ${pattern}`
