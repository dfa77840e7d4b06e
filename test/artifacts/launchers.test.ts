import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { LAUNCHERS } from '../../provisioners/artifacts/recipes/recipe.ts'
import { home } from './launcher-home.ts'

describe('hadoop, hdfs, yarn, mapred', () => {
  test.each([
    ['hdfs', 'namenode', 'org.apache.hadoop.hdfs.server.namenode.NameNode'],
    ['hdfs', 'datanode', 'org.apache.hadoop.hdfs.server.datanode.DataNode'],
    ['hdfs', 'secondarynamenode', 'org.apache.hadoop.hdfs.server.namenode.SecondaryNameNode'],
    ['hdfs', 'journalnode', 'org.apache.hadoop.hdfs.qjournal.server.JournalNode'],
    ['hdfs', 'zkfc', 'org.apache.hadoop.hdfs.tools.DFSZKFailoverController'],
    ['hdfs', 'dfs', 'org.apache.hadoop.fs.FsShell'],
    ['hdfs', 'dfsadmin', 'org.apache.hadoop.hdfs.tools.DFSAdmin'],
    ['hdfs', 'snapshotDiff', 'org.apache.hadoop.hdfs.tools.snapshot.SnapshotDiff'],
    ['hadoop', 'fs', 'org.apache.hadoop.fs.FsShell'],
    ['hadoop', 'jar', 'org.apache.hadoop.util.RunJar'],
    ['hadoop', 'version', 'org.apache.hadoop.util.VersionInfo'],
    ['hadoop', 'org.example.Main', 'org.example.Main'],
    ['yarn', 'resourcemanager', 'org.apache.hadoop.yarn.server.resourcemanager.ResourceManager'],
    ['yarn', 'nodemanager', 'org.apache.hadoop.yarn.server.nodemanager.NodeManager'],
    ['yarn', 'logs', 'org.apache.hadoop.yarn.client.cli.LogsCLI'],
    ['mapred', 'historyserver', 'org.apache.hadoop.mapreduce.v2.hs.JobHistoryServer'],
    ['mapred', 'streaming', 'org.apache.hadoop.streaming.HadoopStreaming'],
  ])(
    '%s %s starts %s, and passes on the other arguments unchanged',
    async (program, subcommand, className) => {
      const { run } = await home()
      const { args } = await run(`hadoop/current/bin/${program}`, [
        subcommand,
        '-x',
        'two words',
        '*',
        "it's",
      ])
      expect(args[0]).toBe(`-Dproc_${subcommand}`)
      expect(args.slice(args.indexOf(className))).toEqual([className, '-x', 'two words', '*', "it's"])
    },
  )

  test('yarn application keeps its own name as the first argument', async () => {
    const { run } = await home()
    const { args } = await run('hadoop/current/bin/yarn', ['application', '-list'])
    expect(args.slice(-3)).toEqual([
      'org.apache.hadoop.yarn.client.cli.ApplicationCLI',
      'application',
      '-list',
    ])
  })

  test.each([
    ['hdfs', 'namenode', 'HDFS_NAMENODE_OPTS'],
    ['hdfs', 'datanode', 'HDFS_DATANODE_OPTS'],
    ['hdfs', 'secondarynamenode', 'HDFS_SECONDARYNAMENODE_OPTS'],
    ['yarn', 'resourcemanager', 'YARN_RESOURCEMANAGER_OPTS'],
    ['yarn', 'nodemanager', 'YARN_NODEMANAGER_OPTS'],
    ['mapred', 'historyserver', 'MAPRED_HISTORYSERVER_OPTS'],
  ])('%s %s uses %s and HADOOP_OPTS, and no variable for clients', async (program, subcommand, variable) => {
    const { run } = await home()
    const env = { [variable]: '-Xmx77m -Done=1', HADOOP_OPTS: '-Dall=1', HADOOP_CLIENT_OPTS: '-Dclient=1' }
    const { args } = await run(`hadoop/current/bin/${program}`, [subcommand], {
      ...env,
      HADOOP_HEAPSIZE_MAX: '9g',
    })
    expect(args).toEqual(expect.arrayContaining(['-Xmx77m', '-Done=1', '-Dall=1']))
    expect(args).not.toContain('-Dclient=1')
    expect(args, 'an -Xmx of the daemon wins over the general one').not.toContain('-Xmx9g')
  })

  test('clients use HADOOP_CLIENT_OPTS; heaps are MiB unless they have a unit', async () => {
    const { run } = await home()
    const env = { HADOOP_CLIENT_OPTS: '-Dclient=1', HADOOP_HEAPSIZE_MAX: '512', HADOOP_HEAPSIZE_MIN: '1g' }
    const { args } = await run('hadoop/current/bin/hdfs', ['dfs'], { ...env, HDFS_NAMENODE_OPTS: '-Dnn=1' })
    expect(args).toEqual(expect.arrayContaining(['-Dclient=1', '-Xmx512m', '-Xms1g']))
    expect(args).not.toContain('-Dnn=1')
  })

  test('logs: the variables become the properties of log4j', async () => {
    const { run } = await home()
    const env = { HADOOP_LOG_DIR: '/var/log/h', HADOOP_LOGFILE: 'nn.log', HADOOP_ROOT_LOGGER: 'WARN,RFA' }
    const { args } = await run('hadoop/current/bin/hdfs', ['namenode'], env)
    const wanted = [
      '-Dhadoop.log.dir=/var/log/h',
      '-Dhadoop.log.file=nn.log',
      '-Dhadoop.root.logger=WARN,RFA',
    ]
    expect(args).toEqual(expect.arrayContaining([...wanted, '-Dyarn.log.dir=/var/log/h']))
    const plain = await run('hadoop/current/bin/hdfs', ['dfs'])
    expect(plain.args).toContain('-Dhadoop.root.logger=INFO,console')
  })

  test('the class path: configuration, product, then the user; reversed by HADOOP_USER_CLASSPATH_FIRST', async () => {
    const { dir, conf, run } = await home()
    const [one, two] = [join(dir, 'one.jar'), join(dir, 'two.jar')]
    for (const jar of [one, two]) await writeFile(jar, '')
    const env = { HADOOP_CLASSPATH: `${one}:/not/there.jar:${two}:${one}` }
    const behind = (await run('hadoop/current/bin/hadoop', ['fs'], env)).classpath
    expect(behind[0]).toBe(conf)
    expect(behind.slice(-2)).toEqual([one, two])
    const first = (
      await run('hadoop/current/bin/hadoop', ['fs'], { ...env, HADOOP_USER_CLASSPATH_FIRST: 'yes' })
    ).classpath
    expect(first.slice(0, 3)).toEqual([one, two, conf])
    expect(new Set(first)).toEqual(new Set(behind))
    expect(behind.filter((entry) => entry.endsWith('common/lib/*'))).toHaveLength(1)
  })

  test('tools and the timeline service are only there for commands that need them', async () => {
    const { run } = await home()
    const paths = async (program: string, subcommand: string) =>
      (await run(`hadoop/current/bin/${program}`, [subcommand])).classpath.join(':')
    expect(await paths('hadoop', 'distcp')).toContain('tools/lib/*')
    expect(await paths('hadoop', 'fs')).not.toContain('tools/lib')
    expect(await paths('yarn', 'resourcemanager')).toContain('timelineservice/*')
    expect(await paths('yarn', 'logs')).not.toContain('timelineservice')
  })

  test('classpath prints the path and starts no JVM', async () => {
    const { conf, run } = await home()
    const { stdout, args } = await run('hadoop/current/bin/hadoop', ['classpath'], { JAVA_HOME: '' })
    expect(stdout.split(':')[0]).toBe(conf)
    expect(args).toEqual([])
  })

  test('finds its home through any number of links, also when a path has spaces', async () => {
    const { dir, run } = await home()
    await mkdir(join(dir, 'usr bin'))
    await symlink(join(dir, 'hadoop/current/bin/hdfs'), join(dir, 'usr bin/hdfs'))
    const { stdout } = await run('usr bin/hdfs', ['dfs'])
    expect(stdout).toContain(`HADOOP_HOME=${join(dir, 'hadoop/3.4.2')}\n`)
  })

  test('hadoop-env.sh is read, may use unset variables, and is read once', async () => {
    const { conf, run, env } = await home()
    const lines = [
      'export JAVA_HOME=$KEPT',
      'export HADOOP_OPTS="$HADOOP_OPTS -Dfrom=env"',
      'HDFS_DFS_OPTS=-Dunexported',
    ]
    await writeFile(join(conf, 'hadoop-env.sh'), `${lines.join('\n')}\n`)
    const { args } = await run('hadoop/current/bin/hdfs', ['dfs'], {
      JAVA_HOME: '',
      KEPT: env.JAVA_HOME ?? '',
    })
    expect(args.filter((word) => word === '-Dfrom=env')).toHaveLength(1)
    expect(args).toContain('-Dunexported')
  })

  test('JDK 9 and later get their modules opened, JDK 8 does not', async () => {
    const { dir, run } = await home()
    const opened = async () =>
      (await run('hadoop/current/bin/hdfs', ['dfs'])).args.filter((word) => word.startsWith('--add-opens='))
    expect(await opened()).toEqual([])
    await mkdir(join(dir, 'jdk/lib'))
    await writeFile(join(dir, 'jdk/lib/modules'), '')
    expect(await opened()).toContain('--add-opens=java.base/java.lang=ALL-UNNAMED')
    expect((await opened()).length).toBe(12)
  })

  test.each([
    [['nonsense'], {}, 'nonsense is not a command of hdfs'],
    [[], {}, 'usage: hdfs'],
    [['dfs'], { JAVA_HOME: '' }, 'JAVA_HOME is not set'],
    [['dfs'], { JAVA_HOME: '/no/jdk' }, '/no/jdk has no bin/java'],
    [['--config', '/no/conf', 'dfs'], {}, '/no/conf is not a directory'],
    [['--daemon', 'start', 'dfs'], {}, 'cannot run as a daemon'],
  ])('%j with %j is refused', async (args, env, message) => {
    const { run } = await home()
    const result = await run('hadoop/current/bin/hdfs', args, env)
    expect(result.exitCode).toBe(1)
    expect(result.stderr).toContain(message)
  })

  test('--daemon start, status and stop, with a log and a pid file', async () => {
    const { dir, run } = await home()
    await writeFile(join(dir, 'jdk/bin/java'), '#!/bin/sh\necho "$@"\nexec sleep 60\n')
    await chmod(join(dir, 'jdk/bin/java'), 0o755)
    const env = {
      HADOOP_PID_DIR: dir,
      HADOOP_LOG_DIR: join(dir, 'log'),
      HADOOP_IDENT_STRING: 'me',
      HADOOP_DAEMON_ROOT_LOGGER: 'ERROR,RFA',
    }
    const daemon = (mode: string) => run('hadoop/current/bin/hdfs', ['--daemon', mode, 'datanode'], env)
    expect((await daemon('status')).exitCode).toBe(3)
    expect((await daemon('start')).exitCode).toBe(0)
    expect((await daemon('status')).exitCode).toBe(0)
    expect((await daemon('start')).stderr).toContain('datanode is running')
    const pid = Number(await readFile(join(dir, 'hadoop-me-datanode.pid'), 'utf8'))
    expect((await daemon('stop')).exitCode).toBe(0)
    expect(() => process.kill(pid, 0)).toThrow()
    const { stdout: log } = await execa('sh', ['-c', `cat ${join(dir, 'log')}/*.out`])
    expect(log).toContain('-Dhadoop.root.logger=ERROR,RFA')
  })
})

test('every launcher has POSIX syntax, so that any sh of a host can source it', async () => {
  const { stdout } = await execa('find', [LAUNCHERS, '-path', '*/bin/*', '-o', '-name', '*.sh'])
  const files = stdout.split('\n')
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) await execa('dash', ['-n', file])
})
