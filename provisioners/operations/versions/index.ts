/** The releases that run, as the daemons and commands of a cluster report them. Changes nothing. */

import { CATALOG, DAEMONS, SOFTWARE, type SoftwareName, softwareOf, unitOf } from '../../catalog/index.ts'
import type { Cluster, Daemon } from '../../config/types.ts'
import { ask } from '../../runtime/ask.ts'
import { openSession } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { sh } from '../../shell.ts'
import { hadoopDialect } from '../verify/dialect.ts'
import { gatewayOf, hostsWith, webAddress } from '../verify/place.ts'

export interface ReportedVersion {
  /** `NameNode`, `JobTracker`, `Hive metastore`, … */
  readonly what: string
  readonly host: string
  /** Empty: it reported none. */
  readonly version: string
  /** The version in cluster.yml. */
  readonly wanted: string
}

interface Question {
  readonly what: string
  readonly host: string
  readonly script: string
  /** Its first group is the version. */
  readonly answer: RegExp
  readonly wanted: string
}

const TIMEOUT_MS = 60_000

const page = (url: string): string => sh`curl --silent --show-error --fail --noproxy '*' --max-time 20 ${url}`

/** The jar that a running daemon holds open. The disk may have another one by now. */
const openJar = (unit: string, jar: string): string =>
  sh`pid=$(systemctl show -p MainPID --value ${unit}); ls -l "/proc/$pid/fd" | grep -o ${`${jar}-[0-9.]*[.]jar`}`

/** Questions about daemons that hold a jar with a version in its name open. */
function jarQuestions(cluster: Cluster): Question[] {
  return DAEMONS.flatMap((daemon) => {
    const software = softwareOf(daemon)
    const jar = software && SOFTWARE[software].jar
    if (jar === undefined || CATALOG[daemon].process === undefined) return []
    return hostsWith(cluster, daemon).map((host) => ({
      what: CATALOG[daemon].title,
      host: host.name,
      script: openJar(unitOf(daemon), jar),
      answer: new RegExp(`${jar}-(\\d[\\d.]*\\d)\\.jar`),
      wanted: cluster.versions[software as SoftwareName] ?? '',
    }))
  })
}

function webQuestions(cluster: Cluster): Question[] {
  const { master } = hadoopDialect(cluster)
  const wanted = cluster.versions.hadoop
  const masters: readonly (readonly [Daemon, string])[] = [
    ['namenode', '/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo'],
    master === 'jobtracker'
      ? [master, '/jmx?qry=Hadoop:service=JobTracker,name=JobTrackerInfo']
      : [master, '/ws/v1/cluster/info'],
  ]
  return masters.flatMap(([daemon, path]) =>
    hostsWith(cluster, daemon).map((host) => ({
      what: CATALOG[daemon].title,
      host: host.name,
      script: page(`${webAddress(cluster, daemon, host)}${path}`),
      answer: /"(?:Version|hadoopVersion)"\s*:\s*"(\d[\d.]*\d)/,
      wanted,
    })),
  )
}

const sqoopQuestion = (cluster: Cluster): Question => ({
  what: 'Sqoop',
  host: gatewayOf(cluster).name,
  script: 'PATH="/usr/local/bin:$PATH" sqoop version </dev/null',
  answer: /^Sqoop (\d[\d.]*\d)/m,
  wanted: cluster.versions.sqoop,
})

const questionsOf = (cluster: Cluster): Question[] => [
  ...webQuestions(cluster),
  ...jarQuestions(cluster),
  sqoopQuestion(cluster),
]

/** Asks the NameNode, the master of jobs, Hive's daemons and Sqoop. One that does not answer has no version. */
export async function reportedVersions(options: OperationOptions): Promise<ReportedVersion[]> {
  const session = await openSession(options)
  try {
    const { cluster, transports, signal } = session
    const versionOf = async ({ what, host, script, answer, wanted }: Question): Promise<ReportedVersion> => {
      const question = { title: `the version of ${what}`, script, as: 'root', timeoutMs: TIMEOUT_MS }
      const result = await ask(transports, host, { ...question, ...(signal && { signal }) }).catch(
        () => undefined,
      )
      const version = answer.exec(`${result?.stdout ?? ''}\n${result?.stderr ?? ''}`)?.[1] ?? ''
      return { what, host, version, wanted }
    }
    return await Promise.all(questionsOf(cluster).map(versionOf))
  } finally {
    await session.close()
  }
}
