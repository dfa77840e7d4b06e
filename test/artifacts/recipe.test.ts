import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { EXTRAS_VERSION, layoutOf } from '../../provisioners/artifacts/layout.ts'
import { assembleExtras, assembleHive, assembleSqoop } from '../../provisioners/artifacts/recipes/assemble.ts'
import {
  assembleHadoop,
  assembleHadoop1,
  hadoopFolder,
} from '../../provisioners/artifacts/recipes/assemble-hadoop.ts'
import {
  checkJars,
  filesBelow,
  findRecipe,
  LAUNCHERS,
  POMS,
  parseSums,
} from '../../provisioners/artifacts/recipes/recipe.ts'
import { digest, refusal, scratch } from './support.ts'

const poms = (await filesBelow(POMS)).filter((file) => file.endsWith('pom.xml'))

describe('the poms', () => {
  test.each(poms.map((file) => [file.slice(POMS.length + 1), file]))(
    '%s is well-formed, and pins all versions',
    async (_name, file) => {
      const text = await readFile(file, 'utf8')
      expect(XMLValidator.validate(text)).toBe(true)
      const { project } = new XMLParser({
        isArray: (name) => name === 'dependency',
        parseTagValue: false,
      }).parse(text)
      for (const dependency of project.dependencies?.dependency ?? [])
        expect(dependency.version, dependency.artifactId).toMatch(/^(\d|\$\{project\.version\}$)/)
      expect(text, 'no repository of its own: that is for settings.xml').not.toContain('<repository>')
    },
  )

  test('pin the one plugin that they use', async () => {
    for (const file of poms.filter((file) => dirname(dirname(file)) === POMS)) {
      const versions = [
        ...(await readFile(file, 'utf8')).matchAll(
          /maven-dependency-plugin<\/artifactId>\s*<version>([^<]+)/g,
        ),
      ]
      expect(versions.map((match) => match[1])).toEqual(['3.8.1'])
    }
  })

  test('come with a hash for every jar, and are found by name and version', async () => {
    for (const folder of await readdir(POMS)) {
      const sums = await readFile(join(POMS, folder, 'SHA256SUMS'), 'utf8')
      expect(parseSums(sums).size, folder).toBe(sums.trim().split('\n').length)
    }
    const recipe = await findRecipe({ name: 'extras', version: EXTRAS_VERSION })
    const jars = [...parseSums(await readFile(recipe.sums, 'utf8')).keys()]
    expect(jars).toEqual(expect.arrayContaining(['mariadb-java-client-3.4.1.jar', 'guava-27.0-jre.jar']))
  })

  test('a version without one is refused, with the versions that there are', async () => {
    const error = await refusal(findRecipe({ name: 'hadoop', version: '3.3.6' }))
    expect(error).toMatchObject({ code: 'ARTIFACT_NO_RECIPE', exitCode: 10 })
    expect(error.details.expected).toBe('1.2.1, 2.10.2, 3.4.2')
    const sqoop = (hadoop: string) => findRecipe({ name: 'sqoop', version: '1.4.6', hadoop })
    expect((await sqoop('1.2.1')).layout.root).toBe('sqoop-1.4.6.bin__hadoop-1.0.0')
    expect((await refusal(sqoop('2.10.2'))).code).toBe('ARTIFACT_NO_RECIPE')
  })
})

test('layouts are those of Apache', () => {
  expect(layoutOf('hadoop', '3.4.2').layoutPath).toBe('hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz')
  expect(layoutOf('hive', '3.1.3').layoutPath).toBe('hive/hive-3.1.3/apache-hive-3.1.3-bin.tar.gz')
  expect(layoutOf('sqoop', '1.4.7').layoutPath).toBe('sqoop/1.4.7/sqoop-1.4.7.bin__hadoop-2.6.0.tar.gz')
  const build = (version: string, hadoop?: string) => layoutOf('sqoop', version, hadoop).root
  expect(build('1.4.5', '1.2.1')).toBe('sqoop-1.4.5.bin__hadoop-1.0.0')
  expect(build('1.4.6', '2.10.2')).toBe('sqoop-1.4.6.bin__hadoop-2.0.4-alpha')
  expect(build('1.4.7', '1.2.1')).toBe('sqoop-1.4.7.bin__hadoop-2.6.0')
  expect(layoutOf('hive', '0.11.0').layoutPath).toBe('hive/hive-0.11.0/hive-0.11.0-bin.tar.gz')
  expect(layoutOf('hive', '0.13.1').root).toBe('apache-hive-0.13.1-bin')
  expect(() => layoutOf('hadoop', '../../etc')).toThrow(/no release/)
  expect(() => layoutOf('sqoop', '1.99.7')).toThrow(/no release/)
})

test('each jar of Hadoop goes to the folder where Apache has it', () => {
  expect(hadoopFolder('hadoop-auth-3.4.2.jar', 'hdfs/lib')).toBe('common/lib')
  expect(hadoopFolder('hadoop-common-3.4.2.jar', 'yarn/lib')).toBe('common')
  expect(hadoopFolder('hadoop-yarn-server-timelineservice-3.4.2.jar', 'yarn/lib')).toBe(
    'yarn/timelineservice',
  )
  expect(hadoopFolder('hadoop-streaming-3.4.2.jar', 'tools/lib')).toBe('tools/lib')
  expect(hadoopFolder('guice-4.2.3.jar', 'yarn/lib')).toBe('yarn/lib')
})

/** Puts files below a new directory, and gives the place where the tree shall be. */
async function scratchTree(files: readonly string[], launchers: readonly string[] = []) {
  const dir = await scratch()
  const [out, tree] = [join(dir, 'out'), join(dir, 'tree')]
  for (const file of files) {
    await mkdir(dirname(join(out, file)), { recursive: true })
    await writeFile(join(out, file), file)
  }
  await mkdir(tree)
  const names = async () => (await filesBelow(tree)).map((file) => file.slice(tree.length + 1))
  return { out, tree, launchers: launchers.map((folder) => join(LAUNCHERS, folder)), names }
}

test('Hadoop: a jar of two modules is there once, in the folder of the first', async () => {
  const brought = [
    'common/a-1.jar',
    'common/hadoop-common-3.4.2.jar',
    'hdfs/a-1.jar',
    'hdfs/b-1.jar',
    'yarn/b-1.jar',
  ]
  const rest = [
    'yarn/c-1.jar',
    'mapreduce/d-1.jar',
    'tools/hadoop-streaming-3.4.2.jar',
    'webapps/webapps/hdfs/x.html',
  ]
  const at = await scratchTree([...brought, ...rest], ['hadoop-shared', 'hadoop3'])
  await assembleHadoop({ ...at, layout: layoutOf('hadoop', '3.4.2'), version: '3.4.2' })
  const share = (await at.names()).filter((name) => name.startsWith('share/')).map((name) => name.slice(13))
  expect(share.sort()).toEqual([
    'common/hadoop-common-3.4.2.jar',
    'common/lib/a-1.jar',
    'hdfs/lib/b-1.jar',
    'hdfs/webapps/hdfs/x.html',
    'tools/lib/hadoop-streaming-3.4.2.jar',
    'yarn/lib/c-1.jar',
    'yarn/lib/d-1.jar',
  ])
  expect(await at.names()).toEqual(
    expect.arrayContaining([
      'bin/hdfs',
      'etc/hadoop/capacity-scheduler.xml',
      'libexec/hadoop-launch.sh',
      'libexec/hadoop-generation.sh',
    ]),
  )
})

test('Hadoop 1: its own jars at the top, Streaming below contrib, the pages of the daemons', async () => {
  const own = ['core', 'examples', 'tools', 'streaming'].map((name) => `lib/hadoop-${name}-1.2.1.jar`)
  const at = await scratchTree(
    [...own, 'lib/oro-2.0.8.jar', 'webapps/webapps/hdfs/WEB-INF/web.xml'],
    ['hadoop-shared', 'hadoop1'],
  )
  await assembleHadoop1({ ...at, layout: layoutOf('hadoop', '1.2.1'), version: '1.2.1' })
  expect([...(await at.names())].sort()).toEqual([
    'bin/hadoop',
    'conf/log4j.properties',
    'contrib/streaming/hadoop-streaming-1.2.1.jar',
    'hadoop-core-1.2.1.jar',
    'hadoop-examples-1.2.1.jar',
    'hadoop-tools-1.2.1.jar',
    'lib/oro-2.0.8.jar',
    'libexec/hadoop-generation.sh',
    'libexec/hadoop-launch.sh',
    'webapps/hdfs/WEB-INF/web.xml',
  ])
})

describe('the schema scripts of an older Hive are those of its day', () => {
  const mysql = 'schema/apache-hive-metastore-3.1.3-bin/scripts/metastore/upgrade/mysql'
  const steps = ['1.1.0-to-1.2.0', '1.2.0-to-2.0.0', '2.0.0-to-2.3.0', '2.3.0-to-3.0.0', '3.0.0-to-3.1.0']
  const names = [
    ...['1.2.0', '3.0.0', '3.1.0'].map((at) => `hive-schema-${at}.mysql.sql`),
    ...steps.slice(1).map((step) => `upgrade-${step}.mysql.sql`),
  ]
  const assembled = async (version: string) => {
    const at = await scratchTree(['lib/a.jar', ...names.map((name) => `${mysql}/${name}`)], ['hive'])
    await writeFile(join(at.out, mysql, 'upgrade.order.mysql'), `${steps.join('\n')}\n`)
    await assembleHive({ ...at, layout: layoutOf('hive', version), version })
    const folder = join(at.tree, 'scripts/metastore/upgrade/mysql')
    return {
      there: (await readdir(folder)).sort(),
      read: (name: string) => readFile(join(folder, name), 'utf8'),
    }
  }

  test('1.2.2: the schema of 1.2.0, and no upgrade', async () => {
    const { there, read } = await assembled('1.2.2')
    expect(there).toEqual(['hive-schema-1.2.0.mysql.sql', 'upgrade.order.mysql'])
    expect(await read('upgrade.order.mysql')).toBe('1.1.0-to-1.2.0\n')
  })

  test('2.3.9: a schema of 2.3.0 from that of 1.2.0 and the upgrades, in their order', async () => {
    const { there, read } = await assembled('2.3.9')
    expect(there).toEqual([
      'hive-schema-1.2.0.mysql.sql',
      'hive-schema-2.3.0.mysql.sql',
      'upgrade-1.2.0-to-2.0.0.mysql.sql',
      'upgrade-2.0.0-to-2.3.0.mysql.sql',
      'upgrade.order.mysql',
    ])
    const parts = (await read('hive-schema-2.3.0.mysql.sql')).trim().split('\n\n')
    expect(parts.map((part) => part.split('/').at(-1))).toEqual([
      'hive-schema-1.2.0.mysql.sql',
      'upgrade-1.2.0-to-2.0.0.mysql.sql',
      'upgrade-2.0.0-to-2.3.0.mysql.sql',
    ])
    expect(await read('upgrade.order.mysql')).toBe(`${steps.slice(0, 3).join('\n')}\n`)
  })

  test('3.1.3: all of them', async () => {
    expect((await assembled('3.1.3')).there).toEqual([...names, 'upgrade.order.mysql'].sort())
  })
})

test('Hive, Sqoop and the extras: lib, schema scripts, drivers', async () => {
  const schema =
    'schema/apache-hive-metastore-3.1.3-bin/scripts/metastore/upgrade/mysql/hive-schema-3.1.0.mysql.sql'
  const hive = await scratchTree(['lib/a.jar', 'lib/hive-hcatalog-core-3.1.3.jar', schema], ['hive'])
  await assembleHive({ ...hive, layout: layoutOf('hive', '3.1.3'), version: '3.1.3' })
  const wanted = ['bin/schematool', 'hcatalog/share/hcatalog/hive-hcatalog-core-3.1.3.jar', 'lib/a.jar']
  const script = 'scripts/metastore/upgrade/mysql/hive-schema-3.1.0.mysql.sql'
  expect(await hive.names()).toEqual(expect.arrayContaining([...wanted, script]))

  const sqoop = await scratchTree(['lib/sqoop-1.4.7-hadoop260.jar', 'lib/avro-1.8.1.jar'], ['sqoop'])
  await assembleSqoop({ ...sqoop, layout: layoutOf('sqoop', '1.4.7'), version: '1.4.7' })
  expect(await sqoop.names()).toEqual([
    'bin/sqoop',
    'conf/sqoop-env-template.sh',
    'lib/avro-1.8.1.jar',
    'sqoop-1.4.7.jar',
  ])

  const extras = await scratchTree(['jars/mysql-connector-j-8.4.0.jar', 'jars/guava-27.0-jre.jar'])
  await assembleExtras({ ...extras, layout: layoutOf('extras', '1'), version: '1' })
  expect(await extras.names()).toEqual(['drivers/mysql-connector-j-8.4.0.jar', 'repairs/guava-27.0-jre.jar'])
})

test('jars are compared with their hashes both ways', async () => {
  const { out } = await scratchTree(['x/a.jar', 'y/a.jar'])
  await writeFile(join(out, 'y/a.jar'), 'x/a.jar')
  const sum = (text: string) => digest(text, 'sha256')
  await checkJars(out, new Map([['a.jar', sum('x/a.jar')]]))
  const missing = new Map([
    ['a.jar', sum('x/a.jar')],
    ['b.jar', sum('b')],
  ])
  expect((await refusal(checkJars(out, missing))).message).toContain('b.jar')
  expect((await refusal(checkJars(out, new Map()))).details.expected).toContain('no such jar')
  const error = await refusal(checkJars(out, new Map([['a.jar', sum('other')]])))
  expect(error).toMatchObject({ code: 'ARTIFACT_CHECKSUM', details: { found: sum('x/a.jar') } })
})
