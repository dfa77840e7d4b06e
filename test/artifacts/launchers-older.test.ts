import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { home } from './launcher-home.ts'

const lastOf = (args: readonly string[], option: string): string | undefined =>
  args.filter((word) => word.startsWith(option)).at(-1)

describe('Hadoop 1', () => {
  const start = async (subcommand: string, env: Record<string, string> = {}) => {
    const at = await home(1)
    return {
      ...at,
      ...(await at.run('hadoop/current/bin/hadoop', [subcommand, '-x', 'two words', '*'], env)),
    }
  }

  test.each([
    ['namenode', 'org.apache.hadoop.hdfs.server.namenode.NameNode', 'HADOOP_NAMENODE_OPTS'],
    [
      'secondarynamenode',
      'org.apache.hadoop.hdfs.server.namenode.SecondaryNameNode',
      'HADOOP_SECONDARYNAMENODE_OPTS',
    ],
    ['datanode', 'org.apache.hadoop.hdfs.server.datanode.DataNode', 'HADOOP_DATANODE_OPTS'],
    ['balancer', 'org.apache.hadoop.hdfs.server.balancer.Balancer', 'HADOOP_BALANCER_OPTS'],
    ['jobtracker', 'org.apache.hadoop.mapred.JobTracker', 'HADOOP_JOBTRACKER_OPTS'],
    ['tasktracker', 'org.apache.hadoop.mapred.TaskTracker', 'HADOOP_TASKTRACKER_OPTS'],
    ['historyserver', 'org.apache.hadoop.mapred.JobHistoryServer', 'HADOOP_JOB_HISTORYSERVER_OPTS'],
    ['fs', 'org.apache.hadoop.fs.FsShell', 'HADOOP_CLIENT_OPTS'],
    ['dfsadmin', 'org.apache.hadoop.hdfs.tools.DFSAdmin', 'HADOOP_CLIENT_OPTS'],
    ['mradmin', 'org.apache.hadoop.mapred.tools.MRAdmin', 'HADOOP_CLIENT_OPTS'],
    ['fsck', 'org.apache.hadoop.hdfs.tools.DFSck', 'HADOOP_CLIENT_OPTS'],
    ['job', 'org.apache.hadoop.mapred.JobClient', 'HADOOP_CLIENT_OPTS'],
    ['queue', 'org.apache.hadoop.mapred.JobQueueClient', 'HADOOP_CLIENT_OPTS'],
    ['jar', 'org.apache.hadoop.util.RunJar', 'HADOOP_CLIENT_OPTS'],
    ['distcp', 'org.apache.hadoop.tools.DistCp', 'HADOOP_CLIENT_OPTS'],
    ['org.example.Main', 'org.example.Main', 'HADOOP_CLIENT_OPTS'],
  ])(
    'hadoop %s starts %s with %s, and passes on the other arguments unchanged',
    async (word, name, variable) => {
      const other = variable === 'HADOOP_CLIENT_OPTS' ? 'HADOOP_NAMENODE_OPTS' : 'HADOOP_CLIENT_OPTS'
      const { args } = await start(word, { [variable]: '-Done=1 -Xmx77m', [other]: '-Dother=1' })
      expect(args.slice(args.indexOf(name))).toEqual([name, '-x', 'two words', '*'])
      expect(args).toEqual(expect.arrayContaining([`-Dproc_${word}`, '-Done=1']))
      expect(args).not.toContain('-Dother=1')
      expect(lastOf(args, '-Xmx')).toBe('-Xmx77m')
    },
  )

  test('a heap of 1000 MB, or of HADOOP_HEAPSIZE', async () => {
    expect(lastOf((await start('namenode')).args, '-Xmx')).toBe('-Xmx1000m')
    expect(lastOf((await start('namenode', { HADOOP_HEAPSIZE: '512' })).args, '-Xmx')).toBe('-Xmx512m')
  })

  test('logs and home: the variables become properties; the home is the directory of the script', async () => {
    const env = {
      HADOOP_HOME: '/another',
      HADOOP_LOG_DIR: '/l',
      HADOOP_LOGFILE: 'jt.log',
      HADOOP_ROOT_LOGGER: 'WARN,DRFA',
      HADOOP_SECURITY_LOGGER: 'INFO,DRFA',
    }
    const { args, dir, stdout } = await start('jobtracker', env)
    const real = join(dir, 'hadoop/1.2.1')
    expect(args).toEqual(
      expect.arrayContaining([
        '-Dhadoop.log.dir=/l',
        '-Dhadoop.log.file=jt.log',
        '-Dhadoop.root.logger=WARN,DRFA',
        '-Dhadoop.security.logger=INFO,DRFA',
        `-Dhadoop.home.dir=${real}`,
      ]),
    )
    expect(stdout).toContain(`HADOOP_HOME=${real}\n`)
  })

  test('the class path: conf, the home with its webapps, core, lib; the user’s last unless set otherwise', async () => {
    const at = await home(1)
    const [real, mine] = [join(at.dir, 'hadoop/1.2.1'), join(at.dir, 'mine.jar')]
    await writeFile(mine, '')
    const path = async (subcommand: string, env: Record<string, string> = {}) =>
      (await at.run('hadoop/current/bin/hadoop', [subcommand], { HADOOP_CLASSPATH: mine, ...env })).classpath
    const product = [real, `${real}/hadoop-core-1.2.1.jar`, `${real}/lib/*`]
    expect(await path('fs')).toEqual([at.conf, ...product, mine])
    expect(await path('fs', { HADOOP_USER_CLASSPATH_FIRST: 'true' })).toEqual([mine, at.conf, ...product])
    expect(await path('distcp')).toContain(`${real}/hadoop-tools-1.2.1.jar`)
  })

  test('conf/ of its own where none is named; hadoop-env.sh is read each time', async () => {
    const { dir, run } = await home(1)
    const conf = join(dir, 'hadoop/1.2.1/conf')
    await writeFile(join(conf, 'hadoop-env.sh'), 'export HADOOP_OPTS="$HADOOP_OPTS -Dfrom=env"\n')
    const started = await run('hadoop/current/bin/hadoop', ['fs'], { HADOOP_CONF_DIR: '' })
    expect(started.classpath[0]).toBe(conf)
    expect(started.args).toContain('-Dfrom=env')
  })

  test('an unknown command is refused', async () => {
    for (const word of ['zkfc', 'resourcemanager', '--daemon']) {
      const { exitCode, stderr } = await start(word)
      expect(exitCode).toBe(1)
      expect(stderr).toContain(`${word} is not a command of hadoop`)
    }
  })
})

describe('Hadoop 2', () => {
  const start = async (program: string, subcommand: string, env: Record<string, string> = {}) => {
    const at = await home(2)
    return { ...at, ...(await at.run(`hadoop/current/bin/${program}`, [subcommand, '-x', 'two words'], env)) }
  }

  test.each([
    ['hdfs', 'namenode', 'org.apache.hadoop.hdfs.server.namenode.NameNode', 'HADOOP_NAMENODE_OPTS'],
    ['hdfs', 'datanode', 'org.apache.hadoop.hdfs.server.datanode.DataNode', 'HADOOP_DATANODE_OPTS'],
    [
      'hdfs',
      'secondarynamenode',
      'org.apache.hadoop.hdfs.server.namenode.SecondaryNameNode',
      'HADOOP_SECONDARYNAMENODE_OPTS',
    ],
    ['hdfs', 'dfs', 'org.apache.hadoop.fs.FsShell', 'HADOOP_CLIENT_OPTS'],
    ['hadoop', 'jar', 'org.apache.hadoop.util.RunJar', 'HADOOP_CLIENT_OPTS'],
    [
      'yarn',
      'resourcemanager',
      'org.apache.hadoop.yarn.server.resourcemanager.ResourceManager',
      'YARN_RESOURCEMANAGER_OPTS',
    ],
    ['yarn', 'nodemanager', 'org.apache.hadoop.yarn.server.nodemanager.NodeManager', 'YARN_NODEMANAGER_OPTS'],
    ['yarn', 'logs', 'org.apache.hadoop.yarn.client.cli.LogsCLI', 'YARN_CLIENT_OPTS'],
    [
      'mapred',
      'historyserver',
      'org.apache.hadoop.mapreduce.v2.hs.JobHistoryServer',
      'HADOOP_JOB_HISTORYSERVER_OPTS',
    ],
  ])('%s %s starts %s with %s', async (program, word, name, variable) => {
    const { args } = await start(program, word, {
      [variable]: '-Done=1 -Xmx77m',
      HDFS_NAMENODE_OPTS: '-Dthree=1',
    })
    expect(args.slice(args.indexOf(name))).toEqual([name, '-x', 'two words'])
    expect(args).toEqual(expect.arrayContaining([`-Dproc_${word}`, '-Done=1']))
    expect(args).not.toContain('-Dthree=1')
    expect(lastOf(args, '-Xmx')).toBe('-Xmx77m')
  })

  test.each([
    ['hdfs', 'namenode', { HADOOP_HEAPSIZE: '512', YARN_HEAPSIZE: '1' }, '-Xmx512m'],
    ['hdfs', 'namenode', {}, '-Xmx1000m'],
    ['yarn', 'nodemanager', { HADOOP_HEAPSIZE: '1', YARN_HEAPSIZE: '600' }, '-Xmx600m'],
    ['yarn', 'nodemanager', { YARN_HEAPSIZE: '600', YARN_NODEMANAGER_HEAPSIZE: '700' }, '-Xmx700m'],
    ['mapred', 'historyserver', { HADOOP_HEAPSIZE: '300' }, '-Xmx300m'],
    ['mapred', 'historyserver', { HADOOP_JOB_HISTORYSERVER_HEAPSIZE: '400' }, '-Xmx400m'],
    ['mapred', 'job', { HADOOP_HEAPSIZE: '300', HADOOP_JOB_HISTORYSERVER_HEAPSIZE: '400' }, '-Xmx300m'],
  ] as const)('%s %s with %j has the heap %s', async (program, word, env, heap) => {
    expect(lastOf((await start(program, word, env)).args, '-Xmx')).toBe(heap)
  })

  test('YARN and MapReduce have their own variables for logs and options', async () => {
    const env = {
      HADOOP_LOG_DIR: '/h',
      HADOOP_OPTS: '-Dh=1',
      HADOOP_LOGFILE: 'h.log',
      HADOOP_ROOT_LOGGER: 'WARN,H',
    }
    const yarn = {
      YARN_LOG_DIR: '/y',
      YARN_OPTS: '-Dy=1',
      YARN_LOGFILE: 'rm.log',
      YARN_ROOT_LOGGER: 'INFO,RFA',
    }
    const { args } = await start('yarn', 'resourcemanager', { ...env, ...yarn })
    const wanted = ['-Dy=1', '-Dhadoop.log.dir=/y', '-Dyarn.log.dir=/y', '-Dhadoop.log.file=rm.log']
    expect(args).toEqual(expect.arrayContaining([...wanted, '-Dhadoop.root.logger=INFO,RFA']))
    expect(args).not.toContain('-Dh=1')
    const mapred = { HADOOP_MAPRED_LOG_DIR: '/m', HADOOP_MAPRED_ROOT_LOGGER: 'INFO,RFA' }
    const history = (await start('mapred', 'historyserver', { ...env, ...mapred })).args
    expect(history).toEqual(
      expect.arrayContaining([
        '-Dh=1',
        '-Dhadoop.log.dir=/m',
        '-Dhadoop.log.file=h.log',
        '-Dhadoop.root.logger=INFO,RFA',
      ]),
    )
  })

  test('yarn-env.sh and mapred-env.sh are read only by their own programs', async () => {
    const { conf, run } = await home(2)
    await writeFile(join(conf, 'yarn-env.sh'), 'YARN_OPTS=-Dyarn.env=1\n')
    await writeFile(join(conf, 'mapred-env.sh'), 'HADOOP_JOB_HISTORYSERVER_OPTS=-Dmapred.env=1\n')
    const args = async (program: string, word: string) =>
      (await run(`hadoop/current/bin/${program}`, [word])).args.filter((one) => one.includes('.env='))
    expect(await args('yarn', 'nodemanager')).toEqual(['-Dyarn.env=1'])
    expect(await args('mapred', 'historyserver')).toEqual(['-Dmapred.env=1'])
    expect(await args('hdfs', 'namenode')).toEqual([])
  })

  test('the timeline service is there for the daemons of YARN, which do not start without it', async () => {
    const path = async (program: string, word: string) => (await start(program, word)).classpath.join(':')
    expect(await path('yarn', 'resourcemanager')).toContain('yarn/timelineservice/*')
    expect(await path('yarn', 'nodemanager')).toContain('yarn/timelineservice/*')
    expect(await path('yarn', 'logs')).not.toContain('timelineservice')
  })

  test('only Hadoop 3 has --daemon', async () => {
    expect((await start('hdfs', '--daemon')).stderr).toContain('--daemon is not a command of hdfs')
  })
})
