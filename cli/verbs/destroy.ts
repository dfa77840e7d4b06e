import { EXIT } from '../../provisioners/errors.ts'
import { destroyCluster, type Removal } from '../../provisioners/operations/destroy/index.ts'
import type { Verb } from './context.ts'

export interface DestroyVerbOptions {
  readonly file: string
  readonly data?: boolean
  readonly confirm?: string
}

function removalText(removals: readonly Removal[]): string {
  const hosts = [...new Set(removals.map((one) => one.host))]
  const lines = hosts.flatMap((host) => [
    host,
    ...removals.filter((one) => one.host === host).map((one) => `  - ${one.title}`),
  ])
  return lines.join('\n')
}

/** `howdah destroy`: removes the software. It removes data only with --data and the cluster's name. */
export const destroy: Verb<DestroyVerbOptions> = async (console, options) => {
  const wanted = {
    data: options.data ?? false,
    ...(options.confirm !== undefined && { confirm: options.confirm }),
  }
  const report = await destroyCluster(console.operation(options.file), wanted, async (removals, cluster) => {
    const data = wanted.data ? ' AND ALL OF ITS DATA' : ''
    return console.consent(`Remove these from ${cluster.name}${data}?`, removalText(removals))
  })
  console.result(report, () => {
    const kept = report.kept.map(({ host, title, reason }) => `kept on ${host}: ${title} (${reason})`)
    return [`${report.removed.length} things removed.`, ...kept].join('\n')
  })
  return EXIT.done
}
