import type { Cluster } from '../../config/types.ts'
import { inRange } from '../../config/versions/matrix.ts'
import type { Properties } from '../support/properties.ts'

/**
 * hiveserver2-site.xml, which only HiveServer2 reads. It limits the commands beside SQL that its users can give. The
 * command `hive` of a host has no such limit: its users have a shell there.
 */

export const SERVER_SITE = 'hiveserver2-site.xml'

const WHITELIST = 'hive.security.command.whitelist'
const RESTRICTED = 'hive.conf.restricted.list'

/** HiveServer2 reads this file since 0.14. The command whitelist is from 0.13, so 0.11 has neither. */
export const hasServerSite = (hive: string): boolean => inRange(hive, ['>=0.14'])

/**
 * Left out of Hive's default: dfs, add, delete, reload and compile, which read and write files as the account of
 * HiveServer2, or run code in it.
 */
const COMMANDS = 'set,reset,list'

/** Properties that Hive itself does not let a session change, by release; the value of a file replaces Hive's own list. */
const HIVES_OWN: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    [],
    [
      'hive.security.authenticator.manager',
      'hive.security.authorization.manager',
      'hive.users.in.admin.role',
    ],
  ],
  [
    ['>=2.0'],
    [
      'hive.security.metastore.authorization.manager',
      'hive.security.metastore.authenticator.manager',
      'hive.server2.xsrf.filter.enabled',
      'hive.security.authorization.enabled',
      ...['baseDN', 'url', 'Domain', 'groupDNPattern', 'groupFilter', 'userDNPattern', 'userFilter'].map(
        (name) => `hive.server2.authentication.ldap.${name}`,
      ),
      ...['groupMembershipKey', 'userMembershipKey', 'groupClassKey', 'customLDAPQuery'].map(
        (name) => `hive.server2.authentication.ldap.${name}`,
      ),
    ],
  ],
  [
    ['>=3.0'],
    [
      'hive.distcp.privileged.doAs',
      'hive.privilege.synchronizer',
      'hive.privilege.synchronizer.interval',
      ...['connect.timeout', 'server.connect.timeout', 'channel.log.level'].map(
        (name) => `hive.spark.client.${name}`,
      ),
      ...['max.size', 'threads', 'server.address', 'server.port', 'sasl.mechanisms'].map(
        (name) => `hive.spark.client.rpc.${name}`,
      ),
      'hive.spark.client.secret.bits',
      'bonecp.',
      'hive.druid.broker.address.default',
      'hive.druid.coordinator.address.default',
      'hikari.',
      'hadoop.bin.path',
      'yarn.bin.path',
      'spark.home',
    ],
  ],
]

/** The commands beside SQL that HiveServer2 runs: those of cluster.yml, or Howdah's. */
export const serverCommands = ({ properties }: Cluster): readonly string[] =>
  (properties['hive-site']?.[WHITELIST] ?? COMMANDS).split(',').map((name) => name.trim())

/** The properties of hiveserver2-site.xml. A session could otherwise change the whitelist by SET. */
export function serverSite(cluster: Cluster): Properties {
  const { hive } = cluster.versions
  const own = HIVES_OWN.filter(([range]) => inRange(hive, range)).flatMap(([, names]) => names)
  const given = cluster.properties['hive-site']?.[RESTRICTED]
  const restricted = given === undefined ? own : given.split(',').map((name) => name.trim())
  return {
    [WHITELIST]: serverCommands(cluster).join(','),
    [RESTRICTED]: [...new Set([...restricted, WHITELIST])].join(','),
  }
}
