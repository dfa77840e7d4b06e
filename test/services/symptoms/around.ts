/** What Hive, Sqoop, database servers, JVMs, systemd and the kernel write, one example for each rule. */
export const AROUND: Readonly<Record<string, string>> = {
  'metastore-schema-missing': `2026-12-01T13:00:05,101 ERROR [main] metastore.HiveMetaStore: Metastore Thrift Server threw an exception...
org.apache.hadoop.hive.metastore.api.MetaException: Version information not found in metastore.`,
  'metastore-schema-differs': `org.apache.hadoop.hive.metastore.api.MetaException: Hive Schema version 3.1.0 does not match metastore's schema version 2.3.0 Metastore is not upgraded or corrupt`,
  'metastore-unreachable': `2026-12-01T13:00:05,101  WARN [main] session.SessionState: METASTORE_FILTER_HOOK will be ignored
MetaException(message:Could not connect to meta store using any of the URIs provided. Most recent failure: org.apache.thrift.transport.TTransportException: java.net.ConnectException: Connection refused)`,
  'metastore-client-differs': `FAILED: SemanticException Unable to fetch table t. Invalid method name: 'get_table_req'`,
  'impersonation-refused': `Error: Failed to open new session: java.lang.RuntimeException: org.apache.hadoop.ipc.RemoteException(org.apache.hadoop.security.authorize.AuthorizationException): User: hive is not allowed to impersonate ana (state=08S01,code=0)`,
  'hive-old-guava': `Exception in thread "main" java.lang.NoSuchMethodError: com.google.common.base.Preconditions.checkArgument(ZLjava/lang/String;Ljava/lang/Object;)V
	at org.apache.hadoop.conf.Configuration.set(Configuration.java:1357)`,
  'hive-needs-jdk-8': `Exception in thread "main" java.lang.ClassCastException: class jdk.internal.loader.ClassLoaders$AppClassLoader cannot be cast to class java.net.URLClassLoader (jdk.internal.loader.ClassLoaders$AppClassLoader and java.net.URLClassLoader are in module java.base of loader 'bootstrap')`,
  'scratch-directory-mode': `java.lang.RuntimeException: The root scratch dir: /tmp/hive on HDFS should be writable. Current permissions are: rwxr-xr-x`,
  'tez-not-usable': `2026-12-01T13:00:05,101 ERROR [main] server.HiveServer2: Error starting HiveServer2
org.apache.tez.dag.api.TezUncheckedException: Invalid configuration of tez jars, tez.lib.uris is not defined in the configuration`,
  'commons-collections-missing': `java.lang.NoClassDefFoundError: org/apache/commons/collections/CollectionUtils`,

  'sqoop-commons-lang-missing': `Exception in thread "main" java.lang.NoClassDefFoundError: org/apache/commons/lang/StringUtils
	at org.apache.sqoop.manager.MySQLManager.initOptionDefaults(MySQLManager.java:73)`,
  'sqoop-commons-cli': `Exception in thread "main" java.lang.NoSuchMethodError: 'org.apache.commons.cli.Option org.apache.commons.cli.Option.builder(java.lang.String)'`,
  'sqoop-hive-classes-missing': `26/12/01 13:00:05 ERROR hive.HiveConfig: Could not load org.apache.hadoop.hive.conf.HiveConf. Make sure HIVE_CONF_DIR is set correctly.`,
  'sqoop-json-missing': `java.lang.NoClassDefFoundError: org/json/JSONObject
	at org.apache.sqoop.util.SqoopJsonUtil.getJsonStringforMap(SqoopJsonUtil.java:43)`,
  'mysqldump-missing': `Error: java.io.IOException: Cannot run program "mysqldump": error=2`,

  'database-key-retrieval': `java.sql.SQLNonTransientConnectionException: Public Key Retrieval is not allowed`,
  'database-login-plugin': `com.mysql.jdbc.exceptions.jdbc4.MySQLNonTransientConnectionException: Unable to load authentication plugin 'caching_sha2_password'.`,
  'database-wants-tls': `ERROR 3159 (HY000): Connections using insecure transport are prohibited while --require_secure_transport=ON.`,
  'database-tls-too-old': `javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled or cipher suites are inappropriate)`,
  'database-login-refused': `java.sql.SQLInvalidAuthorizationSpecException: (conn=31) Access denied for user 'hive'@'m1' (using password: YES)`,
  'database-unreachable': `2026-12-01T13:00:05,101 ERROR [main] Datastore.Schema: Failed initialising database.
Unable to open a test connection to the given database. JDBC url = jdbc:mariadb://rs:3306/metastore, username = hive. Terminating connection pool (set lazyInit to true if you expect to start your database after your app). Original Exception: ------
Caused by: java.sql.SQLNonTransientConnectionException: Socket fail to connect to host:rs, port:3306. Connection refused (Connection refused)`,
  'mysql-package-missing': `E: Package 'mysql-server' has no installation candidate`,
  'mariadb-cannot-require-tls': `2026-12-01 13:00:05 0 [ERROR] /usr/sbin/mysqld: unknown variable 'require_secure_transport=ON'`,
  'jdbc-driver-missing': `26/12/01 13:00:05 ERROR sqoop.Sqoop: Got exception running Sqoop: java.lang.RuntimeException: Could not load db driver class: com.mysql.jdbc.Driver`,
  'index-key-too-long': `ERROR 1071 (42000): Specified key was too long; max key length is 767 bytes`,
  'mysql-driver-on-mariadb': `java.sql.SQLSyntaxErrorException: Unknown column 'RESERVED' in 'WHERE'`,
  'database-data-locked': `2026-12-01 13:00:05 0 [ERROR] InnoDB: Unable to lock ./ibdata1 error: 11`,
  'database-setting-unknown': `2026-12-01 13:00:05 0 [ERROR] /usr/sbin/mariadbd: unknown option '--innodb-strange'
2026-12-01 13:00:05 0 [ERROR] Aborting`,

  'firewall-not-permitted': `/etc/howdah/firewall.nft:3:1-19: Error: Could not process rule: Operation not permitted`,

  'java-home-missing': `Error: JAVA_HOME is not set and could not be found.`,
  'jdk-too-old': `Exception in thread "main" java.lang.UnsupportedClassVersionError: org/apache/hadoop/hdfs/server/namenode/NameNode has been compiled by a more recent version of the Java Runtime (class file version 61.0), this version of the Java Runtime only recognizes class file versions up to 52.0`,
  'jdk-modules-closed': `java.lang.ExceptionInInitializerError
Caused by: java.lang.reflect.InaccessibleObjectException: Unable to make protected final java.lang.Class java.lang.ClassLoader.defineClass(java.lang.String,byte[],int,int,java.security.ProtectionDomain) accessible: module java.base does not "opens java.lang" to unnamed module @3b22cdd0`,
  'jdk-option-unknown': `Unrecognized option: --add-opens=java.base/java.lang=ALL-UNNAMED
Error: Could not create the Java Virtual Machine.`,
  'jdk-too-new': `java.lang.UnsupportedOperationException: getSubject is not supported
	at java.base/javax.security.auth.Subject.getSubject(Subject.java:277)`,
  'jdk-activation-missing': `Caused by: java.lang.NoClassDefFoundError: javax/activation/DataSource`,
  'jdk-two-collectors': `Conflicting collector combinations in option list; please refer to the release notes for the combinations allowed`,
  'jdk-glibc': `/opt/jdk/8/bin/java: /lib/x86_64-linux-gnu/libc.so.6: version \`GLIBC_2.38' not found (required by /opt/jdk/8/lib/libjli.so)`,
  'native-library-missing': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.util.NativeCodeLoader: Unable to load native-hadoop library for your platform... using builtin-java classes where applicable`,

  'no-space-left': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.namenode.FSEditLog: Error: flush failed for required journal
java.io.IOException: No space left on device`,
  'package-missing': `E: Unable to locate package openjdk-8-jdk-headless`,
  'address-in-use': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.namenode.NameNode: Failed to start namenode.
java.net.BindException: Problem binding to [m1:8020] java.net.BindException: Address already in use; For more details see:  http://wiki.apache.org/hadoop/BindException`,
  'address-not-local': `java.net.BindException: Problem binding to [m1:8020] java.net.BindException: Cannot assign requested address; For more details see:  http://wiki.apache.org/hadoop/BindException`,
  'limit-too-low': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: w1:9866:DataXceiverServer
java.lang.OutOfMemoryError: unable to create new native thread`,
  'tmp-noexec': `java.lang.UnsatisfiedLinkError: Could not load library. Reasons: [no leveldbjni64-1.8 in java.library.path, /tmp/libleveldbjni-64-1-4711.8: failed to map segment from shared object: Operation not permitted]`,
  'name-not-resolved': `2026-12-01 13:00:05,101 ERROR org.apache.hadoop.hdfs.server.datanode.DataNode: Exception in secureMain
java.net.UnknownHostException: w1: w1: Name or service not known`,
  'name-lookup-slow': `2026-12-01 13:00:05,101 WARN org.apache.hadoop.security.SecurityUtil: Slow name lookup for w1. Took 5004 ms.`,

  'killed-for-memory': `2026-12-01T13:00:05+0000 m1 systemd[1]: hive-metastore.service: A process of this unit has been killed by the OOM killer.
2026-12-01T13:00:05+0000 m1 systemd[1]: hive-metastore.service: Failed with result 'oom-kill'.`,
  'program-wrong-format': `2026-12-01T13:00:05+0000 m1 (hdfs)[4711]: hdfs-namenode.service: Failed to execute /opt/hadoop/current/bin/hdfs: Exec format error
2026-12-01T13:00:05+0000 m1 systemd[4711]: hdfs-namenode.service: Failed at step EXEC spawning /opt/hadoop/current/bin/hdfs: Exec format error`,
  'program-missing': `2026-12-01T13:00:05+0000 m1 systemd[4711]: hdfs-namenode.service: Failed at step EXEC spawning /opt/hadoop/current/bin/hdfs: No such file or directory
2026-12-01T13:00:05+0000 m1 systemd[1]: hdfs-namenode.service: Main process exited, code=exited, status=203/EXEC`,
  'program-not-permitted': `2026-12-01T13:00:05+0000 m1 systemd[4711]: hdfs-namenode.service: Failed at step EXEC spawning /opt/hadoop/current/bin/hdfs: Permission denied`,
  'unit-account-missing': `2026-12-01T13:00:05+0000 m1 systemd[4711]: hdfs-namenode.service: Failed to determine user credentials: No such process
2026-12-01T13:00:05+0000 m1 systemd[4711]: hdfs-namenode.service: Failed at step USER spawning /opt/hadoop/current/bin/hdfs: No such process`,
  'unit-directory-missing': `2026-12-01T13:00:05+0000 m1 systemd[4711]: hdfs-namenode.service: Changing to the requested working directory failed: No such file or directory
2026-12-01T13:00:05+0000 m1 systemd[4711]: hdfs-namenode.service: Failed at step CHDIR spawning /opt/hadoop/current/bin/hdfs: No such file or directory`,
  'run-directory-missing': `ERROR: Unable to create /var/run/hadoop-hdfs. Aborting.`,
  'unit-unknown': `Howdah: the unit hdfs-datanode does not exist`,
  'file-system-full': `Howdah: /data/1 is 97 % full`,
  'unit-stopped': `Howdah: hdfs-namenode does not run (failed, exit-code): 2026-12-01 13:00:05,101 ERROR`,
  'unit-disabled': `Howdah: hdfs-namenode is not enabled at boot`,
  'unit-starts-too-often': `2026-12-01T13:00:05+0000 m1 systemd[1]: hdfs-namenode.service: Start request repeated too quickly.
2026-12-01T13:00:05+0000 m1 systemd[1]: hdfs-namenode.service: Failed with result 'start-limit-hit'.`,

  'visudo-refused': `/etc/sudoers.d/howdah-ana: refused by its own check: /usr/sbin/visudo -cf {}`,
  'account-files-locked': `useradd: cannot lock /etc/passwd; try again later.`,
  'setpriv-missing': `sh: 12: setpriv: not found`,
  'logrotate-insecure-directory': `error: skipping "/edx/var/log/tracking/tracking.log" because parent directory has insecure permissions (It's world writable or writable by group which is not "root")`,
  'logrotate-refused': `/etc/logrotate.d/howdah-tracking: refused by its own check: logrotate -d {}`,
  'job-time-refused': `Failed to start howdah-job-load.timer: Unit howdah-job-load.timer has a bad unit file setting: bad-setting`,
  'job-unit-masked': `Failed to enable unit: Unit howdah-job-load.timer is masked.`,
  'wheel-missing': `ERROR: No matching distribution found for luigi==2.7.5`,
  'compiler-missing': `error: command 'x86_64-linux-gnu-gcc' failed: unable to execute 'x86_64-linux-gnu-gcc': No such file or directory`,
  'pkg-resources-missing': `ImportError: No module named pkg_resources`,
  'python-missing': `java.io.IOException: Cannot run program "/usr/bin/python2.7": error=2, No such file or directory`,
  'shared-memory-missing': `OSError: [Errno 38] Function not implemented`,
  'nginx-refused': `/etc/nginx/conf.d/howdah.conf: refused by its own check: /usr/local/lib/howdah/check-nginx {}`,
  'proxy-port-taken': `2026/12/01 13:00:05 [emerg] 4711#4711: bind() to 0.0.0.0:443 failed (98: Unknown error)`,
  'hook-timeout': `/etc/howdah/apps/api-hook: not finished after 600 s`,
  'hook-not-executable': `/etc/howdah/apps/api-hook ended with exit 127`,
  'hook-failed': `/etc/howdah/apps/api-hook ended with exit 3`,
  'application-unhealthy': `analytics-api is not ready after 60 s: answers /health on 8100`,
}

/** The same messages in other releases. */
export const AROUND_OTHERS: readonly (readonly [name: string, text: string])[] = [
  [
    'metastore-schema-missing',
    "com.mysql.jdbc.exceptions.jdbc4.MySQLSyntaxErrorException: Table 'hive.VERSION' doesn't exist",
  ],
  [
    'database-unreachable',
    'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
  ],
  [
    'database-unreachable',
    'java.sql.SQLNonTransientConnectionException: Could not connect to address=(host=rs)(port=3306)(type=master) : Socket fail to connect to host:rs, port:3306. Connection refused',
  ],
  [
    'database-unreachable',
    "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)",
  ],
  ['jdbc-driver-missing', 'org.apache.hadoop.hive.metastore.HiveMetaException: Failed to load driver'],
  [
    'killed-for-memory',
    'kernel: Out of memory: Killed process 4711 (java) total-vm:4194304kB, anon-rss:2097152kB',
  ],
  [
    'killed-for-memory',
    '2026-12-01T13:00:05+0000 m1 kernel: Out of memory: Kill process 4711 (java) score 812 or sacrifice child',
  ],
  ['limit-too-low', 'java.net.SocketException: Too many open files'],
  ['proxy-port-taken', 'nginx: [emerg] bind() to [::]:80 failed'],
  ['container-java-missing', 'Container exited with a non-zero exit code. exitCode=127'],
]
