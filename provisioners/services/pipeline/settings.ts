import { render } from '../../../hadoop-templates/index.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'
import { hadoopProperties } from '../hdfs/configuration.ts'
import { defaultFs } from '../hdfs/core-site.ts'
import { isMapReduce1, SHORT_LIVED, streamingJar } from '../support/index.ts'
import type { Properties } from '../support/properties.ts'
import type { ComponentContext } from '../types.ts'
import { COMMANDS, hdfsPaths, pipelinePaths } from './paths.ts'

/** A file of settings: keys and values by section. */
export type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Exit codes of a run, as in Luigi's guide. Without this section a failed run exits with 0. */
const RETURN_CODES = {
  already_running: '10',
  missing_data: '20',
  not_run: '25',
  task_failed: '30',
  scheduling_error: '35',
  unhandled_exception: '40',
}

/** Days that each run computes again, because events arrive late. */
const OVERWRITE_DAYS = '3'
/** Dates after it would have no row in the calendar, and a run would silently leave them out. */
const CALENDAR_END = '2050-01-01'
/** More inputs than this are written to a list, if there is a jar that reads one. */
const INPUTS = '500'
const NEVER = '1000000'

/** Settings of Hadoop, the same on the master and on every worker. */
export const hadoopSection = ({ cluster }: ComponentContext, pipeline: Pipeline) => ({
  // The dialect of Hadoop's command line that Luigi must use.
  version: cluster.generation === 'hadoop1' ? 'apache1' : 'cdh4',
  command: `${COMMANDS}/hadoop`,
  'streaming-jar': streamingJar(cluster),
  'python-executable': pipeline.python.command,
})

/**
 * Memory in MiB that a reducer with several outputs needs in addition to its own JVM: the JVM of `hadoop fs` with a
 * heap of 256 and the same again outside of the heap, and Python. YARN kills a container whose processes use more.
 */
const OUTSIDE_JVM = 640
const LEAST_CONTAINER = 1024
const LEAST_HEAP = 256

function reducerMemory(properties: Properties, largest: number): Record<string, string> {
  const container = Number(properties['mapreduce.reduce.memory.mb'])
  const heap = Number(/-Xmx(\d+)m/.exec(properties['mapreduce.reduce.java.opts'] ?? '')?.[1])
  if (!container || !heap) return {}
  const wanted = Math.max(container, Math.min(LEAST_CONTAINER, largest || container))
  const left = Math.min(heap, Math.max(LEAST_HEAP, wanted - OUTSIDE_JVM))
  return {
    'mapreduce.reduce.memory.mb': String(wanted),
    'mapreduce.reduce.java.opts': (properties['mapreduce.reduce.java.opts'] ?? '').replace(
      /-Xmx\d+m/,
      `-Xmx${left}m`,
    ),
  }
}

/**
 * Options of every streaming job. Without them, a reducer would call `hadoop fs` as the account of the containers,
 * which may not write to the warehouse, and with a JVM whose flags suit long runs. Hadoop 1 cuts a value off at its
 * second `=`, and sets HADOOP_CLIENT_OPTS itself, so there the flags of the JVM do not change.
 */
function jobConf(context: ComponentContext, { user, master: name }: Pipeline): Record<string, string> {
  const master = context.cluster.hosts.find((host) => host.name === name)
  if (master === undefined) throw new Error(`no host ${name}`)
  const properties = hadoopProperties('mapred-site', master, context)
  const acting = `HADOOP_USER_NAME=${user}`
  const mapReduce1 = isMapReduce1(context.cluster)
  // Hadoop 1 reads mapred.child.env only if the key for the kind of task is not set; mapred-site sets it.
  const keys = mapReduce1
    ? ['mapred.map.child.env', 'mapred.reduce.child.env']
    : ['mapreduce.map.env', 'mapreduce.reduce.env']
  const quick = (key: string): string | undefined =>
    key === 'mapreduce.reduce.env' ? `HADOOP_CLIENT_OPTS=${SHORT_LIVED}` : undefined
  const environment = Object.fromEntries(
    keys.map((key) => [
      key,
      [properties[key], acting, quick(key)].filter((each) => each !== undefined).join(),
    ]),
  )
  if (mapReduce1) return environment
  const largest = Number(
    hadoopProperties('yarn-site', master, context)['yarn.scheduler.maximum-allocation-mb'],
  )
  return { ...environment, ...reducerMemory(properties, largest) }
}

/** A list as a value of Luigi: JSON, so its backslashes are doubled. */
const list = (values: readonly string[]): string => JSON.stringify(values)

/** The sections of the databases that cluster.yml has. */
function databases({ cluster }: ComponentContext, warehouse: string): Sections {
  const { lms, resultStore } = cluster
  const { input, output } = pipelinePaths(cluster)
  return {
    ...(lms && {
      'database-import': { database: lms.database, credentials: input, destination: warehouse },
    }),
    ...(resultStore && { 'database-export': { database: resultStore.database, credentials: output } }),
  }
}

/** The calendar begins in the year of the first day that a workflow computes. */
const calendarOf = ({ cluster }: ComponentContext, { intervalStart }: Pipeline): string => {
  const [first = intervalStart] = [intervalStart, cluster.schedule?.firstDay ?? intervalStart].sort()
  return `${first.slice(0, 4)}-01-01-${CALENDAR_END}`
}

/** The sections of override.cfg: names, ports and paths from the rest of cluster.yml, then `pipeline.overrides`. */
export function overrideSections(context: ComponentContext, pipeline: Pipeline): Sections {
  const { cluster } = context
  const at = hdfsPaths(pipeline)
  const url = (path: string): string => `${defaultFs(context)}${path}`
  const [major, minor] = cluster.versions.hive.split('.')
  const history = { interval_start: pipeline.intervalStart, overwrite_n_days: OVERWRITE_DAYS }
  const jar = pipeline.manifestJar
  const computed: Sections = {
    hadoop: hadoopSection(context, pipeline),
    hive: {
      release: 'apache',
      version: `${major}.${minor}`,
      database: pipeline.hiveDatabase,
      warehouse_path: url(`${at.warehouse}/`),
    },
    ...databases(context, url(`${at.warehouse}/`)),
    'map-reduce': { engine: 'hadoop', marker: url(`${at.marker}/`) },
    'job-conf': jobConf(context, pipeline),
    'event-logs': {
      pattern: list(pipeline.logPattern),
      expand_interval: pipeline.expandInterval,
      source: list([url(`${at.logs}/`)]),
    },
    manifest: {
      threshold: jar === undefined ? NEVER : INPUTS,
      path: url(`${at.manifest}/`),
      ...(jar !== undefined && {
        input_format: 'org.edx.hadoop.input.ManifestTextInputFormat',
        lib_jar: url(jar),
      }),
    },
    enrollments: history,
    'location-per-course': history,
    'user-activity': { output_root: url(`${at.activity}/`), overwrite_n_days: OVERWRITE_DAYS },
    videos: { dropoff_threshold: '0.05', overwrite_n_days: OVERWRITE_DAYS },
    // The pipeline has no default for these. It reads them if there is an [elasticsearch] host.
    'module-engagement': { alias: 'roster', number_of_shards: '5' },
    calendar: { interval: calendarOf(context, pipeline) },
    ccx: { enabled: 'false' },
    retcode: RETURN_CODES,
  }
  return merged(computed, pipeline.overrides)
}

function merged(below: Sections, above: Sections): Sections {
  const names = [...new Set([...Object.keys(below), ...Object.keys(above)])]
  return Object.fromEntries(names.map((name) => [name, { ...below[name], ...above[name] }]))
}

/** A file of settings as text, in the order of its sections. */
export const settingsFile = (title: string, sections: Sections): string =>
  render('pipeline/sections.cfg', {
    title,
    sections: Object.entries(sections).map(([name, options]) => ({
      name,
      options: Object.entries(options).map(([key, value]) => ({ name: key, value })),
    })),
  })
