/** The settings of a smoke run: those of the master, with every place that tasks write to exchanged. Pure. */

import type { Sections } from '../../../services/pipeline/index.ts'
import type { Feed } from './feed.ts'
import type { Scratch } from './types.ts'

/** Of what the feed's files are called, whatever `pipeline.logPattern` says. */
const PATTERN = String.raw`.*tracking\.log-(?P<date>\d{8})-\d+\.gz`

const DAY_MS = 86_400_000

/** The days between two moments. */
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS

/**
 * What a smoke run changes in the settings of tasks. No name of a real database, directory of HDFS or marker is left.
 * @param withStore whether there is a result store to export to
 */
export function scratchSettings(scratch: Scratch, { interval }: Feed, withStore: boolean): Sections {
  const { hdfs, hiveDatabase, reportsDatabase, tag } = scratch
  return {
    core: { 'hdfs-tmp-dir': `${hdfs.replace(/^hdfs:\/\/[^/]*/, '')}/tmp` },
    hive: { database: hiveDatabase, warehouse_path: `${hdfs}/warehouse/` },
    'map-reduce': { engine: 'hadoop', marker: `${hdfs}/marker/` },
    // By this mark the jobs of a run that is stopped are found.
    'job-conf': { 'mapreduce.job.tags': tag },
    'event-logs': {
      pattern: JSON.stringify([PATTERN]),
      expand_interval: '2 days',
      source: JSON.stringify([`${hdfs}/logs/`]),
    },
    manifest: { path: `${hdfs}/manifest/`, threshold: '1000000' },
    // The whole interval is computed: there is no history in the scratch warehouse.
    enrollments: {
      interval_start: interval.from,
      overwrite_n_days: String(daysBetween(interval.from, interval.to)),
    },
    'user-activity': { output_root: `${hdfs}/activity/` },
    // No task of the run imports from the LMS; one that would must not write to the real warehouse.
    'database-import': { destination: `${hdfs}/warehouse/` },
    ...(withStore && { 'database-export': { database: reportsDatabase } }),
  }
}

/** What is wrong with the settings that were written, a line each: a value that is not the run's own. */
export function judgeScratch(found: Sections, wanted: Sections): string[] {
  return Object.entries(wanted).flatMap(([section, options]) =>
    Object.entries(options)
      .filter(([key, value]) => found[section]?.[key] !== value)
      .map(([key, value]) => `[${section}] ${key} is ${found[section]?.[key] ?? 'missing'}, not ${value}`),
  )
}
