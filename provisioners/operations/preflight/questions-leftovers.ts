/** Software of other distributions, and settings that they leave: what a host is asked about it. */

/** Directories that other distributions install into, and Howdah does not. */
const DIRECTORIES = [
  '/usr/hdp',
  '/usr/odp',
  '/opt/cloudera',
  '/opt/mapr',
  '/usr/lib/hadoop',
  '/usr/lib/hadoop-hdfs',
  '/usr/lib/hadoop-yarn',
  '/usr/lib/hive',
  '/usr/lib/sqoop',
  '/usr/lib/bigtop-utils',
  '/usr/local/hadoop',
  '/usr/local/hive',
  '/etc/ambari-agent',
  '/etc/cloudera-scm-agent',
  '/var/lib/ambari-agent',
  '/var/lib/cloudera-scm-agent',
  '/edx/app/hadoop',
]

/** Packages by their names: of Ambari, Cloudera, HDP and Bigtop. */
const PACKAGES =
  '^(ambari|cloudera|hdp-select|odp-select|bigtop|hadoop|hive|sqoop|zookeeper|mapr|tez|hbase|oozie|spark-core)([-_].*)?$'

/** Accounts that other distributions make. */
const ACCOUNTS = '^(hdfs|yarn|mapred|hive|sqoop|zookeeper|hadoop|ambari-qa|cloudera-scm|mapr):'

/** The main classes of daemons; commands of users have others. */
const DAEMONS =
  '^org[.]apache[.][a-z0-9.]+[.](NameNode|DataNode|SecondaryNameNode|JournalNode|DFSZKFailoverController|ResourceManager|NodeManager|JobHistoryServer|JobTracker|TaskTracker|HiveMetaStore|HiveServer2|QuorumPeerMain)$'

/**
 * One fact a line, the fields separated by tabs: `package NAME`, `dir PATH`, `account NAME UID`, `command NAME TARGET`,
 * `setting FILE LINE`, `process PID CLASS UNIT`.
 */
export const LEFTOVERS = `
if command -v dpkg-query >/dev/null; then
  # shellcheck disable=SC2016 # dpkg-query has such variables
  dpkg-query -W -f='\${db:Status-Status} \${Package}\\n' | sed -n 's/^installed //p'
elif command -v rpm >/dev/null; then rpm -qa --qf '%{NAME}\\n'
fi | { grep -E '${PACKAGES}' || :; } | awk '{ print "package\\t" $1 }'
for dir in ${DIRECTORIES.join(' ')}; do
  if [ -e "$dir" ]; then printf 'dir\\t%s\\n' "$dir"; fi
done
{ grep -E '${ACCOUNTS}' /etc/passwd || :; } | awk -F: '{ print "account\\t" $1 "\\t" $3 }'
for name in hadoop hdfs yarn mapred hive beeline schematool sqoop; do
  found=$(command -v "$name" || :)
  if [ -n "$found" ]; then printf 'command\\t%s\\t%s\\n' "$name" "$(readlink -f "$found" || echo "$found")"; fi
done
for file in /etc/environment /etc/profile /etc/profile.d/*.sh; do
  [ -r "$file" ] || continue
  { grep -E '^[[:space:]]*(export[[:space:]]+)?(JAVA_HOME|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|(HADOOP|HIVE|SQOOP|YARN|HDFS)_[A-Z_]+)=' "$file" || :; } |
    while IFS= read -r line; do printf 'setting\\t%s\\t%s\\n' "$file" "$line"; done
done
for dir in /proc/[0-9]*; do
  class=$(tr '\\0' '\\n' 2>/dev/null <"$dir/cmdline" | grep -E '${DAEMONS}' | head -n 1) || :
  [ -n "$class" ] || continue
  unit=$(sed -n 's|.*/\\([^/]*\\)\\.service.*|\\1|p' "$dir/cgroup" 2>/dev/null | head -n 1) || :
  printf 'process\\t%s\\t%s\\t%s\\n' "\${dir#/proc/}" "$class" "$unit"
done
`.trim()
