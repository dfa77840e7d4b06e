import { compareVersions } from '../../config/index.ts'
import type { Host } from '../../config/types.ts'
import type { Requirement } from '../../engine/types.ts'

/**
 * Layout versions of the NameNode's image, each with the first release that writes it. A newer layout has a smaller
 * number. Source: LayoutVersion and NameNodeLayoutVersion of each release, and the VERSION that it wrote in a test.
 */
export const LAYOUTS: readonly (readonly [from: string, layout: string])[] = [
  ['1.2.0', '-41'],
  ['2.7.0', '-63'],
  ['3.3.0', '-66'],
  ['3.4.0', '-67'],
]

/** Releases in these ranges write other layouts, which were not tested. */
const GAPS: readonly (readonly [from: string, below: string])[] = [
  ['1.3', '2.7'],
  ['3.0', '3.3'],
]

/** The layout that a release writes; undefined where it is not known. */
export function layoutOf(hadoop: string): string | undefined {
  const gap = GAPS.some(
    ([from, below]) => compareVersions(hadoop, from) >= 0 && compareVersions(hadoop, below) < 0,
  )
  if (gap || compareVersions(hadoop, '3.5') >= 0) return undefined
  return LAYOUTS.findLast(([from]) => compareVersions(hadoop, from) >= 0)?.[1]
}

/** The releases that write a layout, for messages: `Hadoop 2.7 to 2.10`. */
const writers = (layout: string): string =>
  ({ '-41': 'Hadoop 1.2', '-63': 'Hadoop 2.7 to 2.10', '-66': 'Hadoop 3.3', '-67': 'Hadoop 3.4' })[layout] ??
  'another release'

/**
 * A NameNode does not start on an image of another layout, and an upgrade of the image may not be reversible. So a
 * change of version across layouts is refused before anything changes.
 */
export function layoutRule(host: Host, hadoop: string): Omit<Requirement, 'ref'>[] {
  const layout = layoutOf(hadoop)
  if (layout === undefined) return []
  return [
    {
      key: 'layouts',
      oneOf: ['', layout],
      message: `HDFS on ${host.name} has the layout {value}, and Hadoop ${hadoop} writes ${layout} (${writers(layout)}): a NameNode does not start on another layout, and Howdah does not upgrade HDFS yet`,
      next: 'leave versions.hadoop at the release that wrote it; to use a new release, bootstrap a new cluster with it and copy the data (hadoop distcp over webhdfs://), or run hdfs namenode -upgrade yourself, after a backup',
    },
  ]
}
