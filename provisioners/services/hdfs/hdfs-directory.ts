import { detail, leaves } from '../../engine/resources/leave.ts'
import type { Change, ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { quote, type RawShell, raw, sh } from '../../shell.ts'
import { ask, isMapReduce1, jmxUrl, portFor, primaryHost, unitId } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

/** A directory in HDFS. It is a resource of the NameNode's host, which asks its NameNode over HTTP: no JVM starts. */
export interface HdfsDirectory extends ResourceBase {
  readonly type: 'x-hdfs-directory'
  /** Absolute, without a scheme. */
  readonly path: string
  readonly owner: string
  readonly group: string
  /** Octal of four digits: '0755', '1777' with the sticky bit. */
  readonly mode: string
  /** Port of the NameNode's web page; absent: Hadoop's default. */
  readonly port?: number
}

const DEFAULT_PORT = 9870

const portOfNameNode = (d: HdfsDirectory): number => d.port ?? DEFAULT_PORT

/** How long to wait for the NameNode to leave safe mode: DataNodes of a large cluster take minutes to report. */
const SAFE_MODE_SECONDS = 300

/**
 * Declares a directory of HDFS. It must be among the resources of the NameNode's host, after its parent. `after` may
 * name more.
 */
export function hdfsDirectory(
  context: ComponentContext,
  component: string,
  directory: { readonly path: string; readonly owner: string; readonly group: string; readonly mode: string },
  after: readonly string[] = [],
): HdfsDirectory {
  return {
    type: 'x-hdfs-directory',
    id: `hdfs-directory:${directory.path}`,
    component,
    ...directory,
    ...byGeneration(directory.mode, context),
    after: [unitId('namenode'), ...after],
  }
}

/** The port of this cluster's NameNode. HDFS of Hadoop 1 has no sticky bit, and refuses a mode with one. */
const byGeneration = (mode: string, context: ComponentContext): Pick<HdfsDirectory, 'port' | 'mode'> => ({
  port: portFor(context, 'dfs.namenode.http-address'),
  mode: isMapReduce1(context.cluster) ? `0${mode.slice(-3)}` : mode,
})

const isHdfsDirectory = (resource: ResourceBase): resource is HdfsDirectory =>
  resource.type === 'x-hdfs-directory'

/** Adds the port of the NameNode to directories of HDFS that other services declare. */
export const withNameNodePort = <R extends ResourceBase>(resource: R, context: ComponentContext): R =>
  isHdfsDirectory(resource) && resource.port === undefined
    ? { ...resource, ...byGeneration(resource.mode, context) }
    : resource

/** Ref of a directory of HDFS, for `after` on any host. */
export const hdfsDirectoryRef = ({ cluster }: ComponentContext, path: string): string =>
  `${primaryHost(cluster, 'namenode').name}!hdfs-directory:${path}`

const url = (d: HdfsDirectory, op: string, parameters: Readonly<Record<string, string>> = {}): string => {
  const query = new URLSearchParams({ op, 'user.name': 'hdfs', ...parameters })
  return `http://127.0.0.1:${portOfNameNode(d)}/webhdfs/v1${d.path.split('/').map(encodeURIComponent).join('/')}?${query}`
}

/** curl that always prints the answer and, on a line of its own, the HTTP status: 000 when nobody answered. */
const http = (method: string, address: string | RawShell): RawShell =>
  raw(
    sh`curl --silent --noproxy '*' --max-time 10 --request ${method} --write-out ${'\n%{http_code}'} ${address}`,
  )

/** Prints kind, owner, group and mode; nothing when the path does not exist; `unknown` when HDFS does not answer. */
function probe(d: HdfsDirectory): string {
  return [
    sh`answer=$(${http('GET', url(d, 'GETFILESTATUS'))}) || :`,
    `code=$(printf '%s\\n' "$answer" | tail -n 1)`,
    `body=$(printf '%s\\n' "$answer" | sed '$d')`,
    `field() { printf '%s\\n' "$body" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p" | head -n 1; }`,
    'case $code in',
    '  200)',
    '    emit kind "$(field type)"',
    '    emit owner "$(field owner)"',
    '    emit group "$(field group)"',
    '    emit mode "$(field permission)" ;;',
    '  404) : ;;',
    '  000 | "") emit unknown "the NameNode does not answer yet" ;;',
    '  *) emit unknown "the NameNode answers HTTP $code: $(field message)" ;;',
    'esac',
  ].join('\n')
}

const fourDigits = (mode: string): string => mode.padStart(4, '0')

function diff(d: HdfsDirectory, state: State): Change | undefined {
  if (state.kind === undefined) return { action: 'create', reason: 'not there' }
  const found: State = { ...state, mode: fourDigits(state.mode ?? '') }
  const changes = (['owner', 'group', 'mode'] as const)
    .filter((key) => found[key] !== d[key])
    .map((key) => `${key} ${found[key] ?? 'unknown'} → ${d[key]}`)
  return changes.length > 0 ? { action: 'update', reason: changes.join(', ') } : undefined
}

// The NameNode's text about safe mode has the numbers of blocks: after the timeout it is the reason.
const WAIT_OUT = (d: HdfsDirectory): string =>
  [
    `deadline=$(($(date +%s) + ${SAFE_MODE_SECONDS}))`,
    'while :; do',
    sh`  info=$(${ask(jmxUrl(portOfNameNode(d), 'Hadoop:service=NameNode,name=NameNodeInfo'))} 2>&1) || info='"Safemode" : "no answer: '"$info"'"'`,
    `  safe=$(printf '%s\\n' "$info" | sed -n 's/.*"Safemode" *: *"\\(.*\\)".*/\\1/p' | head -n 1)`,
    '  [ -n "$safe" ] || break',
    '  if [ "$(date +%s)" -ge "$deadline" ]; then',
    `    echo "the NameNode is in safe mode, or silent, after ${SAFE_MODE_SECONDS} s: $safe" >&2; exit 1`,
    '  fi',
    '  sleep 0.5',
    'done',
  ].join('\n')

const put = (d: HdfsDirectory, op: string, parameters: Readonly<Record<string, string>>): string =>
  sh`put ${op} ${url(d, op, parameters)}`

function apply(d: HdfsDirectory): string {
  return [
    WAIT_OUT(d),
    'put() {',
    sh`  answer=$(${http('PUT', raw('"$2"'))}) || { echo ${`${d.path}: the NameNode does not answer`} >&2; exit 1; }`,
    `  code=$(printf '%s\\n' "$answer" | tail -n 1)`,
    '  [ "$code" = 200 ] || { printf \'%s\\n\' "$1 failed with HTTP $answer" >&2; exit 1; }',
    `  case $answer in *'"boolean":false'*) echo "$1: HDFS refused it" >&2; exit 1 ;; esac`,
    '}',
    put(d, 'MKDIRS', { permission: d.mode }),
    put(d, 'SETOWNER', { owner: d.owner, group: d.group }),
    put(d, 'SETPERMISSION', { permission: d.mode }),
  ].join('\n')
}

export const hdfsDirectoryType: ResourceType<HdfsDirectory> = {
  type: 'x-hdfs-directory',
  title: (d) => `hdfs:${d.path}`,
  probe,
  diff,
  refusals: (d, state) =>
    state.kind === undefined || state.kind === 'DIRECTORY'
      ? []
      : [
          {
            message: `hdfs:${d.path} must be a directory, but a file has this name`,
            found: state.kind,
            next: `hdfs dfs -ls -d ${quote(d.path)}`,
          },
        ],
  apply,
  seconds: () => SAFE_MODE_SECONDS + 60,
  record: (d) => ({ hdfs: d.path }),
  remove: (recorded) => leaves(`hdfs:${detail(recorded, 'hdfs')}`, 'its data is kept'),
}

export const hdfsTypes = [hdfsDirectoryType] as const
