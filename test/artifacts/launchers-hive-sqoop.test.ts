import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { home } from './launcher-home.ts'

describe('hive', () => {
  const jars = [
    'hive-cli-3.1.3.jar',
    'hive-beeline-3.1.3.jar',
    'hive-service-3.1.3.jar',
    'hive-service-rpc-3.1.3.jar',
    'hive-metastore-3.1.3.jar',
    'hive-common-3.1.3.jar',
  ]
  async function hiveHome() {
    const all = await home()
    await mkdir(join(all.dir, 'hive/lib'))
    for (const jar of jars) await writeFile(join(all.dir, 'hive/lib', jar), '')
    const run = (args: readonly string[], env: Record<string, string> = {}, command = 'hive') =>
      all.run(`hive/bin/${command}`, args, { HADOOP_HOME: all.hadoop, ...env })
    return { ...all, run }
  }

  test.each([
    [[], 'hive-cli', 'org.apache.hadoop.hive.cli.CliDriver'],
    [['--service', 'metastore'], 'hive-metastore', 'org.apache.hadoop.hive.metastore.HiveMetaStore'],
    [['--service', 'hiveserver2'], 'hive-service', 'org.apache.hive.service.server.HiveServer2'],
    [['--service', 'beeline'], 'hive-beeline', 'org.apache.hive.beeline.BeeLine'],
    [['--service', 'schemaTool'], 'hive-beeline', 'org.apache.hive.beeline.HiveSchemaTool'],
    [['--version'], 'hive-common', 'org.apache.hive.common.util.HiveVersionInfo'],
  ])('hive %j runs %s %s', async (args, jar, className) => {
    const { dir, run } = await hiveHome()
    const started = await run([...args, '-e', 'select "a b"', '--hivevar', 'N=1'])
    const at = started.args.indexOf('org.apache.hadoop.util.RunJar')
    const rest = [`${dir}/hive/lib/${jar}-3.1.3.jar`, className, '-e', 'select "a b"', '--hivevar', 'N=1']
    expect(started.args.slice(at + 1)).toEqual(rest)
  })

  test.each([
    ['beeline', 'BeeLine'],
    ['schematool', 'HiveSchemaTool'],
    ['hiveserver2', 'HiveServer2'],
    ['metatool', 'HiveMetaTool'],
  ])('bin/%s starts its service', async (command, className) => {
    const { run } = await hiveHome()
    expect((await run(['-x'], {}, command)).args.at(-2)).toMatch(new RegExp(`\\.${className}$`))
  })

  test("Hive's jars come before Hadoop's, in the order of their names, after hive's own configuration", async () => {
    const { dir, run } = await hiveHome()
    const { classpath } = await run([], { HIVE_CONF_DIR: `${dir}/conf` })
    expect(classpath.slice(0, 7)).toEqual([
      `${dir}/conf`,
      ...[...jars].sort().map((jar) => `${dir}/hive/lib/${jar}`),
    ])
    expect(classpath.join(':')).toContain('common/lib/*')
  })

  test('HIVE_AUX_JARS_PATH: files and folders, on the class path and passed to Hive', async () => {
    const { dir, run } = await hiveHome()
    await mkdir(join(dir, 'drivers'))
    for (const jar of ['drivers/m.jar', 'x.jar']) await writeFile(join(dir, jar), '')
    const { args, classpath } = await run([], { HIVE_AUX_JARS_PATH: `${dir}/drivers,file://${dir}/x.jar` })
    expect(classpath).toEqual(expect.arrayContaining([`${dir}/drivers/m.jar`, `${dir}/x.jar`]))
    const expected = `hive.aux.jars.path=file://${dir}/drivers/m.jar,file://${dir}/x.jar`
    expect(args.slice(-2)).toEqual(['--hiveconf', expected])
  })

  test('hive-env.sh and the options of a service', async () => {
    const { dir, run, hadoop } = await hiveHome()
    await writeFile(join(dir, 'hive/conf/hive-env.sh'), `HADOOP_HOME=${hadoop}\nHADOOP_HEAPSIZE=333\n`)
    const env = { HADOOP_HOME: '', HIVE_SERVER2_HADOOP_OPTS: '-Dhs2=1', HIVE_METASTORE_HADOOP_OPTS: '-Dms=1' }
    const { args } = await run(['--service', 'hiveserver2'], env)
    expect(args).toEqual(expect.arrayContaining(['-Xmx333m', '-Dhs2=1', '-Dproc_hiveserver2']))
    expect(args).not.toContain('-Dms=1')
  })

  test('says what is missing', async () => {
    const { run } = await hiveHome()
    expect((await run([], { HADOOP_HOME: '/none' })).stderr).toContain("it is '/none'")
    expect((await run(['--service', 'nonsense'])).stderr).toContain('nonsense is not a service of hive')
  })
})

describe('sqoop', () => {
  test('runs Sqoop by the hadoop of sqoop-env.sh, with its jars after the product’s unless set otherwise', async () => {
    const { dir, hadoop, run } = await home()
    for (const jar of ['sqoop-1.4.7.jar', 'lib/avro.jar', 'cli.jar']) {
      await mkdir(join(dir, 'sqoop/lib'), { recursive: true })
      await writeFile(join(dir, 'sqoop', jar), '')
    }
    await mkdir(join(dir, 'sqoopconf'))
    const lines = [`HADOOP_COMMON_HOME=${hadoop}`, `export HADOOP_CLASSPATH=${dir}/sqoop/cli.jar`]
    await writeFile(join(dir, 'sqoopconf/sqoop-env.sh'), `${lines.join('\n')}\n`)
    const env = { SQOOP_CONF_DIR: join(dir, 'sqoopconf') }
    const { args, classpath } = await run('sqoop/bin/sqoop', ['import', '--query', 'a b'], env)
    expect(args.slice(-4)).toEqual(['org.apache.sqoop.Sqoop', 'import', '--query', 'a b'])
    const at = (name: string) => classpath.findIndex((entry) => entry.endsWith(name))
    expect(at('common/lib/*')).toBeLessThan(at('sqoop/sqoop-1.4.7.jar'))
    expect(at('sqoop/lib/avro.jar')).toBeGreaterThan(at('common/lib/*'))
    const first = await run('sqoop/bin/sqoop', ['version'], { ...env, HADOOP_USER_CLASSPATH_FIRST: 'true' })
    expect(first.classpath[0]).toBe(`${dir}/sqoopconf`)
    expect(first.classpath.slice(1, 4).map((entry) => entry.split('/').pop())).toEqual([
      'cli.jar',
      'sqoop-1.4.7.jar',
      'avro.jar',
    ])
  })

  test('says what is missing', async () => {
    const { run } = await home()
    expect((await run('sqoop/bin/sqoop', ['version'])).stderr).toContain('set HADOOP_COMMON_HOME')
  })
})
