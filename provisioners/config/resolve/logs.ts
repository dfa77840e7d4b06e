import type { TrackingLogsInput } from '../schema/logs.ts'
import { DEFAULT_TRACKING_DIRECTORY, type TrackingLogs, type TrackingSource } from '../types-tracking-logs.ts'
import { checkHostName, defined, type ResolveContext } from './context.ts'

type Section = { readonly trackingLogs?: TrackingLogsInput | undefined }
interface Named {
  readonly name: string
}

/** Resolves `trackingLogs`, and checks all that can be checked without a host. */
export function resolveTrackingLogs(
  { trackingLogs: input }: Section,
  hosts: readonly Named[],
  context: ResolveContext,
): { readonly trackingLogs?: TrackingLogs } {
  if (input === undefined) return {}
  const sources = input.sources.map(
    ({ host, directory, live, name }): TrackingSource => ({
      name: name ?? host,
      host,
      directory: directory ?? '/edx/var/log/tracking',
      live: live ?? 'tracking.log',
    }),
  )
  for (const [i, { host }] of sources.entries())
    checkHostName(host, ['trackingLogs', 'sources', i, 'host'], hosts, context)
  checkTwice(sources, context)
  const { rotate } = input
  return {
    trackingLogs: defined({
      sources,
      to: input.to ?? DEFAULT_TRACKING_DIRECTORY,
      keepDays: input.keep,
      everyMinutes: input.every ?? 15,
      stallSeconds: input.stallSeconds ?? 15,
      rotate: defined({
        manage: rotate?.manage ?? true,
        size: rotate?.size,
        keep: rotate?.keep ?? 16_000,
        su: rotate?.su,
        reopen: rotate?.reopen,
      }),
    }),
  }
}

/** Two sources with one name would overwrite each other's files. A directory that is listed twice would be sent twice. */
function checkTwice(sources: readonly TrackingSource[], { problems }: ResolveContext): void {
  const place = ({ host, directory, live }: TrackingSource): string => `${host}:${directory}/${live}`
  for (const [i, source] of sources.entries()) {
    const name = sources.findIndex((other) => other.name === source.name)
    const same = sources.findIndex((other) => place(other) === place(source))
    if (name === i && same === i) continue
    const first = Math.min(name, same)
    const what = same === i ? `is called ${source.name}` : `is ${place(source)}`
    problems.add({
      code: 'SPEC_LOGS_TWICE',
      path: ['trackingLogs', 'sources', i],
      message: `this source ${what}, as is the one at ${problems.place(['trackingLogs', 'sources', first])}`,
      found: same === i ? source.name : place(source),
      expected: 'each directory once, and each source a name of its own',
      next: same === i ? 'write `name:` for one of them' : 'take one of them out',
    })
  }
}
