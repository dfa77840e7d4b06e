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
    'hadoop %s starts %s with %s, and with the words that follow as they are',
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

  test('logs and home: the variables become properties; the home is where the script lies', async () => {
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

  test('the class path: conf, the home with its webapps, core, lib; the user last unless asked otherwise', async () => {
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

  test('what it does not know is refused', async () => {
    for (const word of ['zkfc', 'resourcemanager', '--daemon']) {
      const { exitCode, stderr } = await start(word)
      expect(exitCode).toBe(1)
      expect(stderr).toContain(`${word} is not a command of hadoop`)
    }
  })
})
