import { type Daemon, unitOf } from '../../catalog/index.ts'
import { sh } from '../../shell.ts'
import { journalOf, logOf } from '../support/daemons.ts'
import { hostsWith } from '../support/hosts.ts'
import { portFor } from '../support/ports.ts'
import type { ComponentContext, HealthCheck } from '../types.ts'
import { METASTORE_PORT_PROPERTY, SERVER_PORT_PROPERTY } from './paths.ts'

/** Shell that fails with a reason when the unit of a daemon does not run. */
function isActive(daemon: Daemon): string {
  const unit = unitOf(daemon)
  return `state=$(systemctl is-active ${unit}) || { echo "the unit ${unit} is $state"; exit 1; }`
}

/**
 * One call of the metastore's Thrift interface, `get_all_databases()`, in the binary protocol. The metastore asks its
 * own database to answer it, and no JVM starts. The answer is a reply (80010002) whose field 0 is a list (0f0000), or
 * an exception (0c0001).
 */
export const metastoreScript = (port: number): string =>
  [
    isActive('hive-metastore'),
    "call='\\200\\1\\0\\1\\0\\0\\0\\21get_all_databases\\0\\0\\0\\0\\0'",
    sh`answer=$(timeout 15 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf %b "$1" >&3 && head -c 32 <&3 | od -An -v -tx1' ${port} "$call" 2>/dev/null | tr -d ' \\n')`,
    'case $answer in',
    sh`  80010002*0f0000) echo ${`the metastore answers on port ${port}, and its database answers`} ;;`,
    sh`  '') echo ${`nothing answers on port ${port} within 15 s`}; exit 1 ;;`,
    '  *) echo "the metastore is up, but cannot list its databases (is its database up?): $answer"; exit 1 ;;',
    'esac',
  ].join('\n')

/**
 * A login without a session, by SASL PLAIN. An answer, accepted (05) or refused (03, 04), shows that HiveServer2
 * serves.
 */
export const serverScript = (port: number): string =>
  [
    isActive('hiveserver2'),
    "call='\\1\\0\\0\\0\\5PLAIN\\5\\0\\0\\0\\24\\0anonymous\\0anonymous'",
    sh`answer=$(timeout 15 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf %b "$1" >&3 && head -c 1 <&3 | od -An -v -tx1' ${port} "$call" 2>/dev/null | tr -d ' \\n')`,
    'case $answer in',
    sh`  03 | 04 | 05) echo ${`HiveServer2 answers on port ${port}`} ;;`,
    sh`  *) echo ${`HiveServer2 does not answer on port ${port} within 15 s`}; exit 1 ;;`,
    'esac',
  ].join('\n')

/** The health checks of Hive. */
export function hiveHealthChecks(context: ComponentContext): HealthCheck[] {
  const { cluster } = context
  const next = (daemon: Daemon) =>
    `${journalOf(daemon)}; tail ${logOf(cluster, daemon).file}; then howdah bootstrap`
  return [
    ...hostsWith(cluster, 'hive-metastore').map((host) => ({
      name: 'hive-metastore',
      host: host.name,
      title: `Hive metastore on ${host.name}`,
      script: metastoreScript(portFor(context, METASTORE_PORT_PROPERTY)),
      next: next('hive-metastore'),
    })),
    ...hostsWith(cluster, 'hiveserver2').map((host) => ({
      name: 'hiveserver2',
      host: host.name,
      title: `HiveServer2 on ${host.name}`,
      script: serverScript(portFor(context, SERVER_PORT_PROPERTY)),
      next: next('hiveserver2'),
    })),
  ]
}
