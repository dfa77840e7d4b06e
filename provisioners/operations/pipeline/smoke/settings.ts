/** The settings of a smoke run: those of the master, except for every place that tasks write to. Pure. */

import type { Sections } from '../../../services/pipeline/index.ts'
import type { Feed } from './feed.ts'
import type { Scratch } from './types.ts'

/** Matches the names of the feed's files. `pipeline.logPattern` may not. */
const PATTERN = String.raw`.*tracking\.log-(?P<date>\d{8})-\d+\.gz`

const DAY_MS = 86_400_000

/** The days between two moments. */
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS

/**
 * The changes of a smoke run to the settings of tasks. They replace every real database, directory of HDFS and marker.
 * @param withStore whether there is a result store to export to
 */
export function scratchSettings(scratch: Scratch, { interval }: Feed, withStore: boolean): Sections {
  const { hdfs, hiveDatabase, reportsDatabase, tag } = scratch
  return {
    core: { 'hdfs-tmp-dir': `${hdfs.replace(/^hdfs:\/\/[^/]*/, '')}/tmp` },
    hive: { database: hiveDatabase, warehouse_path: `${hdfs}/warehouse/` },
    'map-reduce': { engine: 'hadoop', marker: `${hdfs}/marker/` },
    // Finds the jobs of a run that was stopped.
    'job-conf': { 'mapreduce.job.tags': tag },
    'event-logs': {
      pattern: JSON.stringify([PATTERN]),
      expand_interval: '2 days',
      source: JSON.stringify([`${hdfs}/logs/`]),
    },
    manifest: { path: `${hdfs}/manifest/`, threshold: '1000000' },
    // Computes the whole interval, since the scratch warehouse has no history.
    enrollments: {
      interval_start: interval.from,
      overwrite_n_days: String(daysBetween(interval.from, interval.to)),
    },
    'user-activity': { output_root: `${hdfs}/activity/` },
    // No task of the run imports from the LMS. If one did, it must not write to the real warehouse.
    'database-import': { destination: `${hdfs}/warehouse/` },
    ...(withStore && { 'database-export': { database: reportsDatabase } }),
  }
}

/** Values in the written settings that differ from the wanted ones, a line each. */
export function checkScratch(found: Sections, wanted: Sections): string[] {
  return Object.entries(wanted).flatMap(([section, options]) =>
    Object.entries(options)
      .filter(([key, value]) => found[section]?.[key] !== value)
      .map(([key, value]) => `[${section}] ${key} is ${found[section]?.[key] ?? 'missing'}, not ${value}`),
  )
}
