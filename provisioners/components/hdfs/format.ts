import type { Action } from '../../engine/types.ts'
import { quote, raw, sh } from '../../shell.ts'
import { hadoopPaths } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { formatRequirements } from './guard.ts'
import { FORMAT_RECORD, nameDirsScript } from './guard-scripts.ts'
import { hadoopReady } from './software.ts'

/** What the scripts of the format need to know; apart from the context, so that they can be run in a test. */
export interface FormatPlan {
  readonly dirs: readonly string[]
  readonly clusterId: string
  readonly record: string
  /** Runs a command as the owner of HDFS; empty: as the present user. */
  readonly asOwner: readonly string[]
  readonly hdfs: string
  readonly conf: string
  readonly logs: string
}

const state = (plan: FormatPlan): string =>
  `said=$( ${nameDirsScript({ dirs: plan.dirs, clusterId: plan.clusterId, record: plan.record })}\n)`

/** `done=yes` when the directories are ours, `done=no` when they are empty; else nothing may be concluded. */
export const formatProbe = (plan: FormatPlan): string =>
  [
    state(plan),
    'case $said in',
    `  *state=formatted*) case $said in *"\nforeign=\n"*) echo done=yes ;; *) echo done=unknown ;; esac ;;`,
    '  *state=empty*) echo done=no ;;',
    '  *) echo done=unknown ;;',
    'esac',
  ].join('\n')

/**
 * Formats, looks at every directory, and puts it on record. It looks again right before, since the plan's look
 * may be minutes old. The record is written last: without it, a whole directory is still seen as formatted.
 */
export const formatRun = (plan: FormatPlan): string => {
  const { dirs, clusterId, record, asOwner, hdfs, conf, logs } = plan
  const recordDir = record.slice(0, record.lastIndexOf('/'))
  return [
    state(plan),
    'case $said in *state=empty*) ;; *) printf "%s\\n" "$said"; echo "not formatted: the directories are not empty" >&2; exit 1 ;; esac',
    `case $said in *"\nlost="?*) printf '%s\\n' "$said"; echo "not formatted: an earlier format is on record" >&2; exit 1 ;; esac`,
    'pids=$(mktemp -d)',
    'trap \'rm -rf "$pids"\' EXIT',
    asOwner.length > 0 ? 'chown hdfs "$pids"' : ':',
    sh`${asOwner} env HADOOP_CONF_DIR=${raw(quote(conf))} HADOOP_LOG_DIR=${raw(quote(logs))} HADOOP_PID_DIR="$pids" ${hdfs} namenode -format -clusterId ${clusterId} -nonInteractive`,
    ...dirs.flatMap((dir) => [
      sh`grep -qx ${`clusterID=${clusterId}`} ${`${dir}/current/VERSION`} || { echo ${`${dir}: no VERSION with clusterID ${clusterId} after the format`} >&2; exit 1; }`,
      sh`[ -n "$(find ${`${dir}/current`} -name 'fsimage_*' ! -name '*.*')" ] || { echo ${`${dir}: no fsimage after the format`} >&2; exit 1; }`,
    ]),
    sh`mkdir -p ${recordDir}`,
    sh`tmp=$(mktemp ${`${record}.XXXXXX`})`,
    sh`printf '{"clusterId": "%s", "formattedAt": "%s", "directories": "%s"}\\n' ${clusterId} "$(date -u +%Y-%m-%dT%H:%M:%SZ)" ${dirs.join(' ')} >"$tmp"`,
    'chmod 0644 "$tmp"',
    sh`sync "$tmp"; mv -f "$tmp" ${record}`,
  ].join('\n')
}

/** The one deed that destroys an HDFS if it is done twice, and all that stands before it. */
export function formatAction(context: ComponentContext): Action {
  const { cluster } = context
  const paths = hadoopPaths(cluster)
  const plan: FormatPlan = {
    dirs: cluster.directories.nameDirs,
    clusterId: cluster.clusterId,
    record: FORMAT_RECORD,
    asOwner: ['runuser', '-u', 'hdfs', '--'],
    hdfs: `${paths.current}/bin/hdfs`,
    conf: paths.conf,
    logs: `${paths.logs}/hdfs`,
  }
  return {
    type: 'action',
    id: 'action:hdfs-format',
    component: 'hdfs',
    title: `format the NameNode as ${cluster.clusterId}`,
    probe: formatProbe(plan),
    run: formatRun(plan),
    requires: formatRequirements(context),
    timeoutSeconds: 300,
    after: [
      ...hadoopReady(cluster),
      ...cluster.directories.nameDirs.map((dir) => `directory:${dir}`),
      'fact:dfs-name',
    ],
  }
}
