import type { Generation } from '../../config/types.ts'
import type { Action } from '../../engine/types.ts'
import { quote, type RawShell, raw, sh } from '../../shell.ts'
import { generationOf, hadoopPaths } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { clusterIdOf } from './cluster-id.ts'
import { formatRequirements } from './guard.ts'
import { FORMAT_RECORD, nameDirsScript, SIGNATURES, type Signature } from './guard-scripts.ts'
import { hadoopReady } from './software.ts'

/** The input of the scripts that format. It is separate from the context, so that a test can run them. */
export interface FormatPlan {
  readonly dirs: readonly string[]
  readonly clusterId: string
  readonly record: string
  /** Runs a command as the owner of HDFS; empty: as the current user. */
  readonly asOwner: readonly string[]
  readonly hdfs: string
  readonly generation?: Generation
  readonly conf: string
  readonly logs: string
}

const signatureOf = ({ generation = 'hadoop3' }: FormatPlan): Signature => SIGNATURES[generation]

const isHadoop1 = ({ generation }: FormatPlan): boolean => generation === 'hadoop1'

const state = (plan: FormatPlan): string =>
  `said=$( ${nameDirsScript({ dirs: plan.dirs, clusterId: plan.clusterId, record: plan.record, signature: signatureOf(plan) })}\n)`

/** `done=yes` when the directories belong to this cluster, `done=no` when they are empty, else `done=unknown`. */
export const formatProbe = (plan: FormatPlan): string =>
  [
    state(plan),
    'case $said in',
    // A format of Hadoop 1 that was interrupted before its record must be completed: the record must be written.
    ...(isHadoop1(plan)
      ? [
          sh`  *state=formatted*) if grep -q '"begunAt"' ${plan.record} 2>/dev/null; then echo done=no; exit 0; fi`,
        ]
      : ['  *state=formatted*)']),
    `    case $said in *"\nforeign=\n"*) echo done=yes ;; *) echo done=unknown ;; esac ;;`,
    '  *state=empty*) echo done=no ;;',
    '  *) echo done=unknown ;;',
    'esac',
  ].join('\n')

const quiet = ({ conf, logs }: FormatPlan) =>
  raw(`env HADOOP_CONF_DIR=${quote(conf)} HADOOP_LOG_DIR=${quote(logs)} HADOOP_PID_DIR="$pids"`)

/** The command that formats. Hadoop 1 asks because the directories exist, and accepts only Y; they are empty by now. */
function formatCommand(plan: FormatPlan): string {
  const { asOwner, hdfs, clusterId } = plan
  return isHadoop1(plan)
    ? sh`printf 'Y\\n' | ${asOwner} ${quiet(plan)} ${hdfs} namenode -format`
    : sh`${asOwner} ${quiet(plan)} ${hdfs} namenode -format -clusterId ${clusterId} -nonInteractive`
}

/** Writes a record, syncs it and renames it. `fields` is JSON without its braces, for printf. */
const writeRecord = (plan: FormatPlan, fields: string, values: RawShell): string[] => [
  sh`mkdir -p ${plan.record.slice(0, plan.record.lastIndexOf('/'))}`,
  sh`tmp=$(mktemp ${`${plan.record}.XXXXXX`})`,
  sh`printf ${`{${fields}}\\n`} ${values} >"$tmp"`,
  'chmod 0644 "$tmp"',
  sh`sync "$tmp"; mv -f "$tmp" ${plan.record}`,
]

const NOW = '"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'

/** Checks every directory after the format. */
function inspection(plan: FormatPlan): string[] {
  const { id, image } = signatureOf(plan)
  const line = id === 'clusterID' ? `clusterID=${plan.clusterId}` : 'namespaceID=[0-9]*'
  return plan.dirs.flatMap((dir) => [
    sh`grep -qx ${line} ${`${dir}/current/VERSION`} || { echo ${`${dir}: no VERSION with ${line} after the format`} >&2; exit 1; }`,
    sh`[ -n "$(find ${`${dir}/current`} -name ${image} ! -name '*.*')" ] || { echo ${`${dir}: no fsimage after the format`} >&2; exit 1; }`,
  ])
}

/**
 * The record that identifies the directories. For Hadoop 1 it has the namespaceID of the format: nothing else has it.
 */
function recordDone(plan: FormatPlan): string[] {
  const { clusterId, dirs } = plan
  const fields = '"clusterId": "%s", "formattedAt": "%s", "directories": "%s"'
  const values = raw(sh`${clusterId} ${raw(NOW)} ${dirs.join(' ')}`)
  if (!isHadoop1(plan)) return writeRecord(plan, fields, values)
  return [
    sh`drawn=$(sed -n 's/^namespaceID=//p' ${`${dirs[0] ?? ''}/current/VERSION`} | head -n 1)`,
    ...writeRecord(plan, `${fields}, "namespaceId": "%s"`, raw(`${values.text} "$drawn"`)),
  ]
}

/**
 * Formats, checks every directory, and records it. It reads the directories again just before, because the plan may be
 * minutes old. The record is written last: without it, a complete directory still counts as formatted. Hadoop 1 takes
 * no clusterID, so there a record is written before the format too, and marked as begun until the format is complete.
 */
export const formatRun = (plan: FormatPlan): string =>
  [
    ...(plan.clusterId === '' ? ["echo 'not formatted: the clusterID is not known' >&2; exit 1"] : []),
    state(plan),
    ...(isHadoop1(plan)
      ? [
          'case $said in *state=formatted*)',
          sh`  grep -q '"begunAt"' ${plan.record} || { echo "not formatted: the directories are not empty" >&2; exit 1; }`,
          ...inspection(plan),
          ...recordDone(plan),
          '  exit 0 ;;',
          'esac',
        ]
      : []),
    'case $said in *state=empty*) ;; *) printf "%s\\n" "$said"; echo "not formatted: the directories are not empty" >&2; exit 1 ;; esac',
    `case $said in *"\nlost="?*) printf '%s\\n' "$said"; echo "not formatted: an earlier format is on record" >&2; exit 1 ;; esac`,
    'pids=$(mktemp -d)',
    'trap \'rm -rf "$pids"\' EXIT',
    plan.asOwner.length > 0 ? 'chown hdfs "$pids"' : ':',
    ...(isHadoop1(plan)
      ? writeRecord(plan, '"clusterId": "%s", "begunAt": "%s"', raw(sh`${plan.clusterId} ${raw(NOW)}`))
      : []),
    formatCommand(plan),
    ...inspection(plan),
    ...recordDone(plan),
  ].join('\n')

/**
 * `done=no` when the directories belong to this cluster and the record does not say so: it was lost, or a run ended
 * between the format and its record, or the directories are others now. Hadoop 1 knows its directories by the record.
 */
export const recordProbe = (plan: FormatPlan): string => {
  if (isHadoop1(plan)) return 'echo done=yes'
  const { clusterId, dirs, record } = plan
  return [
    state(plan),
    `case $said in *state=formatted*"\nforeign=\n"*) ;; *) echo done=yes; exit 0 ;; esac`,
    sh`if grep -qF ${`"clusterId": "${clusterId}"`} ${record} 2>/dev/null &&`,
    sh`  grep -qF ${`"directories": "${dirs.join(' ')}"`} ${record}; then echo done=yes; else echo done=no; fi`,
  ].join('\n')
}

/** Writes the record again. The directories may have changed since the plan. */
export const recordRun = (plan: FormatPlan): string =>
  [
    state(plan),
    `case $said in *state=formatted*"\nforeign=\n"*) ;; *) printf '%s\n' "$said"; echo 'no record: the directories are not those of this cluster' >&2; exit 1 ;; esac`,
    ...recordDone(plan),
  ].join('\n')

function planOf(context: ComponentContext): FormatPlan {
  const { cluster } = context
  const paths = hadoopPaths(cluster)
  return {
    dirs: cluster.directories.nameDirs,
    clusterId: clusterIdOf(context),
    record: FORMAT_RECORD,
    asOwner: ['runuser', '-u', 'hdfs', '--'],
    hdfs: `${paths.current}/bin/${generationOf(cluster).hdfs}`,
    generation: cluster.generation,
    conf: paths.conf,
    logs: `${paths.logs}/hdfs`,
  }
}

/** Formats the NameNode. A second format would destroy an HDFS, so every requirement is checked before. */
export function formatAction(context: ComponentContext): Action {
  const { cluster } = context
  const plan = planOf(context)
  return {
    type: 'action',
    id: 'action:hdfs-format',
    component: 'hdfs',
    title: `format the NameNode as ${plan.clusterId}`,
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

/** Keeps the record of the format, without which an unmounted disk would look like a new cluster. */
export function formatRecordAction(context: ComponentContext): Action {
  const plan = planOf(context)
  return {
    type: 'action',
    id: 'action:hdfs-format-record',
    component: 'hdfs',
    title: 'record that the NameNode is formatted',
    probe: recordProbe(plan),
    run: recordRun(plan),
    timeoutSeconds: 60,
    after: ['action:hdfs-format'],
  }
}
