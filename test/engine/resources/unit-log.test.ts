import { describe, expect, it } from 'vitest'
import { unitExcerpt } from '../../../provisioners/engine/index.ts'

const BANNER = `/************************************************************
SHUTDOWN_MSG: Shutting down NameNode at m1/10.0.0.1
************************************************************/`

const FRAMES = Array.from(
  { length: 40 },
  (_, i) => `\tat org.apache.hadoop.Server.call${i}(Server.java:${i})`,
).join('\n')

const of = (...sections: readonly string[]): string =>
  unitExcerpt(['x is not ready after 300 s: answers', ...sections].join('\n')).trimEnd()

const HADOOP = (level: string, text: string): string =>
  `2026-12-01 13:00:05,101 ${level} org.apache.hadoop.hdfs.server.namenode.NameNode: ${text}`

describe('the excerpt of the logs of a unit', () => {
  it('Hadoop 2 and 3: the last error with its cause, not the banner after it', () => {
    const log = [
      HADOOP('INFO', 'STARTUP_MSG: '),
      '/************************************************************',
      'STARTUP_MSG: Starting NameNode',
      ...Array.from({ length: 60 }, (_, i) => HADOOP('INFO', `line ${i}`)),
      HADOOP('ERROR', 'Failed to start namenode.'),
      'java.net.BindException: Problem binding to [m1:8020]',
      FRAMES,
      'Caused by: java.net.BindException: Address already in use',
      FRAMES,
      HADOOP('INFO', 'Exiting with status 1: java.net.BindException'),
      HADOOP('INFO', 'SHUTDOWN_MSG: '),
      BANNER,
    ].join('\n')
    expect(of('--- /var/log/hadoop/hdfs/hdfs-namenode.log', log).split('\n')).toEqual([
      'x is not ready after 300 s: answers',
      '--- /var/log/hadoop/hdfs/hdfs-namenode.log',
      HADOOP('ERROR', 'Failed to start namenode.'),
      'java.net.BindException: Problem binding to [m1:8020]',
      'Caused by: java.net.BindException: Address already in use',
    ])
  })

  it('Hadoop 1: an error whose line has the exception; the stop of the old process does not count', () => {
    const log = [
      HADOOP('ERROR', 'RECEIVED SIGNAL 15: SIGTERM'),
      HADOOP('INFO', `SHUTDOWN_MSG: \n${BANNER}`),
      HADOOP('ERROR', 'java.io.IOException: Incompatible namespaceIDs in /data/1/hdfs'),
      FRAMES,
      HADOOP('INFO', `SHUTDOWN_MSG: \n${BANNER}`),
    ].join('\n')
    const text = of('--- log', log)
    expect(text).toContain('Incompatible namespaceIDs')
    expect(text).not.toMatch(/SIGTERM|SHUTDOWN|\tat /)
  })

  it("Hive's metastore without its database: the address, and the root of a chain of causes", () => {
    const log = `2026-12-01T13:00:05,101  INFO [main] metastore.HiveMetaStore: Opening raw store
2026-12-01T13:00:06,101 ERROR [main] metastore.HiveMetaStore: Metastore Thrift Server threw an exception...
org.apache.hadoop.hive.metastore.api.MetaException: Unable to open a test connection to the given database. JDBC url = jdbc:mariadb://rs:3306/metastore
${FRAMES}
Caused by: javax.jdo.JDOFatalDataStoreException: one
${FRAMES}
Caused by: java.sql.SQLException: two
${FRAMES}
Caused by: java.sql.SQLNonTransientConnectionException: Socket fail to connect to host:rs, port:3306
${FRAMES}
Caused by: java.net.ConnectException: Connection refused
	... 42 more
2026-12-01T13:00:06,259  INFO [shutdown-hook-0] metastore.HiveMetaStore: SHUTDOWN_MSG: 
${BANNER}`
    const lines = of('--- /var/log/hive/metastore.log', log).split('\n')
    expect(lines.slice(-3)).toEqual([
      'Caused by: javax.jdo.JDOFatalDataStoreException: one',
      'Caused by: java.sql.SQLNonTransientConnectionException: Socket fail to connect to host:rs, port:3306',
      'Caused by: java.net.ConnectException: Connection refused',
    ])
    expect(lines.join('\n')).toContain('jdbc:mariadb://rs:3306/metastore')
  })

  it('HiveServer2: a warning with an exception, when it only tries again', () => {
    const log = `2026-12-01T13:00:05,101  WARN [main] server.HiveServer2: Error starting HiveServer2 on attempt 1, will retry in 60000ms
java.lang.RuntimeException: The root scratch dir: /tmp/hive on HDFS should be writable.
${FRAMES}
2026-12-01T13:00:05,201  INFO [main] server.HiveServer2: Waiting`
    expect(of('--- log', log)).toContain('The root scratch dir')
  })

  it('MariaDB: what is above Aborting', () => {
    const log = `2026-12-01 13:00:05 0 [Note] Starting MariaDB 11.8.2
2026-12-01 13:00:05 0 [ERROR] /usr/sbin/mariadbd: unknown variable 'innodb-strange=1'
2026-12-01 13:00:05 0 [ERROR] Aborting`
    expect(of('--- log', log)).toContain("unknown variable 'innodb-strange=1'")
  })

  it.each([
    [
      'Exec format error',
      'systemd[4711]: nn.service: Failed at step EXEC spawning /opt/x: Exec format error',
    ],
    [
      'a missing file',
      'systemd[4711]: nn.service: Failed at step EXEC spawning /opt/x: No such file or directory',
    ],
    ['a permission', 'systemd[4711]: nn.service: Failed at step EXEC spawning /opt/x: Permission denied'],
    ['out of memory', 'systemd[1]: nn.service: A process of this unit has been killed by the OOM killer.'],
    ['too many starts', 'systemd[1]: nn.service: Start request repeated too quickly.'],
    ['standard error', 'hdfs[4711]: Unrecognized option: --add-opens=java.base/java.lang=ALL-UNNAMED'],
  ])('systemd: %s, without its routine', (_, line) => {
    const at = '2026-12-01T13:00:05+0000 m1'
    const text = of(
      '--- journal of nn.service',
      `${at} systemd[1]: Starting nn.service - HDFS NameNode...`,
      `${at} ${line}`,
      `${at} systemd[1]: nn.service: Scheduled restart job, restart counter is at 2.`,
      `${at} systemd[1]: Stopped nn.service - HDFS NameNode.`,
    )
    expect(text).toContain(line)
    expect(text).not.toMatch(/Starting|Scheduled|Stopped/)
  })

  it('a stack trace in the journal belongs to its exception', () => {
    const at = '2026-12-01T13:00:05+0000 m1 hdfs[4711]: '
    const text = of(
      '--- journal of nn.service',
      `${at}Exception in thread "main" java.lang.NoSuchMethodError: checkArgument`,
      ...FRAMES.split('\n').map((line) => at + line),
    )
    expect(text.split('\n')).toHaveLength(3)
  })

  it('has at most 30 lines, also of many long errors, and always the last one', () => {
    const error = (i: number) =>
      `${HADOOP('ERROR', `error ${i} ${'x'.repeat(5000)}`)}\ncause\nof\nmany\nlines\nCaused by: a\nCaused by: b`
    const log = Array.from({ length: 200 }, (_, i) => error(i)).join('\n')
    const lines = of('--- one', log, '--- two', log, '--- three', log, '--- four', log).split('\n')
    expect(lines.length).toBeLessThanOrEqual(30)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(300)
    expect(lines.filter((line) => line.includes('error 199')).length).toBeGreaterThanOrEqual(2)
  })

  it('shows the last lines of a log without errors, and says when there is nothing', () => {
    const log = Array.from({ length: 30 }, (_, i) => HADOOP('INFO', `line ${i}`)).join('\n')
    expect(of('--- log', log).split('\n').at(-1)).toContain('line 29')
    expect(of('--- log', '')).toBe('x is not ready after 300 s: answers\nits logs have nothing about it')
  })

  it('leaves an output without logs as it is', () => {
    expect(unitExcerpt('mkdir: cannot create directory\n')).toBe('mkdir: cannot create directory\n')
  })
})
