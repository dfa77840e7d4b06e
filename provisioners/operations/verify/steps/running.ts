/** Checks, one a daemon, that what runs is what was rendered. */

import { gunzipSync } from 'node:zlib'
import pLimit from 'p-limit'
import { ask as askHost } from '../../../runtime/ask.ts'
import type { RunningConfiguration } from '../../../services/running.ts'
import { sh } from '../../../shell.ts'
import { CheckFailure, type Checks, tail } from '../checks.ts'
import { compareRunning, describeRunning, parseConf } from '../running.ts'
import type { VerifyInput } from '../types.ts'

const AT_ONCE = 8
const TIMEOUT_MS = 60_000

/** Packs the page, which shrinks from some 200 KB to a twelfth: there may be a hundred hosts. */
export const confScript = (url: string): string => sh`set -eu
page=$(mktemp)
trap 'rm -f "$page"' EXIT
curl --silent --show-error --fail --noproxy '*' --max-time 30 -o "$page" ${url}
gzip -c "$page" | base64
`

export const unpack = (text: string): string => gunzipSync(Buffer.from(text, 'base64')).toString('utf8')

async function ask(input: VerifyInput, { host, unit, url, rendered }: RunningConfiguration): Promise<string> {
  const { signal } = input
  const result = await askHost(input.transports, host, {
    title: `the configuration of ${unit}`,
    script: confScript(url),
    timeoutMs: TIMEOUT_MS,
    ...(signal && { signal }),
  })
  const next = `howdah plan; howdah bootstrap restarts what was started with other files (on ${host}: systemctl status ${unit})`
  if (result.exit !== 0) throw new CheckFailure(`no answer from ${url}\n${tail(result.stderr)}`, next)
  const comparison = compareRunning(rendered, parseConf(unpack(result.stdout)))
  if (comparison.differences.length > 0) throw new CheckFailure(describeRunning(comparison), next)
  const hidden = comparison.hidden.length > 0 ? `, not shown: ${comparison.hidden.join(', ')}` : ''
  return `${comparison.compared} properties run as rendered${hidden}`
}

/** Asks each daemon for its configuration, at most 8 at once. */
export async function askConfigurations(input: VerifyInput, checks: Checks): Promise<void> {
  let all: readonly RunningConfiguration[]
  try {
    all = await input.configurations()
  } catch (error) {
    await checks.run('configuration', 'What was rendered for each daemon', () => Promise.reject(error))
    return
  }
  const limit = pLimit(AT_ONCE)
  const several = (daemon: string): boolean => all.filter((each) => each.daemon === daemon).length > 1
  await Promise.all(
    all.map((each) => {
      const { daemon, host } = each
      const name = several(daemon) ? `configuration ${daemon} ${host}` : `configuration ${daemon}`
      const title = `The ${daemon} on ${host} runs with the configuration of cluster.yml`
      return limit(() => checks.run(name, title, () => ask(input, each), host))
    }),
  )
}
